#!/usr/bin/env node
// Whole runs in Chromium: whether the GPU learns the CPU's masks, and whether wasm's memory stays as it is.
//
//   cargo xtask build && (cd benches/peers/tfjs && npm ci) && node benches/devices.mjs
//
// Ten critters (seeds 0 to 9), the paper's preset on both devices from the same seed; the GPU is SwiftShader unless --adapter system.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

const { values: options } = parseArgs({
  options: {
    pictures: { type: "string", default: "10" },
    iterations: { type: "string", default: "100" },
    runs: { type: "string", default: "50" },
    steps: { type: "string", default: "2000" },
    adapter: { type: "string", default: "swiftshader" },
  },
});

const MIME = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

function serve() {
  const models = path.join(root, "www/models");
  const locate = (url) => {
    if (url.startsWith("/model.")) return path.join(models, `critters${path.extname(url)}`);
    if (url.startsWith("/pkg/")) return path.join(root, path.normalize(`/${url}`));
    return path.join(here, "wasm", path.normalize(`/${url}`));
  };
  const server = createServer((request, response) => {
    const file = locate(decodeURIComponent(request.url.split("?")[0]));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": MIME[path.extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function open(chrome, address, device) {
  const page = await chrome.newPage();
  page.setDefaultTimeout(900_000);
  page.on("pageerror", (error) => console.error(`  ${device}: ${error.message}`));
  await page.goto(`${address}/runs.html`);
  await page.waitForFunction(() => "bench" in globalThis);
  await page.evaluate((kind) => bench.start(kind), device);
  return (seed, settings) => page.evaluate(([s, all]) => bench.run(s, all), [seed, settings]);
}

/** Spearman's rank correlation, equal values sharing their mean rank. */
function correlation(a, b) {
  const ranks = (values) => {
    const order = values.map((_, index) => index).sort((i, j) => values[i] - values[j]);
    const rank = new Array(values.length);
    for (let first = 0; first < order.length; ) {
      let last = first;
      while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
      for (let at = first; at <= last; at++) rank[order[at]] = (first + last) / 2;
      first = last + 1;
    }
    return rank;
  };
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  const product = (u, v) => u.reduce((sum, value, index) => sum + (value - mean) * (v[index] - mean), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

const { chromium } = createRequire(path.join(here, "peers/tfjs/package.json"))("playwright-core");
const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((file) => file && existsSync(file));
if (!found) throw new Error("No Chromium was found; set CHROMIUM to its path.");
const software = options.adapter === "swiftshader" ? ["--use-webgpu-adapter=swiftshader"] : [];
const server = await serve();
const address = `http://127.0.0.1:${server.address().port}`;
const chrome = await chromium.launch({ executablePath: found, args: ["--no-sandbox", "--enable-unsafe-webgpu", ...software] });
try {
  const cpu = await open(chrome, address, "cpu");
  const paper = { method: "meaningful", game: "delete" };
  if (Number(options.pictures) > 0) {
    const gpu = await open(chrome, address, "gpu");
    const all = [];
    for (let seed = 0; seed < Number(options.pictures); seed++) {
      const settings = { ...paper, iterations: Number(options.iterations) };
      const [a, b] = [await cpu(seed, settings), await gpu(seed, settings)];
      all.push(correlation(a.mask, b.mask));
      console.log(`critter ${seed}: rank correlation of the masks ${all.at(-1).toFixed(4)}`);
    }
    console.log(`least ${Math.min(...all).toFixed(4)}, mean ${(all.reduce((s, r) => s + r, 0) / all.length).toFixed(4)}`);
  }
  const held = [];
  for (let run = 0; run <= Number(options.runs); run++) {
    const { bytes } = await cpu(run, { ...paper, iterations: 20 });
    if (run % 10 === 0) held.push((bytes / 2 ** 20).toFixed(1));
  }
  console.log(`MiB held by wasm after run 1 and each tenth of ${options.runs} more: ${held.join(", ")}`);
  for (const part of [1, 2]) {
    const { bytes } = await cpu(0, { ...paper, iterations: Number(options.steps) });
    console.log(`MiB held by wasm after ${options.steps} steps in one run (${part}): ${(bytes / 2 ** 20).toFixed(1)}`);
  }
} finally {
  await chrome.close();
  server.close();
}
