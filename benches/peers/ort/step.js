// One forward pass of onnxruntime-web (wasm) on one picture of 224 x 224. Driven by ../../run.mjs.

/* global ort */

const SHAPE = [1, 3, 224, 224];

let session;
let feeds;

globalThis.bench = {
  async start() {
    ort.env.wasm.wasmPaths = "/peer/node_modules/onnxruntime-web/dist/";
    ort.env.wasm.numThreads = 1;
    session = await ort.InferenceSession.create("/model.onnx", { executionProviders: ["wasm"] });
    const values = Float32Array.from({ length: SHAPE.reduce((a, b) => a * b) }, (_, at) => Math.sin(at));
    feeds = { [session.inputNames[0]]: new ort.Tensor("float32", values, SHAPE) };
    return { name: "onnxruntime-web, wasm", version: ort.env.versions.web };
  },

  /** Times single passes. */
  async steps(count) {
    const ms = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      const found = await session.run(feeds);
      await found[session.outputNames[0]].getData();
      ms.push(performance.now() - start);
    }
    return { ms };
  },
};
