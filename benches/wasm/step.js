// Times single steps of vanish in the browser, on the same picture as the peer. Driven by ../run.mjs.

import init, { Engine, version } from "/pkg/vanish.js";

/** More steps than are ever timed, because a finished run would answer at once. */
const ITERATIONS = 100_000;

let job;

async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Returns the photo's pixels, in the form in which the page gets them. */
async function pixels(url) {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** What a step is: one of the mask, or only a forward pass, which RISE makes with a masked picture. */
const SETTINGS = {
  step: { method: "meaningful", game: "delete", iterations: ITERATIONS },
  forward: { method: "rise", samples: ITERATIONS, batch: 1 },
};

globalThis.bench = {
  async start(preference, what = "step") {
    await init();
    const engine = await Engine.create(preference);
    const device = JSON.parse(engine.device());
    if (device.kind !== preference) throw new Error(`vanish runs on the ${device.kind}: ${device.reason}`);
    // The labels are in a separate file, which this bench does not need.
    const { labels, ...profile } = await (await fetch("/model.json")).json();
    const file = await bytes("/model.onnx");
    engine.reserveModel(file.length);
    engine.appendModel(file);
    const model = engine.openModel("squeezenet1.1.onnx", JSON.stringify(profile), undefined);
    const photo = await pixels("/photo");
    const picture = engine.openPicture("photo", new Uint8Array(photo.data.buffer), photo.width, photo.height);
    job = await model.explain(picture, JSON.stringify({ ...SETTINGS[what], seed: 0, target: "top" }));
    return { name: `vanish, ${device.kind}`, version: version(), device };
  },

  async steps(count) {
    const ms = [];
    const objectives = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      objectives.push(JSON.parse(await job.step(1)).objective);
      ms.push(performance.now() - start);
    }
    return { ms, objectives };
  },
};
