/**
 * Real classifiers on labelled photographs, through the page's own decoder and engine: as many right as `facts.json`
 * says, within one. The models and photographs are not part of the repository: VANISH_TESTDATA, or shared/testdata in
 * or beside the clone.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../serve.mjs";
import { requireEngine, visitor } from "./harness.mjs";

requireEngine();

const places = [process.env.VANISH_TESTDATA, join(ROOT, "shared/testdata"), join(ROOT, "../shared/testdata")];
const testdata = places.find((folder) => folder && existsSync(join(folder, "models"))) ?? "";
const skip = testdata
  ? false
  : "SKIPPED: no models to test with; set VANISH_TESTDATA to a folder with models/ and images/";

/** Right answers on the 110 photographs by facts.json, and by onnxruntime too (docs/models.md). */
const FACTS = {
  resnet50_pruned8_w8: 77,
  "squeezenet1.1": 65,
  mobilenetv1_025_224: 56,
  mobilenetv2: 74,
  shufflenetv2_100_deq: 71,
  mobilenetv3_small_deq: 66,
};

const visit = visitor();

for (const [model, expected] of Object.entries(FACTS)) {
  test(`${model} is as often right in the browser as it should be`, { skip }, async (context) => {
    const { page, leave } = await visit({ patience: 600_000 });
    await page.route("**/testdata/**", (route) =>
      route.fulfill({ path: join(testdata, route.request().url().split("/testdata/")[1]) }),
    );
    const labelled = JSON.parse(await readFile(join(testdata, "images/ilsvrc_val_boxes/boxes.json"), "utf8"));
    const answers = await page.evaluate(answersOf, {
      model,
      files: labelled.map((/** @type {any} */ entry) => entry.file),
    });
    const right = labelled.filter(
      (/** @type {any} */ entry, /** @type {number} */ i) => entry.index === answers[i],
    ).length;
    context.diagnostic(`${right} of ${labelled.length} right, ${expected} by facts.json`);
    assert.ok(Math.abs(right - expected) <= 1, `${right} right, ${expected} by facts.json`);
    await leave();
  });
}

/**
 * In the page: the most probable class of each photograph.
 *
 * @param {{model: string, files: string[]}} asked
 * @returns {Promise<number[]>}
 */
async function answersOf({ model, files }) {
  const [{ default: init, Engine }, { decoded }] = await Promise.all(
    ["pkg/vanish.js", "www/worker/decode.js"].map((module) => import(new URL(module, location.href).href)),
  );
  const get = (/** @type {string} */ path) => fetch(`testdata/${path}`);
  await init();
  const engine = await Engine.create("cpu");
  const bytes = new Uint8Array(await (await get(`models/${model}.onnx`)).arrayBuffer());
  engine.reserveModel(bytes.length);
  engine.appendModel(bytes);
  const opened = engine.openModel(model, await (await get(`models/${model}.json`)).text(), undefined);
  const answers = [];
  for (const file of files) {
    const blob = await (await get(`images/ilsvrc_val_boxes/${file}`)).blob();
    const { rgba, width, height } = await decoded(blob, file, false);
    const picture = engine.openPicture(file, rgba, width, height);
    answers.push(JSON.parse(await opened.classify(picture, 1))[0].index);
    picture.free();
  }
  return answers;
}
