/** What a sheet of paper holds: the result and what it was made with, on white, and nothing that is pressed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { go, ready, runToEnd, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/** @param {import("playwright-core").Page} page @param {string} what @returns {Promise<number>} how many are seen */
const seen = (page, what) => page.locator(what).filter({ visible: true }).count();

test("a printed result has its pictures, its sentence, its figures and its settings, and no controls", async () => {
  const { page, leave } = await visit({ options: { colorScheme: "dark", viewport: { width: 720, height: 1000 } } });
  await ready(page);
  const sheet = () => [...document.styleSheets].some(({ href }) => href?.endsWith("/print.css"));
  await page.waitForFunction(sheet);
  const sentence = await runToEnd(page);
  assert.equal(await page.isVisible("#result-printed"), false);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(0, 0, 0)");
  assert.equal(await page.locator("#result-sentence").textContent(), sentence);
  for (const part of ["#result-sentence", "#result-numbers", ".legend", "#result-printed"])
    assert.ok(await page.isVisible(part), part);
  const tops = await page.locator("#four figure").evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
  assert.deepEqual([tops.length, new Set(tops).size], [4, 1], "four pictures beside each other");
  const facts = await page.locator("#result-printed div").allTextContents();
  for (const fact of [/^Method\w/, /^Seed0$/, /^Iterations300$/, /^Modelcritters/, /^Program\w/])
    assert.ok(facts.some((each) => fact.test(each)), `${fact} in ${facts}`);
  assert.equal(await seen(page, "button, input, select, textarea, summary, nav, #stage, .article"), 0);
  await leave();
});

test("a printed comparison has its maps, and a printed model its classes", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await go(page, "compare");
  await page.click("#compare-start");
  await page.waitForSelector("#compare-body[data-compared]");
  const maps = await seen(page, "#compare-body canvas");
  await page.emulateMedia({ media: "print" });
  assert.equal(await seen(page, "#compare-body canvas"), maps);
  await page.emulateMedia({ media: "screen" });
  await go(page, "model");
  await page.waitForSelector("#classes button");
  await page.emulateMedia({ media: "print" });
  assert.equal(await seen(page, "#classes button"), 10);
  assert.equal(await seen(page, "nav, select, input"), 0);
  await leave();
});
