/** Files that belong together: a model whose weights lie in a second file, its profile and its labels. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WEIGHTS, onnx } from "../files.mjs";
import { alert, give, ready, requireEngine, visitor } from "./harness.mjs";

requireEngine();

const visit = visitor();
const MODEL = onnx({ beside: "tiny.onnx.data" });
const PROFILE = JSON.stringify({ size: 32, resize: 32, mean: [0, 0, 0], std: [1, 1, 1], output: "logits" });

/**
 * Drops files on the page.
 *
 * @param {import("playwright-core").Page} page
 * @param {Record<string, Buffer | string>} files
 */
async function drop(page, files) {
  const named = Object.entries(files).map(([name, body]) => [name, [...Buffer.from(/** @type {any} */ (body))]]);
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of /** @type {[string, number[]][]} */ (all))
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  }, named);
}

/** The names of the three answers, most probable first. @param {import("playwright-core").Page} page */
async function answers(page) {
  await page.waitForFunction(() => document.querySelectorAll("#answers button").length === 3);
  await ready(page);
  return page.locator("#answers .answer-label").allTextContents();
}

test("a model, its weights, its profile and its labels are opened by one drop, and kept together", async () => {
  const { page, leave } = await visit({ patience: 60_000 });
  await ready(page);
  await drop(page, {
    "tiny.onnx.data": WEIGHTS,
    "tiny.json": PROFILE,
    "names.txt": "red\ngreen\nblue",
    "tiny.onnx": MODEL,
  });
  const names = await answers(page);
  assert.deepEqual([...names].sort(), ["blue", "green", "red"]);
  assert.equal(await page.locator("#alerts .failure").count(), 0);
  assert.equal(await page.locator("#alerts .message").count(), 0, "no profile was guessed");

  // The page lists it once its note is written; before that a visit that ends leaves nothing behind.
  await page.waitForSelector('#kept-models button:has-text("tiny.onnx")');
  const entries = await page.evaluate(async () => {
    const place = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
    const names = [];
    for await (const name of /** @type {any} */ (place).keys()) names.push(name.replace(/^[0-9a-f]+/, ""));
    return names.sort();
  });
  assert.deepEqual(entries, [".0.data", ".json", ".onnx"]);

  // The next visit has all of it still.
  await page.reload();
  await ready(page);
  await page.click('#kept-models button:has-text("tiny.onnx")');
  assert.deepEqual(await answers(page), names);
  await leave();
});

test("weights that are missing are named, and may come afterwards", async () => {
  const { page, leave } = await visit({ patience: 60_000 });
  await ready(page);
  const before = await page.locator("#answers .answer-label").allTextContents();
  await drop(page, { "tiny.onnx": MODEL, "tiny.json": PROFILE, "names.txt": "red\ngreen\nblue" });
  await page.waitForSelector("#alerts .failure");
  assert.match(await alert(page), /second file, "tiny\.onnx\.data", which is missing/);
  assert.deepEqual(await page.locator("#answers .answer-label").allTextContents(), before, "the earlier model stays");
  await give(page, "#model-file", "tiny.onnx.data", WEIGHTS);
  assert.deepEqual((await answers(page)).sort(), ["blue", "green", "red"]);
  assert.equal(await page.locator("#alerts .failure").count(), 0);
  await leave();
});

test("weights of another model are refused in a sentence", async () => {
  const { page, leave } = await visit({ patience: 60_000 });
  await ready(page);
  await drop(page, { "tiny.onnx": MODEL, "tiny.json": PROFILE, "tiny.onnx.data": WEIGHTS.subarray(0, 20) });
  await page.waitForSelector("#alerts .failure");
  const sentence = await alert(page);
  assert.match(sentence, /36 bytes were expected and 20 are there/);
  assert.doesNotMatch(sentence, /bug in vanish/);
  await leave();
});
