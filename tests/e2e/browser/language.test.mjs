/** The page in Spanish, with the real engine: every view and the tour, and nothing on them is left in English. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BAD_MODELS, BAD_PICTURES, ODD_PICTURES } from "./cases.mjs";
import { axeCheck, download, give, ready, requireEngine, runToEnd, set, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();
/** A busy machine takes its time. */
const PATIENCE = 400_000;

/** Classes with their scores, pictures with the method at work on them, and models. */
const DATA =
  /^(rabbit|cat|bear|pig|deer|ram|owl|duck|critter(s|s-biased|:\d+( [a-z+-]+)?))?:?(\s?<?\s?[\d.]+(\s%)?)?:?$/;

/** What is no text of the page: data, and what a model's file calls its input and output. @param {string} text */
const isData = (text) => /^(image|logits) \[/.test(text) || text.split(/, | → /).every((part) => DATA.test(part));

/** What the page has met and not translated. @param {import("playwright-core").Page} page @param {string} where */
async function inSpanish(page, where) {
  assert.equal(await page.getAttribute("html", "lang"), "es");
  const found = await page.evaluate(async () => {
    const { missing } = await import(new URL("www/texts/language.js", document.baseURI).href);
    return /** @type {string[]} */ (missing());
  });
  assert.deepEqual(
    found.filter((text) => !isData(text)),
    [],
    where,
  );
  assert.deepEqual(await englishWords(page), [], where);
}

/** What reads like English, whatever the translator thinks of it. @param {import("playwright-core").Page} page */
function englishWords(page) {
  return page.evaluate(() => {
    const english = /(?<!\p{L})(the|of|is|are|was|and|or|with|from|to|that|which|it|this|by|as|at|not)(?!\p{L})/iu;
    const names = ["alt", "aria-label", "aria-valuetext", "placeholder", "title"];
    const own = [...document.querySelectorAll("*")].filter(
      (each) => !each.closest("script, style, code, noscript, [translate=no], [lang=en]:not(html)"),
    );
    const texts = own.flatMap((each) => [
      ...names.map((name) => each.getAttribute(name) ?? ""),
      ...[...each.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? "") : "")),
    ]);
    return texts.filter((text) => english.test(text));
  });
}

/** @param {import("playwright-core").Page} page @param {string} view */
async function fitsAPhone(page, view) {
  await page.setViewportSize({ width: 320, height: 700 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${view} is ${over} px too wide at 320`);
}

/** @param {string} path @returns {Parameters<typeof visit>[0]} */
const spanish = (path) => ({ path: `?lang=es#${path}`, patience: PATIENCE, options: { bypassCSP: true } });

test("Explain, from the address to the result", async () => {
  const { page, leave } = await visit(spanish("iterations=20"));
  await ready(page);
  assert.match((await page.textContent("#run")) ?? "", /^Explicar/);
  assert.match((await runToEnd(page)) ?? "", /^Desenfocar el \d+\.\d % de la imagen lleva rabbit de 1\.00 a 0\.\d+/);
  await page.waitForSelector('#holds[data-state="done"]');
  await set(page, { seed: 5 });
  for (const field of await page.locator("[data-part=settings] :is(input, select):visible").all()) await field.focus();
  await page.locator("details:not([open])").evaluateAll((all) => all.forEach((each) => each.setAttribute("open", "")));
  await page.waitForSelector("#profile-size");
  await runToEnd(page);
  await page.click("#see-requests");
  await page.waitForSelector("#requests[open] tbody tr");
  await page.keyboard.press("Escape");
  await page.click('#gallery li:nth-child(6) button');
  await ready(page);
  await inSpanish(page, "Explain");
  await axeCheck(page, "Explain in Spanish");
  await fitsAPhone(page, "Explain");
  await leave();
});

test("files that are refused, and pictures that were changed", async () => {
  const { page, leave } = await visit(spanish("iterations=20"));
  await ready(page);
  for (const [input, cases] of /** @type {const} */ ([
    ["#picture-file", BAD_PICTURES],
    ["#model-file", BAD_MODELS],
  ]))
    for (const { name, body } of cases) {
      await give(page, input, name, body);
      await page.waitForSelector("#alerts .failure p");
      await inSpanish(page, name);
      await page.click("#alerts .close");
    }
  for (const { name, body } of ODD_PICTURES) {
    await give(page, "#picture-file", name, body);
    await page.waitForSelector(`#stage-caption:has-text("${name}")`);
    await inSpanish(page, name);
  }
  await leave();
});

/** @typedef {(page: import("playwright-core").Page) => Promise<unknown>} Steps */

/** What is written on a picture that a button saves. @param {import("playwright-core").Page} page @param {string} button */
async function drawnWords(page, button) {
  await page.evaluate(() => {
    const { fillText } = CanvasRenderingContext2D.prototype;
    /** @type {any} */ (window).drawn = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
      /** @type {any} */ (window).drawn.push(text);
      return fillText.call(this, text, ...where);
    };
  });
  await download(page, button);
  return page.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (window).drawn));
}

