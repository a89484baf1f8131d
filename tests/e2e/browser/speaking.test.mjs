/** The choice of a language, against the stand-in engine: where it comes from, how it is kept, and the way back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { download, ready, runToEnd, set, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @param {string} language until the page speaks it */
const speaks = (page, language) => page.waitForSelector(`html[lang="${language}"]`);

/** Every text and every label of the document. @param {Page} page @returns {Promise<string[]>} */
function texts(page) {
  return page.evaluate(() => {
    const names = ["alt", "aria-label", "aria-valuetext", "placeholder", "title"];
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    const all = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) all.push(...names.map((name) => node.getAttribute(name) ?? ""));
      else all.push(node.nodeValue ?? "");
    }
    return all;
  });
}

test("a browser in English is spoken to in English, and fetches no other texts", async () => {
  const { page, requests, leave } = await visit();
  await ready(page);
  await page.waitForFunction(() => document.querySelectorAll("#gallery button").length === 8);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.equal(await page.inputValue("#language"), "en");
  assert.deepEqual(
    requests.filter((url) => /es\.json|catalogue|translator/.test(url)),
    [],
  );
  await leave();
});

test("a browser in Spanish is spoken to in Spanish, and an address in English wins", async () => {
  const options = { locale: "es-MX" };
  const { page, leave } = await visit({ options });
  await speaks(page, "es");
  await ready(page);
  assert.equal(await page.title(), "vanish: ¿por qué dijo eso el clasificador?");
  assert.match((await page.textContent("#run")) ?? "", /^Explicar «\w+»$/);
  await leave();
  const english = await visit({ options, path: "?lang=en" });
  await ready(english.page);
  await english.page.waitForFunction(() => document.querySelectorAll("#gallery button").length === 8);
  assert.match((await english.page.textContent("#run")) ?? "", /^Explain “\w+”$/);
  await english.leave();
});

test("the choice is made by keyboard, in the middle of a run, kept, and leads back to every English text", async () => {
  const { page, leave } = await visit({ path: "?lang=en#iterations=400" });
  await ready(page);
  await page.click("#run");
  await page.waitForSelector("body[data-running]");
  await page.waitForFunction(() => /score/.test(document.querySelector("#progress-text")?.textContent ?? ""));
  await page.focus("#language");
  await page.keyboard.press("ArrowDown");
  await speaks(page, "es");
  assert.equal(await page.locator("body[data-running]").count(), 1, "the run goes on");
  await page.waitForFunction(() => /puntuación/.test(document.querySelector("#progress-text")?.textContent ?? ""));
  assert.equal(new URL(page.url()).search, "", "the address says nothing else");
  await page.waitForSelector('body[data-runs="1"]:not([data-running])');
  await page.waitForSelector('#holds[data-state="done"]');
  assert.match((await page.textContent("#result-sentence")) ?? "", /^Desenfocar/);

  // The same things are on the page, and all in the words of the program.
  await page.selectOption("#language", "en");
  await speaks(page, "en");
  // Of what is said the last has been said.
  await page.waitForFunction(() => document.getElementById("status")?.textContent?.startsWith("Deleting"));
  const english = await texts(page);
  assert.match((await page.textContent("#result-sentence")) ?? "", /^Blurring/);
  await page.selectOption("#language", "es");
  await speaks(page, "es");
  const spanish = await texts(page);
  assert.ok(spanish.filter((text, at) => text !== english[at]).length > 150, "much of it was translated");
  await page.selectOption("#language", "en");
  await speaks(page, "en");
  assert.deepEqual(await texts(page), english);

  await page.selectOption("#language", "es");
  await page.reload();
  await speaks(page, "es");
  await ready(page);
  assert.equal(await page.inputValue("#language"), "es");
  await leave();
});

test("in Spanish the page computes and saves what it does in English", async () => {
  const reports = [];
  for (const language of ["en", "es"]) {
    const { page, leave } = await visit({ path: `?lang=${language}#iterations=20` });
    await speaks(page, language);
    await ready(page);
    await set(page, { null: "noise" });
    assert.equal(await page.inputValue("#setting-null"), "noise");
    await runToEnd(page);
    reports.push((await download(page, "#export-report")).bytes.toString().replace(/"(seconds|created)": ?[^,]*/g, ""));
    // What is chosen by its text is known by the program's own words.
    await page.selectOption("#closer-layer", { label: language === "es" ? "Borrada" : "Deleted" });
    const shown = await page.getAttribute("#closer-picture", "aria-label");
    assert.match(shown ?? "", language === "es" ? /^Borrada de \w+$/ : /^Deleted of \w+$/);
    await leave();
  }
  assert.match(reports[0], /Blurring/);
  assert.equal(reports[1], reports[0]);
});

test("what stands in no catalogue stays English, and so does the page where its texts cannot be had", async () => {
  const { page, leave } = await visit({ mayLog: /404|Failed to load/ });
  await ready(page);
  await page.route("**/es.json", (route) => route.fulfill({ status: 404, body: "none" }));
  await page.selectOption("#language", "es");
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector("#language")).value === "en");
  assert.match((await page.textContent("#run")) ?? "", /^Explain/);
  await page.unrouteAll();
  await page.selectOption("#language", "es");
  await speaks(page, "es");
  await page.evaluate(() => document.querySelector("#view")?.append("Said by nobody."));
  assert.match((await page.textContent("#view")) ?? "", /Said by nobody\.$/);
  await leave();
});

test("a browser that keeps nothing speaks Spanish all the same", async () => {
  const { page, leave } = await visit();
  await page.addInitScript(() =>
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    }),
  );
  await page.reload();
  await ready(page);
  await page.selectOption("#language", "es");
  await speaks(page, "es");
  await leave();
});
