#!/usr/bin/env node
// Makes whole runs in Chromium, and checks whether the GPU learns the CPU's masks and whether wasm's memory stays
// constant.
//
//   cargo xtask build && (cd benches/peers/tfjs && npm ci) && node benches/devices.mjs
//
// It explains ten critters (seeds 0 to 9) on both devices with the same seed, by the paper's preset with --iterations
// steps, or by that of --method unchanged. The GPU is SwiftShader unless --adapter system is given.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./chromium.mjs";

const { values: options } = parseArgs({
  options: {
    pictures: { type: "string", default: "10" },
    method: { type: "string", default: "meaningful" },
    iterations: { type: "string", default: "100" },
    runs: { type: "string", default: "50" },
    steps: { type: "string", default: "2000" },
    adapter: { type: "string", default: "swiftshader" },
  },
});

/** Returns Spearman's rank correlation. Equal values share their mean rank. */
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

const model = path.join(path.dirname(fileURLToPath(import.meta.url)), "../www/models/critters.onnx");
const browser = await launch({ model, adapter: options.adapter });
/** Opens a page in which `run(seed, settings)` explains a critter. */
async function open(device) {
  const page = await browser.open(device);
  return (seed, settings) => page.evaluate(([s, all]) => bench.run(s, all), [seed, settings]);
}
try {
  const cpu = await open("cpu");
  const paper = { method: "meaningful", game: "delete" };
  if (Number(options.pictures) > 0) {
    const gpu = await open("gpu");
    const all = [];
    for (let seed = 0; seed < Number(options.pictures); seed++) {
      const settings = options.method === "meaningful" ? { ...paper, iterations: Number(options.iterations) } : { method: options.method };
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
  await browser.close();
}
