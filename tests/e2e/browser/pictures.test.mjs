/**
 * One picture, one answer: each odd picture of `tests/golden/pictures`, and pictures of more than 40 megapixels, are
 * read by the page and by the command. The model's most probable class and its probability are the same, or both
 * refuse. The command is the one that VANISH names, or `target/release/vanish`.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../serve.mjs";
import { requireEngine, visitor } from "./harness.mjs";

requireEngine();

const CLONE = fileURLToPath(new URL("../../..", import.meta.url));
const GOLDEN = join(CLONE, "tests/golden/pictures");
const COMMAND =
  process.env.VANISH ?? join(process.env.CARGO_TARGET_DIR ?? join(CLONE, "target"), "release/vanish");
const skip = existsSync(COMMAND)
  ? false
  : `SKIPPED: no command at ${COMMAND}; \`cargo build --release\` makes it, or VANISH names one`;
/** How far the two probabilities may lie apart. */
const WITHIN = 0.002;
/**
 * With SqueezeNet. It sees these pictures of 40 × 26 enlarged sixfold, so that a change of each pixel by one of 255 at
 * random, which is what two decoders of JPEG differ by, moves a probability by 0.004 in the median and by up to 0.014
 * (75 trials by onnxruntime).
 */
const WITHIN_SQUEEZENET = 0.01;
/** Formats that one of the two knows and the other does not; each is refused by its name. */
const ONE_SIDED = /\.(tif|avif)$/;

/** @typedef {{index: number, probability: number} | {refused: string}} Answer */

const run = promisify(execFile);
const visit = visitor();

/** @param {string} path @param {string} model @returns {Promise<Answer>} */
async function commandSays(path, model) {
  try {
    const { stdout } = await run(COMMAND, ["classify", path, "--model", model, "--top", "1", "--json"]);
    return JSON.parse(stdout).top[0];
  } catch (error) {
    const { code, stderr } = /** @type {any} */ (error);
    assert.equal(code, 1, `${path}: the command ended with ${code}: ${stderr}`);
    return { refused: stderr };
  }
}

/**
 * In the page: its own decoder and engine.
 *
 * @param {{model: string, files: string[]}} asked
 * @returns {Promise<Answer[]>}
 */
async function pageSays({ model, files }) {
  const [{ default: init, Engine }, { decoded }] = await Promise.all(
    ["pkg/vanish.js", "www/worker/decode.js"].map((module) => import(new URL(module, location.href).href)),
  );
  await init();
  const engine = await Engine.create("cpu");
  const get = (/** @type {string} */ path) => fetch(path).then((response) => response.blob());
  const bytes = new Uint8Array(await (await get(`${model}.onnx`)).arrayBuffer());
  engine.reserveModel(bytes.length);
  engine.appendModel(bytes);
  const opened = engine.openModel(model, await (await get(`${model}.json`)).text(), undefined);
  const answers = [];
  for (const file of files) {
    try {
      const { rgba, width, height } = await decoded(await get(`odd/${file}`), file, false);
      const picture = engine.openPicture(file, rgba, width, height);
      answers.push(JSON.parse(await opened.classify(picture, 1))[0]);
      picture.free();
    } catch (error) {
      const { kind, message } = /** @type {any} */ (error);
      if (kind !== "image") throw error;
      answers.push({ refused: message });
    }
  }
  return answers;
}

/** What lies under `odd/` and `testdata/` for the page. @param {import("playwright-core").Page} page */
async function serveFrom(page, /** @type {Record<string, string>} */ folders) {
  for (const [name, folder] of Object.entries(folders)) {
    await page.route(`**/${name}/**`, (route) =>
      route.fulfill({ path: join(folder, decodeURI(route.request().url().split(`/${name}/`)[1])) }),
    );
  }
}

/** What is wrong. @param {string} file @param {Answer} page @param {Answer} command @param {number} [within] */
function difference(file, page, command, within = WITHIN) {
  const [one, other] = [page, command].map((answer) => "refused" in answer);
  if (one && other) return null;
  if (one !== other && ONE_SIDED.test(file)) return null;
  const same =
    !("refused" in page) &&
    !("refused" in command) &&
    page.index === command.index &&
    Math.abs(page.probability - command.probability) <= within;
  return same ? null : `${file}: the page says ${JSON.stringify(page)}, the command ${JSON.stringify(command)}`;
}

