/** The page without a mouse: the focus is seen wherever it goes, and has a place whatever goes away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { give, go, ready, visitor, whole } from "./harness.mjs";

const visit = visitor({ mock: true });
const VIEWS = ["explain", "compare", "rules", "cues", "adversarial", "evaluate", "model"];

/** @param {import("playwright-core").Page} page @param {string} where the focus is, or comes to be soon */
const focused = (page, where) => page.waitForSelector(`${where}:focus`, { state: "attached", timeout: 5000 });

/** @param {import("playwright-core").Page} page @param {string} at @param {string} [key] */
async function press(page, at, key = "Enter") {
  await page.locator(at).first().focus();
  await page.keyboard.press(key);
}

test("Tab goes through every view to its foot, and what has the focus is outlined and in sight", async () => {
  const { page, leave } = await visit();
  await whole(page);
  for (const view of VIEWS) {
    await go(page, view);
    // What a view begins by itself changes what can be reached.
    await page.waitForFunction(() => !document.body.hasAttribute("data-running"));
    await page.evaluate(() => getSelection()?.removeAllRanges());
    await page.focus("#skip");
    for (let stops = 1; !(await page.locator("#language:focus").count()); stops++) {
      assert.ok(stops < 150, `${view} has an end`);
      await page.keyboard.press("Tab");
      const fault = await page.evaluate(() => {
        const on = /** @type {HTMLElement} */ (document.activeElement);
        const { top, bottom, width } = on.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(on);
        const seen = width > 1 && bottom > 0 && top < innerHeight && outlineStyle !== "none" && outlineWidth !== "0px";
        return seen ? "" : on.outerHTML.slice(0, 120);
      });
      assert.equal(fault, "", view);
    }
  }
  await leave();
});

test("what is pressed and goes away leaves the focus to its neighbour", async () => {
  const { page, leave } = await visit({ path: "#iterations=3000" });
  await whole(page);
  await press(page, "#run");
  await page.waitForSelector("#cancel:not([hidden])");
  await press(page, "#cancel");
  await focused(page, "#run");
  await page.selectOption("#class-role", "with");
  await page.click("#answers button:nth-child(3)");
  await press(page, "#beside button");
  await focused(page, "#class-role");
  await give(page, "#picture-file", "bad.png", "no picture");
  await page.waitForSelector("#alerts .close");
  await page.focus("#another");
  await press(page, "#alerts .close");
  await focused(page, "#another");
  await page.click("#gallery button");
  await page.waitForSelector("body:not([data-running])[data-ready]");
  await page.mouse.click(2, 2);
  await give(page, "#picture-file", "bad.png", "no picture");
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "BODY", "who left is not brought back");
  await leave();
});

test("what lies over the views closes by Escape, and when a person goes on", async () => {
  const { page, leave } = await visit({ path: "#iterations=3000" });
  await whole(page);
  await page.click("#run");
  await press(page, "#device summary");
  await page.waitForSelector("#device[open]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#device:not([open])");
  await focused(page, "#device summary");
  assert.notEqual(await page.getAttribute("body", "data-running"), null, "Escape stopped no run");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.waitForSelector("#device:not([open])");
  await page.click("#cancel");
  await page.click("#device summary");
  await page.mouse.click(2, 400);
  await page.waitForSelector("#device:not([open])");
  await leave();
});

test("a study gives the focus from its button to Stop and back, and says its end", async () => {
  const { page, leave } = await visit();
  await whole(page);
  await go(page, "evaluate");
  await page.waitForSelector('[data-state="done"] #evaluate');
  assert.match((await page.textContent("#status")) ?? "", /\w/);
  await press(page, "#evaluate-table .number");
  await focused(page, "#exhibit-close");
  await page.keyboard.press("Escape");
  await focused(page, "#evaluate-table .number");
  await press(page, "#evaluate");
  await focused(page, "#evaluate-stop");
  await page.keyboard.press("Enter");
  await focused(page, "#evaluate");
  await page.waitForFunction(() => document.getElementById("status")?.textContent === "Stopped.");
  await leave();
});

test("who asks to see a result goes on from there, from another view as well", async () => {
  const { page, leave } = await visit({ path: "#iterations=30" });
  await whole(page);
  await page.click("#run");
  await page.waitForSelector("#see:not([hidden])");
  await press(page, "#see");
  await focused(page, "#result");
  await go(page, "compare");
  await page.click("#compare-start");
  await page.waitForSelector("#compare-body[data-compared]");
  await press(page, "#compare-body .tiles button");
  await focused(page, "#result");
  await page.waitForFunction(() => Math.abs(document.getElementById("result")?.getBoundingClientRect().top ?? 999) < 100);
  await leave();
});
