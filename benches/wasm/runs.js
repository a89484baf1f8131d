// Whole runs of vanish, for ../chromium.mjs.

import init, { Engine } from "/pkg/vanish.js";

let engine;
let model;
let memory;

/** Whether the mask is learned. What follows is the order of the pixels, which leaves the mask unchanged. */
const isLearned = ({ done, stage }) => done || stage === "order";

/** Returns the grid of a job's present mask. */
async function gridOf(job) {
  const finding = await job.finish();
  const { values } = JSON.parse(finding.report()).mask;
  finding.free();
  return values;
}

globalThis.bench = {
  async start(preference) {
    ({ memory } = await init());
    engine = await Engine.create(preference);
    const device = JSON.parse(engine.device());
    if (device.kind !== preference) throw new Error(`vanish runs on the ${device.kind}: ${device.reason}`);
    const file = new Uint8Array(await (await fetch("/model.onnx")).arrayBuffer());
    engine.reserveModel(file.length);
    engine.appendModel(file);
    model = engine.openModel("model.onnx", await (await fetch("/model.json")).text(), undefined);
    return device;
  },

  /**
   * Makes a run on the photo, stopped every few steps. Returns the seconds until then, including preparation, and the
   * grid.
   */
  async curve(settings, every) {
    const bitmap = await createImageBitmap(await (await fetch("/photo")).blob());
    const to = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    to.drawImage(bitmap, 0, 0);
    const { data, width, height } = to.getImageData(0, 0, bitmap.width, bitmap.height);
    const picture = engine.openPicture("photo", new Uint8Array(data.buffer), width, height);
    let started = performance.now();
    const job = await model.explain(picture, JSON.stringify(settings));
    let spent = 0;
    const curve = [];
    for (let done = false; !done; ) {
      const progress = JSON.parse(await job.step(every));
      spent += performance.now() - started;
      curve.push({ iteration: progress.iteration, seconds: spent / 1000, grid: await gridOf(job) });
      started = performance.now();
      done = isLearned(progress);
    }
    job.free();
    picture.free();
    return curve;
  },

  /**
   * Returns the counts of `dispatches.mjs` after the given number of steps of a run on a critter, and after as many
   * more.
   */
  async counted(settings, steps) {
    const picture = engine.critter(0);
    const job = await model.explain(picture, JSON.stringify({ target: "top", seed: 0, ...settings }));
    const counts = [];
    for (let part = 0; part < 2; part++) {
      await job.step(steps);
      counts.push(structuredClone(globalThis.counts));
    }
    job.free();
    picture.free();
    return counts;
  },

  /** Makes a complete run on a critter. Returns the grid of the mask, and the bytes that wasm holds. */
  async run(seed, settings) {
    const picture = engine.critter(seed);
    const job = await model.explain(picture, JSON.stringify({ target: "top", seed: 0, ...settings }));
    while (!isLearned(JSON.parse(await job.step(25)))) {
      // Until the mask is learned.
    }
    const mask = await gridOf(job);
    job.free();
    picture.free();
    return { mask, bytes: memory.buffer.byteLength };
  },
};
