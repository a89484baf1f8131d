// Chromium for the benches: a server, a browser, and for benches that make whole runs, a page with the engine.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../xtask/web/serve.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

/** Chromium's arguments for WebGPU, in software or on the machine's own adapter. */
export function gpuArgs(adapter) {
  // Without a screen, Chromium looks for a real adapter only if it is told to draw with Vulkan and without a surface.
  const real = ["--use-angle=vulkan", "--enable-features=Vulkan", "--disable-vulkan-surface", "--ignore-gpu-blocklist"];
  return ["--enable-unsafe-webgpu", ...(adapter === "swiftshader" ? ["--use-webgpu-adapter=swiftshader"] : real)];
}

/** Waits until a page has an adapter, which a freshly started Chromium may not have yet. */
export function untilAdapter(page) {
  const found = async () => Boolean(await navigator.gpu?.requestAdapter());
  return page.waitForFunction(found, undefined, { timeout: 10_000 });
}

/** Starts the machine's Chromium. */
export function launchChromium(args) {
  const { chromium } = createRequire(path.join(here, "peers/tfjs/package.json"))("playwright-core");
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!found) throw new Error("No Chromium was found; set CHROMIUM to its path.");
  return chromium.launch({ executablePath: found, args });
}

/**
 * A browser in which `open("cpu" | "gpu")` gives a page whose `bench` is that of `wasm/runs.js`, with a model loaded.
 * @param {{model: string, photo?: string, adapter?: "swiftshader" | "system", pkg?: string, beforeAll?: () => void}}
 *   what the model's profile must lie beside it; `pkg` is a folder with another build of the engine than this
 *   repository's; `beforeAll` runs in each page before the page's own scripts
 */
export async function launch({ model, photo, adapter = "swiftshader", pkg = path.join(root, "pkg"), beforeAll }) {
  const given = { "model.onnx": model, "model.json": model.replace(/onnx$/, "json"), ...(photo && { photo }) };
  const server = await serve({ mounts: { ...given, "": path.join(here, "wasm"), "pkg/": pkg } });
  const chrome = await launchChromium(["--no-sandbox", ...gpuArgs(adapter)]);
  return {
    async open(device) {
      const page = await chrome.newPage();
      if (beforeAll) await page.addInitScript(beforeAll);
      page.setDefaultTimeout(900_000);
      page.on("pageerror", (error) => console.error(`  ${device}: ${error.message}`));
      await page.goto(`${server.url}runs.html`);
      await page.waitForFunction(() => "bench" in globalThis);
      if (device === "gpu") await untilAdapter(page);
      await page.evaluate((kind) => bench.start(kind), device);
      return page;
    },
    async close() {
      await chrome.close();
      await server.close();
    },
  };
}
