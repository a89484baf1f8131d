// Whole runs of vanish on the built-in world, for ../devices.mjs.

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
    await engine.loadModel("critters.onnx", await (await fetch("/model.json")).text(), undefined);
    return device;
  },

  /** A run to its end: the grid of the mask, and the bytes that wasm holds. */
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
