/**
 * Pictures of every view after its run, for a person to look at: each width, light and dark, the whole page and what
 * the first screen holds.
 *
 *     node screens.mjs [view…] [--widths 390,1280] [--schemes dark]     writes output/screens/
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { go, launch, OUTPUT, ready, requireEngine, runToEnd, serve, visit } from "./browser/harness.mjs";

/** A busy machine takes its time. */
const PATIENCE = 400_000;
const FOLDER = join(OUTPUT, "screens");
const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: "string", default: "320,390,820,1280,1920" },
    schemes: { type: "string", default: "light,dark" },
  },
});

/** @typedef {import("playwright-core").Page} Page */

/** How each view comes to show all that it can. @type {Record<string, (page: Page) => Promise<unknown>>} */
const SHOWN = {
  explain: async (page) => {
    await runToEnd(page, PATIENCE);
    await page.waitForSelector('#holds[data-state="done"]');
  },
  compare: async (page) => {
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
  },
  rules: async (page) => {
    await page.waitForSelector("#changes-csv:not([hidden])");
    for (const test of ["concepts", "parts"]) {
      await page.click(`#${test}-test`);
      await page.waitForSelector(`[data-state="done"] #${test}-test`);
    }
  },
  cues: (page) => page.waitForSelector('[data-state="done"] #cues-search'),
  adversarial: async (page) => {
    await page.waitForSelector('[data-state="done"] #attack', { timeout: 180_000 });
    await page.waitForSelector("#recover-sentence:not([hidden])");
  },
  evaluate: (page) => page.waitForSelector('[data-state="done"] #evaluate'),
  model: (page) => page.waitForSelector("#classes button"),
  tour: async (page) => {
    await page.click("#take-tour");
    await page.waitForSelector('#tour[data-state="done"]');
  },
};

/** @param {Page} page @param {string} view */
async function picture(page, view) {
  for (const colorScheme of /** @type {("light" | "dark")[]} */ (given.schemes.split(","))) {
    await page.emulateMedia({ colorScheme });
    for (const width of given.widths.split(",").map(Number)) {
      await page.setViewportSize({ width, height: width < 600 ? 844 : Math.round((width * 5) / 8) });
      await page.evaluate(() => scrollTo(0, 0));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.error(`${view} at ${width} px is ${wide} px too wide`);
      const name = join(FOLDER, `${view}-${width}-${colorScheme}`);
      await page.screenshot({ path: `${name}.png` });
      await page.screenshot({ path: `${name}-whole.png`, fullPage: true });
    }
  }
}

requireEngine();
mkdirSync(FOLDER, { recursive: true });
const server = await serve();
const browser = await launch("cpu");
try {
  const { page, leave } = await visit(browser, server, { patience: PATIENCE });
  await ready(page);
  for (const view of positionals.length ? positionals : Object.keys(SHOWN)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    if (view !== "tour") await go(page, view);
    await SHOWN[view](page);
    await picture(page, view);
    console.log(view);
  }
  await leave();
} finally {
  await browser.close();
  await server.close();
}
