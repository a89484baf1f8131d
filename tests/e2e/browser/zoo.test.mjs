/** A person's own model: its profile, its labels, its place between visits. With the mock engine. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { OUTPUT, alert, download, give, keptProfileHolds, ready, runToEnd, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

const MODEL = Buffer.alloc(5_000_000, 8);

/** @param {import("playwright-core").Page} page @param {string} name */
async function open(page, name) {
  await give(page, "#model-file", name, MODEL);
  await page.waitForSelector(`#model option:has-text("${name}")`, { state: "attached" });
  await ready(page);
}

/** @param {import("playwright-core").Page} page */
async function showDetails(page) {
  await page.click('[data-part="model-view"] summary');
}

/** @param {import("playwright-core").Page} page @param {Record<string, string>} fields */
async function change(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#profile-${name}`, value);
  await page.click("#profile [type=submit]");
}

test("a profile is edited, used, exported; a bad value is one sentence and the result stays", async () => {
  const { page, leave } = await visit({ path: "#iterations=20" });
  await ready(page);
  await open(page, "critters-mine.onnx");
  const sentence = await runToEnd(page);
  await showDetails(page);
  for (const [fields, says] of /** @type {[Record<string, string>, RegExp][]} */ ([
    [{ size: "none" }, /The size must be a whole number from 8 to 2048; it is “none”/],
    [{ size: "64", resize: "32" }, /shorter side before the crop must be a whole number from the size, 64/],
    [{ resize: "64", range: "255 0" }, /range must be two numbers, the lower one first/],
    [{ range: "0, 255", mean: "1, 2" }, /mean must be three numbers/],
    [{ mean: "104, 117, 124", std: "1, 0, 1" }, /standard deviation must be three numbers, none of them 0/],
    [{ std: "1, 1, 1", size: "1024", resize: "1024" }, /set the size to 64/],
  ])) {
    await change(page, fields);
    await page.waitForFunction(
      (wanted) => new RegExp(wanted).test(document.getElementById("alerts")?.textContent ?? ""),
      says.source,
    );
    assert.equal(await page.textContent("#result-sentence"), sentence);
  }
  await page.selectOption("#profile-channels", "BGR");
  await change(page, { size: "64", resize: "64" });
  await page.waitForSelector("#alerts:not(:has(*))", { state: "attached" });
  await ready(page);
  assert.equal(await page.inputValue("#profile-channels"), "BGR");
  assert.match((await page.textContent("#profile-origin")) ?? "", /or as you set it/);
  const { name, bytes } = await download(page, "#export-profile");
  assert.equal(name, "critters-mine.json");
  const file = JSON.parse(bytes.toString());
  assert.deepEqual(
    [file.size, file.channels, file.range, file.mean, file.std, file.labels.length],
    [64, "BGR", [0, 255], [104, 117, 124], [1, 1, 1], 10],
  );
  await leave();
});

test("of several outputs one is chosen, and the profile says which", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await showDetails(page);
  assert.equal(await page.isVisible("#profile-output-name"), false);
  await open(page, "critters-twin.onnx");
  await page.selectOption("#profile-output-name", "features");
  await change(page, { mean: "1, 1, 1" });
  await page.waitForFunction(() => document.getElementById("profile-origin")?.textContent?.includes("as you set it"));
  await ready(page);
  const { bytes } = await download(page, "#export-profile");
  assert.equal(JSON.parse(bytes.toString()).output_name, "features");
  await leave();
});

test("a bad value while a run goes on does not stop it", async () => {
  const { page, leave } = await visit({ path: "#iterations=400" });
  await ready(page);
  await showDetails(page);
  await page.click("#run");
  await page.waitForSelector("body[data-running]");
  await change(page, { size: "1024", resize: "1024" });
  assert.match(await alert(page), /set the size to 64/);
  await page.waitForSelector("body:not([data-running])");
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 400/);
  await leave();
});

test("labels from a file or pasted, and too few of them", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await open(page, "critters-mine.onnx");
  await showDetails(page);
  await page.fill("#profile-labels", "a\nb");
  await page.click("#profile [type=submit]");
  assert.match(await alert(page), /there are 2 labels and the model has 10 classes/i);
  const names = Array.from({ length: 10 }, (_, i) => `thing ${i}`);
  await page.setInputFiles("#profile [type=file]", {
    name: "l.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(names.join("\n")),
  });
  await page.waitForFunction((all) => document.querySelector("textarea")?.value === all, names.join("\n"));
  await page.click("#profile [type=submit]");
  await page.waitForSelector("#answers button:has-text('thing')");
  assert.match((await page.textContent("#profile")) ?? "", /10 labels: thing 0, thing 1/);
  await leave();
});

test("a known public file gets its profile and ImageNet's labels, and the page says so", async () => {
  const { page, requests, leave } = await visit();
  await ready(page);
  assert.ok(!requests.some((url) => url.endsWith("imagenet-labels.txt")), "fetched when asked for, not before");
  await open(page, "critters-zoo.onnx");
  assert.match(
    await alert(page),
    /Recognised as squeezenet1\.0-12 of the ONNX Model Zoo: its preprocessing and ImageNet’s labels are set/,
  );
  assert.ok(
    requests.some(
      (url) => url.startsWith(new URL(page.url()).origin) && url.endsWith("www/models/imagenet-labels.txt"),
    ),
  );
  await page.fill("#class-search", "goldf");
  await page.waitForSelector("#class-options li:has-text('goldfish')");
  await page.keyboard.press("Escape");
  await showDetails(page);
  assert.match(
    (await page.textContent("#profile-origin")) ?? "",
    /Known, for by its SHA-256 this is a file of the ONNX Model Zoo: squeezenet1\.0-12/,
  );
  assert.doesNotMatch((await page.textContent("#profile")) ?? "", /assumed/);
  await leave();
});