const places = [process.env.VANISH_TESTDATA, join(ROOT, "shared/testdata"), join(ROOT, "../shared/testdata")];
const testdata = places.find((folder) => folder && existsSync(join(folder, "models"))) ?? "";
const MODELS = [
  { name: "critters", inPage: "www/models/critters", forCommand: "critters", missing: false, within: WITHIN },
  {
    name: "SqueezeNet 1.1",
    inPage: "testdata/models/squeezenet1.1",
    forCommand: join(testdata, "models/squeezenet1.1.onnx"),
    missing: !testdata,
    within: WITHIN_SQUEEZENET,
  },
];

for (const { name, inPage, forCommand, missing, within } of MODELS) {
  const why = missing ? "SKIPPED: no model to test with; set VANISH_TESTDATA to a folder with models/" : skip;
  test(`odd pictures get the same answer from ${name} on the page as from the command`, { skip: why }, async (t) => {
    const files = JSON.parse(await readFile(join(GOLDEN, "cases.json"), "utf8")).map((/** @type {any} */ c) => c.file);
    const { page, leave } = await visit({ patience: 600_000 });
    await serveFrom(page, { odd: GOLDEN, testdata });
    const onPage = await page.evaluate(pageSays, { model: inPage, files });
    const wrong = [];
    const count = { read: 0, refused: 0, "known to one alone": 0 };
    let furthest = 0;
    for (const [at, file] of files.entries()) {
      const [here, there] = [onPage[at], await commandSays(join(GOLDEN, file), forCommand)];
      const fault = difference(file, here, there, within);
      if (fault) wrong.push(fault);
      else if ("refused" in here) count["refused" in there ? "refused" : "known to one alone"] += 1;
      else if ("refused" in there) count["known to one alone"] += 1;
      else {
        count.read += 1;
        furthest = Math.max(furthest, Math.abs(here.probability - there.probability));
      }
    }
    t.diagnostic(`${files.length} pictures: ${JSON.stringify(count)}, at most ${furthest.toFixed(5)} apart`);
    assert.deepEqual(wrong, []);
    assert.ok(count.read >= 60 && count.refused >= 20 && count["known to one alone"] <= 4, JSON.stringify(count));
    await leave();
  });
}

/**
 * In the page: a sample enlarged far beyond 40 megapixels, as a file.
 *
 * @param {{width: number, height: number, type: string}} asked
 * @returns {Promise<string>} in base 64
 */
async function enlarged({ width, height, type }) {
  const { default: init, Engine } = await import(new URL("pkg/vanish.js", location.href).href);
  await init();
  const drawn = (await Engine.create("cpu")).critter(46);
  const { width: own } = JSON.parse(drawn.info());
  const small = await createImageBitmap(new ImageData(new Uint8ClampedArray(drawn.rgba()), own));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(small, 0, 0, width, height);
  const file = await canvas.convertToBlob({ type, quality: 0.9 });
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  return String(url).split(",")[1];
}

// More than 40 megapixels, read at a half; and more than 160, read at a quarter. Neither side is a multiple of it.
for (const { type, width, height } of [
  { type: "image/png", width: 6403, height: 6405 },
  { type: "image/jpeg", width: 12701, height: 12703 },
]) {
  test(`a ${type} of ${width} × ${height} is shrunk on the page as by the command`, { skip }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "vanish-"));
    const { page, leave } = await visit({ patience: 600_000 });
    await serveFrom(page, { odd: folder });
    await writeFile(join(folder, "large"), await page.evaluate(enlarged, { type, width, height }), "base64");
    const [here] = await page.evaluate(pageSays, { model: "www/models/critters", files: ["large"] });
    const there = await commandSays(join(folder, "large"), "critters");
    t.diagnostic(JSON.stringify([here, there]));
    assert.ok("index" in there, "the command reads it");
    assert.equal(difference("large", here, there), null);
    await rm(folder, { recursive: true });
    await leave();
  });
}