/** @param {import("playwright-core").Page} page @param {string} number behind which are pictures */
async function open(page, number) {
  await page.locator(number).first().click();
  await page.waitForSelector("#exhibit[open] canvas");
  await page.click("#exhibit-close");
}

/** What makes a view say all that it has to say. @type {Record<string, Steps>} */
const VIEWS = {
  compare: async (page) => {
    await page.click("#compare-start:not([disabled])");
    await page.waitForSelector("#compare-stop:not([hidden])");
    await page.waitForSelector("#compare-stop", { state: "hidden" });
    const words = await drawnWords(page, "#compare-png");
    for (const part of ["todos los mapas en una misma escala de color", "0 sin evidencia", "Lo que ve el modelo"])
      assert.ok(words.some((text) => text.includes(part)), `${part} in ${words.join("; ")}`);
  },
  rules: async (page) => {
    await page.waitForSelector("#changes-csv:not([hidden])");
    const { bytes } = await download(page, "#changes-svg");
    const titles = await page.locator("#changes-curves h3").allTextContents();
    assert.ok(titles.length > 5);
    const drawn = bytes.toString().toLowerCase();
    for (const title of titles) assert.ok(drawn.includes(title.toLowerCase()), title);
    await page.click("#concepts-test:not([disabled])");
    await page.waitForSelector("#concepts-table button");
    await page.keyboard.press("Escape");
    await page.waitForSelector('[data-state="stopped"] #concepts-test');
    await open(page, "#concepts-table button");
    await open(page, "#local-table button");
  },
  cues: async (page) => {
    await page.waitForSelector('[data-state="done"] #cues-search');
    await open(page, "#cues-list button");
  },
  adversarial: async (page) => {
    await page.waitForSelector('[data-state="done"] #attack', { timeout: 180_000 });
    await page.waitForSelector("#recover-sentence:not([hidden])");
    await open(page, "#recover-table button");
  },
  evaluate: async (page) => {
    await page.waitForSelector('[data-state="done"] #evaluate');
    await open(page, "#evaluate-table button");
  },
  model: async (page) => {
    await page.waitForSelector("#classes li");
    await page.fill("#classes-search", "a");
  },
};

for (const [view, steps] of Object.entries(VIEWS))
  test(`the view ${view}`, async () => {
    const { page, leave } = await visit(spanish(`view=${view}&model=critters-biased`));
    await steps(page);
    await inSpanish(page, view);
    await axeCheck(page, `${view} in Spanish`);
    await fitsAPhone(page, view);
    await leave();
  });

test("the tour", async () => {
  const { page, leave } = await visit(spanish("tour=1"));
  for (let step = 1; step <= 7; step++) {
    await page.waitForSelector(`#tour[data-step="${step}"]:is([data-state="done"], [data-state="unfinished"])`);
    await inSpanish(page, `step ${step}`);
    await page.click("#tour-next");
  }
  await leave();
});
