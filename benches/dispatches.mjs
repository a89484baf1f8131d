#!/usr/bin/env node
// Counts what one step of a descent asks of WebGPU in Chromium: kernels launched, bind groups made, submissions, and
// writes to buffers. The calls are counted and not timed, so the software adapter is sufficient.
//
//   cargo xtask build && (cd benches/peers/tfjs && npm ci) && node benches/dispatches.mjs [--kernels]
//
// A run takes N steps and then N more; the difference is the cost of N steps. `--pkg` counts another build than this
// repository's. Without --models it counts the networks in ../shared/testdata, and names those that are missing.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "./chromium.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: path.join(root, "../shared/testdata/models") },
    networks: { type: "string", default: "squeezenet1.1,mobilenetv2,shufflenetv2_100_deq" },
    method: { type: "string", default: "meaningful" },
    steps: { type: "string", default: "3" },
    kernels: { type: "boolean", default: false },
    pkg: { type: "string", default: path.join(root, "pkg") },
    adapter: { type: "string", default: "swiftshader" },
  },
});

/** Starts counting, in the page. It runs there before any of the page's own scripts. */
function count() {
  const counts = { dispatches: 0, bindGroups: 0, submissions: 0, uploads: 0, kernels: {} };
  globalThis.counts = counts;
  const before = (prototype, name, note) => {
    const original = prototype[name];
    prototype[name] = function (...given) {
      note(this, given);
      return original.apply(this, given);
    };
  };
  const current = new WeakMap();
  const dispatched = (pass) => {
    const name = current.get(pass)?.label || "without a name";
    counts.dispatches += 1;
    counts.kernels[name] = (counts.kernels[name] ?? 0) + 1;
  };
  before(GPUComputePassEncoder.prototype, "setPipeline", (pass, [pipeline]) => current.set(pass, pipeline));
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroups", dispatched);
  before(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", dispatched);
  before(GPUDevice.prototype, "createBindGroup", () => (counts.bindGroups += 1));
  before(GPUQueue.prototype, "submit", () => (counts.submissions += 1));
  before(GPUQueue.prototype, "writeBuffer", () => (counts.uploads += 1));
}

/** Returns what each of `steps` steps of a run adds to the counts. */
async function perStep(page, steps) {
  const settings = { method: options.method, iterations: 4 * steps };
  const [first, second] = await page.evaluate(([all, many]) => bench.counted(all, many), [settings, steps]);
  const each = (name) => (second[name] - first[name]) / steps;
  const ofKernel = (name) => (second.kernels[name] - (first.kernels[name] ?? 0)) / steps;
  const kernels = Object.keys(second.kernels).map((name) => [name, ofKernel(name)]);
  return {
    ...Object.fromEntries(["dispatches", "bindGroups", "submissions", "uploads"].map((name) => [name, each(name)])),
    kernels: kernels.filter(([, many]) => many > 0).sort((a, b) => b[1] - a[1]),
  };
}

async function counted(network) {
  const browser = await launch({
    model: path.join(options.models, `${network}.onnx`),
    adapter: options.adapter,
    pkg: path.resolve(options.pkg),
    beforeAll: count,
  });
  try {
    return await perStep(await browser.open("gpu"), Number(options.steps));
  } finally {
    await browser.close();
  }
}

console.log(`A step of ${options.method}, counted over ${options.steps} steps after as many.\n`);
console.log("| network | dispatches | bind groups | submissions | writes to buffers |\n|---|---:|---:|---:|---:|");
const breakdowns = [];
for (const network of options.networks.split(",")) {
  if (!existsSync(path.join(options.models, `${network}.onnx`))) {
    console.error(`*** SKIPPED: ${network}.onnx is not in ${options.models}. Nothing was counted. ***`);
    continue;
  }
  const found = await counted(network);
  const shown = (value) => (Number.isInteger(value) ? value : value.toFixed(1));
  console.log(
    `| ${network} | ${shown(found.dispatches)} | ${shown(found.bindGroups)} | ${shown(found.submissions)} | ` +
      `${shown(found.uploads)} |`,
  );
  breakdowns.push({ network, kernels: found.kernels });
}
if (options.kernels) {
  for (const { network, kernels } of breakdowns) {
    console.log(`\n${network}, launches of each kernel a step:`);
    for (const [name, many] of kernels) console.log(`${String(many).padStart(8)}  ${name}`);
  }
}
