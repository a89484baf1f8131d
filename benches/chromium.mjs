// vanish in Chromium for the benches that make whole runs: a server, a browser, and a page with the engine in it.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const MIME = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** Serves `pkg/`, the page in `wasm/`, and `given`: a file for each name. */
function serve(given) {
  const locate = (name) => given[name] ?? path.join(name.startsWith("pkg/") ? root : path.join(here, "wasm"), path.normalize(name));
  const server = createServer((request, response) => {
    const file = locate(decodeURIComponent(request.url.split("?")[0]).slice(1));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": MIME[path.extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/**
 * A browser in which `open("cpu" | "gpu")` gives a page whose `bench` is that of `wasm/runs.js`, with a model loaded.
 * @param {{model: string, photo?: string, adapter?: "swiftshader" | "system"}} what the model's profile lies beside it
 */
export async function launch({ model, photo, adapter = "swiftshader" }) {
  const { chromium } = createRequire(path.join(here, "peers/tfjs/package.json"))("playwright-core");
  const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((file) => file && existsSync(file));
  if (!found) throw new Error("No Chromium was found; set CHROMIUM to its path.");
  const server = await serve({ "model.onnx": model, "model.json": model.replace(/onnx$/, "json"), ...(photo && { photo }) });
  const software = adapter === "swiftshader" ? ["--use-webgpu-adapter=swiftshader"] : [];
  const chrome = await chromium.launch({ executablePath: found, args: ["--no-sandbox", "--enable-unsafe-webgpu", ...software] });
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