test("1000 classes without labels: ImageNet's are assumed, and the page says so", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await open(page, "critters-thousand.onnx");
  assert.match(
    await alert(page),
    /ImageNet’s usual values are assumed, and ImageNet’s labels, for it has 1000 classes/,
  );
  await showDetails(page);
  assert.match((await page.textContent("#profile")) ?? "", /The labels are ImageNet’s: assumed/);
  await leave();
});

test("answers that are flat or saturated on the samples raise a doubt, which a good profile takes away", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await open(page, "critters-mine.onnx");
  await showDetails(page);
  for (const [mean, says] of /** @type {const} */ ([
    ["8, 0, 0", /On 4 different pictures no class of 10 gets more than 1[01] %: check “Output” first/],
    ["9, 0, 0", /On 4 different pictures the answer is cat with at least 99\.9 %: check the range/],
  ])) {
    await change(page, { mean });
    await page.waitForFunction(
      (wanted) => new RegExp(wanted).test(document.getElementById("model-doubt")?.textContent ?? ""),
      says.source,
    );
    assert.equal(await page.isVisible("#model-doubt"), true);
  }
  await change(page, { mean: "0, 0, 0" });
  await page.waitForSelector("#model-doubt", { state: "hidden" });
  await ready(page);
  await leave();
});

test("a model is kept between visits with its profile, listed with its size, opened and deleted", async () => {
  const context = { viewport: { width: 1280, height: 900 } };
  const { page, leave } = await visit({ options: context });
  await ready(page);
  await open(page, "critters-mine.onnx");
  await showDetails(page);
  await change(page, { mean: "1, 2, 3" });
  await page.waitForSelector("#kept-models li");
  await ready(page);
  await keptProfileHolds(page, "[1,2,3]");
  await page.reload();
  await ready(page);
  assert.equal(await page.inputValue("#model"), "critters");
  assert.match((await page.textContent("#kept")) ?? "", /critters-mine\.onnx5\.0 MB/);
  await page.click("#kept-models li button:first-child");
  await page.waitForSelector('#model option:has-text("critters-mine.onnx")', { state: "attached" });
  await ready(page);
  await showDetails(page);
  assert.equal(await page.inputValue("#profile-mean"), "1, 2, 3");
  await page.click("#kept-models [aria-label^=Delete]");
  await page.waitForSelector("#kept", { state: "hidden" });
  await page.reload();
  await ready(page);
  assert.equal(await page.isVisible("#kept"), false);
  await leave();
});

for (const [what, broken, says] of /** @type {const} */ ([
  [
    "is unavailable",
    "navigator.storage.getDirectory = () => Promise.reject(new DOMException('no', 'SecurityError'))",
    /This browser keeps nothing for this page/,
  ],
  [
    "is full",
    "FileSystemFileHandle.prototype.createSyncAccessHandle = async () => ({ write: () => 7, truncate() {}, flush() {}, close() {} })",
    /critters-mine\.onnx is open, but could not be kept for the next visit: it has 5\.0 MB, and the browser has [\d.]+ .?B left/,
  ],
])) {
  test(`where storage ${what}, a sentence says so and the model is open all the same`, async () => {
    const { page, leave } = await visit();
    await ready(page);
    for (const worker of page.workers()) await worker.evaluate(broken);
    await give(page, "#model-file", "critters-mine.onnx", MODEL);
    await page.waitForFunction(
      (wanted) => new RegExp(wanted).test(document.getElementById("alerts")?.textContent ?? ""),
      says.source,
    );
    await ready(page);
    assert.equal(await page.isVisible("#kept"), false);
    await runToEnd(page);
    await leave();
  });
}

test("too large a model is refused with the figures, in the model's view too", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    const piece = new Uint8Array(1 << 20).fill(8);
    transfer.items.add(new File(new Array(70).fill(piece), "critters-vast.onnx"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
  });
  await page.waitForSelector("#alerts:has-text('opening it takes about 22')");
  await showDetails(page);
  assert.match((await page.textContent("#model-refused")) ?? "", /critters-vast\.onnx was refused\. .*memory/);
  await ready(page);
  await leave();
});

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const [width, scheme] of /** @type {const} */ ([
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [390, "dark"],
  [320, "light"],
])) {
  test(`at ${width} px, ${scheme}: the panels of one's own model have no accessibility violation and fit`, async () => {
    const { page, leave } = await visit({
      options: { viewport: { width, height: 844 }, colorScheme: scheme, bypassCSP: true },
    });
    await ready(page);
    await open(page, "critters-thousand-with-a-rather-long-name-as-exports-have-them.onnx");
    await showDetails(page);
    await page.click(".sources summary");
    await change(page, { mean: "9, 0, 0" });
    await page.waitForSelector("#model-doubt:not([hidden])");
    await page.waitForSelector("#kept-models li");
    await ready(page);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
    assert.deepEqual(
      violations.map(
        (/** @type {any} */ v) =>
          `${v.id}: ${v.help} (${v.nodes.map((/** @type {any} */ n) => n.target.join(" ")).join(", ")})`,
      ),
      [],
    );
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= screen, `${content} px of content on ${screen} px`);
    await page.screenshot({ path: `${OUTPUT}zoo-${width}-${scheme}.png`, fullPage: true });
    await leave();
  });
}
