// Whole runs of vanish, for ../chromium.mjs.

import init, { Engine } from "/pkg/vanish.js";

let engine;
let memory;

globalThis.bench = {
  async start(preference) {
    ({ memory } = await init());
    engine = await Engine.create(preference);
    const device = JSON.parse(engine.device());
    if (device.kind !== preference) throw new Error(`vanish runs on the ${device.kind}: ${device.reason}`);
    const file = new Uint8Array(await (await fetch("/model.onnx")).arrayBuffer());
    engine.reserveModel(file.length);
    engine.appendModel(file);
    await engine.loadModel("model.onnx", await (await fetch("/model.json")).text(), undefined);
    return device;
  },

  /** A run on the photo, stopped every few steps: the seconds spent by then, its preparation included, and the grid. */
  async curve(settings, every) {
    const bitmap = await createImageBitmap(await (await fetch("/photo")).blob());
    const to = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    to.drawImage(bitmap, 0, 0);
    const { data, width, height } = to.getImageData(0, 0, bitmap.width, bitmap.height);
    engine.setImage("photo", new Uint8Array(data.buffer), width, height);
    let started = performance.now();
    await engine.start(JSON.stringify(settings));
    let spent = 0;
    const curve = [];
    for (let done = false; !done; ) {
      const { iteration, done: ended } = JSON.parse(await engine.step(every));
      spent += performance.now() - started;
      const grid = JSON.parse(await engine.finish()).mask.values;
      curve.push({ iteration, seconds: spent / 1000, grid });
      started = performance.now();
      done = ended;
    }
    return curve;
  },

  /** A run on a critter to its end: the grid of the mask, and the bytes that wasm holds. */
  async run(seed, settings) {
    engine.setCritter(seed);
    await engine.start(JSON.stringify({ target: "top", seed: 0, ...settings }));
    while (!JSON.parse(await engine.step(25)).done) {
      // Until it is done.
    }
    const report = JSON.parse(await engine.finish());
    return { mask: report.mask.values, bytes: memory.buffer.byteLength };
  },
};
