/** Looking at a result, with the real engine: outline, zoom, full size, film, curves by value and as files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, download, ready, requireEngine, runToEnd, visitor, whole } from "./harness.mjs";

requireEngine();
const visit = visitor();
const PATIENCE = 120_000;

/** What a canvas shows. @param {import("playwright-core").Page} page @param {string} canvas */
const shot = (page, canvas) =>
  page.locator(canvas).evaluate((node) => /** @type {HTMLCanvasElement} */ (node).toDataURL());

/** Width and height of a PNG. @param {Buffer} bytes */
const size = (bytes) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

test("a result is looked at closely: outline, zoom by keyboard, seeds, full size", async () => {
  const { page, leave } = await visit({ path: "#iterations=12", patience: PATIENCE, options: { bypassCSP: true } });
  await ready(page);
  await runToEnd(page);
  const plain = await shot(page, "#closer-picture");
  await page.check("#closer-contour");
  const outlined = await shot(page, "#closer-picture");
  assert.notEqual(outlined, plain, "the outline is drawn");

  const reading = async () => Number(/: ([\d.]+) %/.exec((await page.textContent("#closer-reading")) ?? "")?.[1]);
  const half = await reading();
  await page.focus("#closer-level");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  assert.ok((await reading()) > half, "a lower threshold outlines more");
  assert.match((await page.getAttribute("#closer-level", "aria-valuetext")) ?? "", /^Evidence above 0\.30: /);

  await page.focus("#closer-frame");
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  assert.equal(await page.inputValue("#closer-zoom"), "2");
  const middle = await shot(page, "#closer-picture");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await shot(page, "#closer-picture"), middle, "the window moved");

  for (const kind of ["picture", "map", "overlay"]) {
    const { name, bytes } = await download(page, `#closer-save-${kind}`);
    assert.match(name, new RegExp(`_${kind}-1024px\\.png$`));
    assert.deepEqual(size(bytes), [1024, 1024], kind);
  }

  assert.equal(await page.locator('#closer-layer option:has-text("Deviation")').count(), 0);
  await page.evaluate(() => (location.hash = "#iterations=12&seed=1"));
  await page.waitForSelector('#settings-summary:has-text("seed 1")');
  await ready(page);
  await runToEnd(page);
  await page.selectOption("#closer-layer", "Deviation of 2 seeds");
  await axeCheck(page, "a result looked at closely");
  await leave();
});

test("a run is played back, and its curves are read by value and taken away", async () => {
  const { page, leave } = await visit({ path: "#method=meaningful&iterations=60", patience: PATIENCE });
  // Films are taken from the moment on that results can be shown.
  await whole(page);
  await runToEnd(page);
  await page.focus("#replay-step");
  await page.keyboard.press("Home");
  const reading = () => page.inputValue("#replay-reading").catch(() => page.textContent("#replay-reading"));
  assert.match((await reading()) ?? "", /^step 1 of 60, score \d\.\d\d, objective \d/);
  const first = await shot(page, "#replay-picture");
  assert.match((await page.getAttribute("#replay-picture", "aria-label")) ?? "", /after step \d+$/);
  await page.keyboard.press("End");
  assert.notEqual(await shot(page, "#replay-picture"), first, "the map has grown");

  await page.click("#replay-play");
  await page.waitForFunction(() => {
    const step = /** @type {HTMLInputElement} */ (document.querySelector("#replay-step"));
    return step.value === step.max && document.querySelector("#replay-play")?.textContent === "Play";
  });

  const csv = (await download(page, "#replay-csv")).bytes.toString().trim().split("\n");
  assert.equal(csv[0], "step,score,objective");
  assert.equal(csv.length, 61);
  assert.ok(csv.slice(1).every((line, i) => line.startsWith(`${i + 1},`) && line.split(",").every(Boolean)));

  const { name, bytes } = await download(page, "#replay-svg");
  assert.match(name, /_curves\.svg$/);
  const svg = bytes.toString();
  const drawn = await page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, "image/svg+xml");
    const lines = [...file.querySelectorAll("path")].map((path) => path.getAttribute("stroke"));
    return { root: file.documentElement.nodeName, lines, styled: file.querySelector("[class]") !== null };
  }, svg);
  assert.equal(drawn.root, "svg");
  assert.equal(drawn.lines.length, 4, "an axis and a curve each");
  assert.ok(drawn.lines.every((stroke) => /^rgb/.test(stroke ?? "")), `${drawn.lines}`);
  assert.equal(drawn.styled, false, "no style sheet decides how it looks");
  await leave();
});

test("a run without curves offers none to be saved", async () => {
  const { page, leave } = await visit({ path: "#method=occlusion", patience: PATIENCE });
  await ready(page);
  await runToEnd(page, PATIENCE);
  assert.deepEqual([await page.isHidden("#replay-csv"), await page.isHidden("#replay-svg")], [true, true]);
  await leave();
});
