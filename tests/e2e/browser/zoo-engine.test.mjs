/** A person's own model with the real engine, on the CPU: opened, kept, its profile corrected, deleted. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { onnx } from "../files.mjs";
import { ROOT } from "../serve.mjs";
import { alert, download, give, keptProfileHolds, ready, requireEngine, runToEnd, visitor } from "./harness.mjs";

requireEngine();

const visit = visitor();

/** @param {import("playwright-core").Page} page @returns {Promise<string[]>} */
const answers = (page) =>
  page.locator("#answers button").evaluateAll((buttons) => buttons.map((button) => button.textContent ?? ""));

/**
 * A file may be continued with more fields of the protocol buffer: its metadata.
 *
 * @param {Record<string, string>} entries
 * @returns {Buffer}
 */
function metadata(entries) {
  const field = (/** @type {number} */ number, /** @type {Buffer} */ body) =>
    Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body]);
  return Buffer.concat(
    Object.entries(entries).map(([key, value]) =>
      field(14, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))])),
    ),
  );
}

test("a model without a profile is assumed for, corrected, kept with it, found again, and deleted", async () => {
  const { page, leave } = await visit({ path: "#iterations=5", patience: 120_000 });
  await ready(page);
  const right = await answers(page);
  const bytes = await readFile(join(ROOT, "www/models/critters.onnx"));
  await give(page, "#model-file", "mine.onnx", bytes);
  await page.waitForSelector('#model option:has-text("mine.onnx")', { state: "attached" });
  assert.match(await alert(page), /^No profile came with mine\.onnx, so ImageNet’s usual values are assumed/);
  await ready(page);
  assert.match((await answers(page))[0], /^class \d/);
  const sentence = await runToEnd(page, 120_000);

  await page.click('[data-part="model-view"] summary');
  assert.match((await page.textContent("#model-view")) ?? "", /Conv × \d+.*/);
  assert.match((await page.textContent("#model-view")) ?? "", /Memoryweights 1.5 MB/);
  await page.fill("#profile-size", "64");
  await page.fill("#profile-resize", "64");
  await page.click("#profile [type=submit]");
  assert.match(await alert(page), /set the size to 128/);
  assert.equal(await page.textContent("#result-sentence"), sentence);

  const profile = JSON.parse(await readFile(join(ROOT, "www/models/critters.json"), "utf8"));
  const fields = {
    size: "128",
    resize: "128",
    mean: profile.mean.join(" "),
    std: profile.std.join(" "),
    labels: profile.labels.join("\n"),
  };
  for (const [name, value] of Object.entries(fields)) await page.fill(`#profile-${name}`, value);
  await page.click("#profile [type=submit]");
  await page.waitForSelector(`#answers button:has-text("${profile.labels[0].slice(0, 1)}")`);
  await page.waitForFunction(
    (label) => document.querySelector("#answers button")?.textContent?.startsWith(label),
    right[0].slice(0, 3),
  );
  await ready(page);
  assert.deepEqual(await answers(page), right, "with the right profile it answers as the built-in model it is");
  const exported = JSON.parse((await download(page, "#export-profile")).bytes.toString());
  assert.deepEqual([exported.mean, exported.labels], [profile.mean, profile.labels]);
  await keptProfileHolds(page, "rabbit");

  await page.reload();
  await ready(page);
  assert.match((await page.textContent("#kept-models")) ?? "", /mine\.onnx\s*428 kB/);
  await page.click("#kept-models li button:first-child");
  await page.waitForSelector('#model option:has-text("mine.onnx")', { state: "attached" });
  await ready(page);
  assert.deepEqual(await answers(page), right, "its profile and labels were kept");
  await page.click("#kept-models [aria-label^=Delete]");
  await page.waitForSelector("#kept", { state: "hidden" });
  await page.reload();
  await ready(page);
  assert.equal(await page.isVisible("#kept"), false);
  await leave();
});

test("what a file says of itself is its profile", async () => {
  const { page, leave } = await visit({ patience: 120_000 });
  await ready(page);
  const says = metadata({
    "Image.BitmapPixelFormat": "Bgr8",
    "Image.NominalPixelRange": "NominalRange_0_255",
    names: "{0: 'blue', 1: 'green', 2: 'red'}",
  });
  await give(page, "#model-file", "says.onnx", Buffer.concat([onnx(), says]));
  await page.waitForSelector('#model option:has-text("says.onnx")', { state: "attached" });
  await ready(page);
  await page.click('[data-part="model-view"] summary');
  assert.equal(await page.textContent("#profile-origin"), "From what the file says of itself.");
  assert.deepEqual(
    [
      await page.inputValue("#profile-channels"),
      await page.inputValue("#profile-range"),
      await page.inputValue("#profile-mean"),
    ],
    ["BGR", "0, 255", "0, 0, 0"],
  );
  assert.match((await page.textContent("#labels-line")) ?? "", /^3 labels: blue, green, red/);
  await leave();
});
