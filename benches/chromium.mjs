// Chromium for the benches: a server, a browser, and for those that make whole runs a page with the engine in it.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const MIME = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** A server of files: `locate` says which file an address is of, if any. */
export function serve(locate) {
  const server = createServer((request, response) => {
    const file = locate(decodeURIComponent(request.url.split("?")[0]));
    if (!file || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": MIME[path.extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** What Chromium is told so that WebGPU is there: by software, or on the machine's own adapter. */
export function gpuArgs(adapter) {
  // Without a screen Chromium looks for a real adapter only if it is told to draw by Vulkan, and to no surface.
  const real = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface", "--ignore-gpu-blocklist"];
  return ["--enable-unsafe-webgpu", ...(adapter === "swiftshader" ? ["--use-webgpu-adapter=swiftshader"] : real)];
}

/** The Chromium of this machine. */
export function launchChromium(args) {
  const { chromium } = createRequire(path.join(here, "peers/tfjs/package.json"))("playwright-core");
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!found) throw new Error("No Chromium was found; set CHROMIUM to its path.");
  return chromium.launch({ executablePath: found, args });
}

/**
 * A browser in which `open("cpu" | "gpu")` gives a page whose `bench` is that of `wasm/runs.js`, with a model loaded.
 * @param {{model: string, photo?: string, adapter?: "swiftshader" | "system"}} what the model's profile lies beside it
 */
export async function launch({ model, photo, adapter = "swiftshader" }) {
  const given = { "/model.onnx": model, "/model.json": model.replace(/onnx$/, "json"), ...(photo && { "/photo": photo }) };
  const server = await serve((url) => given[url] ?? path.join(url.startsWith("/pkg/") ? root : path.join(here, "wasm"), path.normalize(url)));
  const chrome = await launchChromium(["--no-sandbox", ...gpuArgs(adapter)]);
  return {
    async open(device) {
      const page = await chrome.newPage();
      page.setDefaultTimeout(900_000);
      page.on("pageerror", (error) => console.error(`  ${device}: ${error.message}`));
      await page.goto(`http://127.0.0.1:${server.address().port}/runs.html`);
      await page.waitForFunction(() => "bench" in globalThis);
      await page.evaluate((kind) => bench.start(kind), device);
      return page;
    },
    async close() {
      await chrome.close();
      server.close();
    },
  };
}
