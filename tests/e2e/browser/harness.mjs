/** What every browser test stands on: a server, a browser with or without WebGPU, and a page that is watched. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { ROOT, serve } from "../serve.mjs";

export const OUTPUT = fileURLToPath(new URL("../output/", import.meta.url));
mkdirSync(OUTPUT, { recursive: true });

const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];
const GRAPHICS = {
  cpu: ["--disable-gpu", "--disable-features=WebGPU,WebGPUService"],
  gpu: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
};

/** @param {"cpu" | "gpu"} graphics @returns {Promise<import("playwright-core").Browser>} */
export function launch(graphics) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  assert.ok(existsSync(executablePath), `no browser at ${executablePath}: install Chromium, or name one in CHROMIUM`);
  return chromium.launch({ executablePath, args: [...QUIET, ...GRAPHICS[graphics]] });
}

/** The real engine must have been built. */
export function requireEngine() {
  for (const file of ["pkg/vanish_bg.wasm", "pkg/vanish_cpu_bg.wasm", "www/models/critters.onnx"]) {
    assert.ok(existsSync(join(ROOT, file)), `${file} is missing: \`cargo xtask build\` makes it`);
  }
}

/**
 * @typedef {object} Visit
 * @property {import("playwright-core").Page} page
 * @property {string[]} requests every address asked for, the worker's included
 * @property {string[]} errors console errors and uncaught exceptions
 * @property {() => Promise<void>} leave closes the page and checks what was watched
 */

/**
 * @param {import("playwright-core").Browser} browser @param {{url: string, origin: string}} server @param {{path?:
 * string, options?: import("playwright-core").BrowserContextOptions, mayLog?: RegExp, patience?: number}} [how]
 * @returns {Promise<Visit>}
 */
export async function visit(browser, server, { path = "", options = {}, mayLog, patience = 60_000 } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const errors = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error" && !mayLog?.test(message.text())) errors.push(message.text());
  });
  page.on("pageerror", (error) => {
    if (!mayLog?.test(String(error))) errors.push(String(error));
  });
  const leave = async () => {
    await context.close();
    assert.deepEqual(errors, [], "the console stays free of errors");
    assert.deepEqual(
      requests.filter((url) => !ownOrigin(url, server.origin)),
      [],
      "no request leaves the origin",
    );
  };
  await page.goto(server.url + path);
  return { page, requests, errors, leave };
}

/**
 * For the tests of a file: one server and one browser without WebGPU, and `visit` in them.
 *
 * @param {{mock?: boolean}} [how]
 * @returns {(how?: Parameters<typeof visit>[2]) => Promise<Visit>}
 */
export function visitor({ mock = false } = {}) {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    server = await serve({ mock });
    browser = await launch("cpu");
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  return (how) => visit(browser, server, how);
}

/** @param {string} url @param {string} origin @returns {boolean} */
export function ownOrigin(url, origin) {
  return url.startsWith(`${origin}/`) || url.startsWith(`blob:${origin}/`) || url.startsWith("data:");
}

/** The page has a model, a picture and answers. @param {import("playwright-core").Page} page */
export async function ready(page) {
  await page.waitForSelector("body[data-ready]:not([data-running])");
  await page.waitForSelector("#run:not([disabled]):not(:empty), #compare-start:not([disabled])");
}

/**
 * What comes after the first answer is there too: the page needs no connection now.
 *
 * @param {import("playwright-core").Page} page
 */
export async function whole(page) {
  await ready(page);
  for (const part of ["#result", "#setting-method"]) await page.waitForSelector(part, { state: "attached" });
  const fetched = () => performance.getEntriesByType("resource").some(({ name }) => /\/sharing\b[^/]*\.js$/.test(name));
  await page.waitForFunction(fetched);
}

/** Opens a view. @param {import("playwright-core").Page} page @param {string} view */
export async function go(page, view) {
  await page.click(`#navigation [data-open="${view}"]`);
  await page.waitForSelector(`#view[data-open="${view}"]`);
}

/** @param {import("playwright-core").Page} page @returns {Promise<string>} the sentence in the alert region */
export async function alert(page) {
  return (await page.locator("#alerts .message p").first().textContent()) ?? "";
}

/**
 * @param {import("playwright-core").Page} page
 * @param {Record<string, string | number>} values of the settings panel
 */
export async function set(page, values) {
  const panel = page.locator('[data-part="settings"]');
  if (!(await panel.evaluate((node) => /** @type {HTMLDetailsElement} */ (node).open)))
    await panel.locator("summary").click();
  for (const [name, value] of Object.entries(values)) {
    const control = page.locator(`#setting-${name}`);
    if ((await control.evaluate((node) => node.tagName)) === "SELECT") await control.selectOption(String(value));
    else {
      await control.fill(String(value));
      await control.blur();
    }
  }
}

/** Runs to the end and returns the sentence. @param {import("playwright-core").Page} page @param {number} [timeout] */
export async function runToEnd(page, timeout = 120_000) {
  const before = Number((await page.getAttribute("body", "data-runs")) ?? 0);
  await page.click("#run");
  await page.waitForSelector(`body[data-runs="${before + 1}"]`, { timeout });
  const failure = page.locator("#alerts .failure p");
  if (await failure.count()) assert.fail(`the run failed: ${await failure.first().textContent()}`);
  return page.textContent("#result-sentence");
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} button
 * @returns {Promise<{name: string, bytes: Buffer}>}
 */
export async function download(page, button) {
  const [got] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const stream = await got.createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { name: got.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} input
 * @param {string} name
 * @param {Buffer | Uint8Array | string} body
 */
export async function give(page, input, name, body) {
  await page.setInputFiles(input, {
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(/** @type {any} */ (body)),
  });
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * No accessibility violation; needs a page that bypasses the CSP.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} when
 */
export async function axeCheck(page, when) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
  const found = violations.map(
    (/** @type {any} */ v) =>
      `${v.id}: ${v.help} (${v.nodes.map((/** @type {any} */ n) => n.target.join(" ")).join(", ")})`,
  );
  assert.deepEqual(found, [], when);
}

export { serve };

/**
 * Waits until the profile of the model kept between visits holds some text.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} text
 */
export async function keptProfileHolds(page, text) {
  await page.waitForFunction(async (wanted) => {
    const place = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
    for await (const name of /** @type {any} */ (place).keys()) {
      if (name.endsWith(".json"))
        return (await (await (await place.getFileHandle(name)).getFile()).text()).includes(wanted);
    }
    return false;
  }, text);
}
