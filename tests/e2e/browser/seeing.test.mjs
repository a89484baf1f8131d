/** Every view says what one is seeing, in words and as an equation, and what it does not tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, go, ready, requireEngine, visitor, whole } from "./harness.mjs";

requireEngine();
const visit = visitor();
const PATIENCE = 120_000;

test("what am I seeing, in every view, with its equation; and no view breaks at any width, light or dark", async () => {
  const { page, leave } = await visit({ patience: PATIENCE, options: { bypassCSP: true } });
  await ready(page);
  const views = await page.locator("#navigation [data-open]").evaluateAll((all) => all.map((each) => each.dataset.open));
  assert.deepEqual(views, ["explain", "compare", "rules", "cues", "adversarial", "evaluate", "model"]);
  for (const view of views.map(String)) {
    await go(page, view);
    const article = page.locator("#view article");
    assert.equal(await article.locator("h2").textContent(), "What am I seeing?", view);
    assert.match((await article.textContent()) ?? "", /What it does not tell/, view);
    await article.locator(".equation summary").click();
    await article.locator(".formula").first().waitFor();
    for (const width of [320, 820, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${view} at ${width} px is ${wide} px too wide`);
    }
    for (const colorScheme of /** @type {const} */ (["dark", "light"])) {
      await page.emulateMedia({ colorScheme });
      await axeCheck(page, `${view}, ${colorScheme}`);
    }
    await page.keyboard.press("Escape");
  }
  await leave();
});

test("what is chosen can be read in forced colours, in every view", async () => {
  const options = { forcedColors: /** @type {const} */ ("active"), colorScheme: /** @type {const} */ ("dark") };
  const { page, leave } = await visit({ patience: PATIENCE, options });
  await whole(page);
  for (const view of ["explain", "compare", "model"]) {
    await go(page, view);
    await page.locator('.sample[aria-pressed="true"]:visible, #classes [aria-pressed="true"]:visible').first().waitFor();
    const faint = await page.evaluate(() => {
      const light = (/** @type {string} */ colour) => {
        const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).map((value) => (Number(value) / 255) ** 2.2);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      return [...document.querySelectorAll('[aria-pressed="true"], [aria-current]')].flatMap((chosen) => {
        const { backgroundColor } = getComputedStyle(chosen);
        const { color } = getComputedStyle(chosen.querySelector("span") ?? chosen);
        const [low, high] = [light(color), light(backgroundColor)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05) < 4.5 ? [`${chosen.textContent}: ${color} on ${backgroundColor}`] : [];
      });
    });
    assert.deepEqual(faint, [], view);
  }
  await leave();
});

test("model: every class can be found, and asked for", async () => {
  const { page, leave } = await visit({ path: "#view=model", patience: PATIENCE });
  await page.waitForSelector("#classes button");
  assert.match((await page.textContent("#classes-line")) ?? "", /^It knows 8 classes\./);
  assert.match((await page.textContent("#details")) ?? "", /Conv × \d+/);
  await page.fill("#classes-search", "ow");
  assert.deepEqual(await page.locator("#classes button").allTextContents(), ["6 owl"]);
  await page.click("#classes button");
  await page.waitForSelector('#view[data-open="explain"] #run:has-text("Explain “owl”")');
  await page.waitForFunction(() => location.hash.includes("target=6"));
  await leave();
});
