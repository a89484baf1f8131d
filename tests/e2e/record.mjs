/**
 * Records what README.md shows: a run on the first sample in its own time, from the opening of the page to the sentence
 * of "Does it hold?". Chromium says when the screen has changed; img2webp, of Debian's package webp, must be on the
 * PATH.
 *
 *     node record.mjs        writes docs/images/run.webp
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, ready, requireEngine, serve, visit } from "./browser/harness.mjs";

const TARGET = fileURLToPath(new URL("../../docs/images/run.webp", import.meta.url));
const SIZE = { width: 1200, height: 800 };
/** So wide is the recording. */
const WIDTH = 1100;
/** Frames that follow sooner are left out; the last one stays for so long. */
const [LEAST_MS, LAST_MS] = [90, 4500];
/** What img2webp is to do: for ever, with losses, as small as it can. */
const HOW = ["-loop", "0", "-lossy", "-q", "82", "-m", "6", "-min_size"];

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{at: number, bytes: Buffer}} Frame `at` in milliseconds */

/** Keeps each look of the page from now on. @param {Page} page @returns {Promise<() => Promise<Frame[]>>} ends it */
async function watch(page) {
  /** @type {Frame[]} */
  const frames = [];
  const devtools = await page.context().newCDPSession(page);
  devtools.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    frames.push({ at: (metadata.timestamp ?? 0) * 1000, bytes: Buffer.from(data, "base64") });
    devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
  });
  await devtools.send("Page.startScreencast", { format: "png", maxWidth: WIDTH, maxHeight: WIDTH });
  return async () => (await devtools.send("Page.stopScreencast"), frames);
}

/** A picture of the screen holds no pointer, so one is drawn. */
function drawPointer() {
  const dot = document.createElement("div");
  const look = { position: "fixed", zIndex: "9", width: "20px", height: "20px", margin: "-10px", borderRadius: "50%" };
  Object.assign(dot.style, look, { background: "#c2410c99", border: "2px solid #fff", pointerEvents: "none" });
  addEventListener("mousemove", ({ clientX, clientY }) => {
    document.body.append(dot);
    Object.assign(dot.style, { left: `${clientX}px`, top: `${clientY}px` });
  });
}

/** Moves to a button as a hand would, and presses it. @param {Page} page @param {string} button */
async function press(page, button) {
  const box = await page.locator(button).boundingBox();
  assert.ok(box, `${button} is on the screen`);
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 12 });
  await page.waitForTimeout(500);
  await page.mouse.down();
  await page.mouse.up();
}

/** From the opening to the end. @param {Page} page */
async function run(page) {
  await page.reload();
  await ready(page);
  await page.mouse.move(SIZE.width * 0.75, SIZE.height * 0.4);
  await page.waitForTimeout(800);
  await press(page, "#run");
  await page.waitForSelector('body[data-runs="1"]');
  await page.waitForTimeout(1500);
  await press(page, "#see");
  await page.waitForSelector('#holds[data-state="done"]');
  await page.locator("#result").evaluate((result) => result.scrollIntoView({ block: "start" }));
  await page.waitForTimeout(500);
}

/** @param {Frame[]} frames */
function write(frames) {
  const folder = mkdtempSync(join(tmpdir(), "vanish-record-"));
  const stays = (/** @type {Frame} */ { at }, /** @type {number} */ i) => i === frames.length - 1 || frames[i + 1].at - at >= LEAST_MS || i % 4 === 0;
  const kept = frames.filter(stays);
  const files = kept.flatMap(({ at, bytes }, i) => {
    const file = join(folder, `${i}.png`);
    writeFileSync(file, bytes);
    const ms = i + 1 < kept.length ? kept[i + 1].at - at : LAST_MS;
    return ["-d", String(Math.max(1, Math.round(ms))), file];
  });
  execFileSync("img2webp", [...HOW, ...files, "-o", TARGET], { stdio: ["ignore", "ignore", "inherit"] });
  rmSync(folder, { recursive: true });
  const seconds = (kept[kept.length - 1].at - kept[0].at + LAST_MS) / 1000;
  console.log(`${kept.length} frames, ${seconds.toFixed(1)} s, ${(statSync(TARGET).size / 1e6).toFixed(2)} MB`);
}

requireEngine();
const server = await serve();
const browser = await launch("cpu");
try {
  const options = { viewport: SIZE, reducedMotion: /** @type {const} */ ("no-preference") };
  const { page, leave } = await visit(browser, server, { patience: 120_000, options });
  await page.addInitScript(drawPointer);
  const end = await watch(page);
  await run(page);
  write(await end());
  await leave();
} finally {
  await browser.close();
  await server.close();
}
