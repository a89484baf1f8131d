/** The tour, with the real engine on the processor: every step reaches what it is about, by figures of this run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, give, ready, requireEngine, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();
/** A busy machine takes its time. */
const PATIENCE = 400_000;

/** Waits for the end of a step and reads it. @param {import("playwright-core").Page} page @param {number} step */
async function outcome(page, step) {
  await page.waitForSelector(`#tour[data-step="${step}"]:is([data-state="done"], [data-state="unfinished"])`);
  const why = await page.locator("#tour-why:not([hidden])").allTextContents();
  assert.deepEqual(why, [], `step ${step} is finished`);
  const figures = await page.locator("#tour-figures > div").evaluateAll((rows) =>
    Object.fromEntries(rows.map((row) => [row.children[0].textContent, row.children[1].textContent])),
  );
  const words = (await page.textContent("#tour-words")) ?? "";
  console.log(step, JSON.stringify(figures), words);
  return { figures: /** @type {Record<string, string>} */ (figures), words };
}

/** @param {string} text @returns {number} the share that it says first */
function shareOf(text) {
  return Number(/(\d+(\.\d)?) %/.exec(text)?.[1] ?? NaN);
}

test("seven steps, one after the other, each by its own run", async () => {
  const { page, leave } = await visit({ patience: PATIENCE });
  await ready(page);
  await page.click("#take-tour");

  const rule = await outcome(page, 1);
  assert.match(rule.figures.rotation, /−\d+ to \d+°/);
  assert.ok(await page.locator("#changes-curves .card").count(), "the curves stand in the view");

  const next = async (/** @type {number} */ step) => {
    await page.click("#tour-next");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "tour-title");
    return outcome(page, step);
  };
  const evidence = await next(2);
  assert.match(evidence.figures.Score, /^1\.00 → 0\.\d+$/);
  assert.ok(shareOf(evidence.figures.Held) > shareOf(evidence.figures.Control) + 30, JSON.stringify(evidence.figures));
  assert.equal(await page.textContent("#holds-sentence").then((said) => evidence.words.includes(said ?? "-")), true);

  const { figures: masks, words } = await next(3);
  assert.ok(shareOf(masks["No regulariser"]) + 30 < shareOf(masks["The paper’s"]), JSON.stringify(masks));
  assert.match(words, /artefact/);
  assert.equal(await page.locator("#tour-maps canvas").count(), 2);

  const methods = await next(4);
  assert.equal(Object.keys(methods.figures).length, 5);
  assert.equal(await page.locator('#tiles [data-state="done"]').count(), 5);

  const cues = await next(5);
  assert.ok(Number(cues.figures["Wrongly learned"]) >= 1, JSON.stringify(cues.figures));
  assert.match(cues.words, /Wrongly learned is cat, from a cue that lies to \d+\.\d % outside/);

  const parts = await next(6);
  assert.match(parts.words, /^Faces more than feet in 8 of 8 classes/);
  assert.ok(Number(parts.figures.face) > 0.5, JSON.stringify(parts.figures));

  const attack = await next(7);
  assert.match(attack.figures.Answer, /^rabbit → (?!rabbit)\w+$/);
  const exposed = /It is detected\. Deleting its mask brings the first answer back; .* light edits says rabbit\./;
  assert.match(attack.words, exposed);
  assert.match(page.url(), /#tour=7&view=adversarial/);

  await page.click("#tour-next");
  assert.equal(await page.isVisible("#tour"), false);
  assert.equal(await page.evaluate(() => document.body.hasAttribute("data-tour")), false);
  await page.waitForFunction(() => !location.hash.includes("tour"));
  await leave();
});

test("a link opens its step; it can be stopped, run again, left by Escape, and gone back from", async () => {
  const { page, leave } = await visit({ path: "#tour=6", patience: PATIENCE, options: { bypassCSP: true } });
  await page.waitForSelector('#tour[data-step="6"] #tour-bar[value]');
  await page.waitForSelector('#view[data-open="rules"] #parts-test-stop:not([hidden])');
  await axeCheck(page, "while a step runs");
  await page.click("#tour-stop");
  await page.waitForSelector('#tour[data-state="unfinished"]');
  assert.match((await page.textContent("#tour-why")) ?? "", /^The test was stopped\. Run it again, or go on\.$/);

  await page.click("#tour-next");
  await page.waitForSelector('#tour[data-step="7"]');
  await page.click("#tour-back");
  await page.waitForSelector('#tour[data-step="6"] #tour-bar[value]');
  await page.goBack();
  await outcome(page, 7);
  await axeCheck(page, "at the end of a step");

  await page.focus("#tour-title");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#tour", { state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "take-tour");
  await leave();
});

test("steps that follow each other at once each have a place in the history", async () => {
  const { page, leave } = await visit({ path: "#tour=1", patience: PATIENCE });
  await page.waitForSelector('#tour[data-step="1"]');
  // Faster than the address is written while a step runs.
  await page.evaluate(async () => {
    for (const id of ["tour-next", "tour-next", "tour-back"]) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      document.getElementById(id)?.click();
    }
    history.back();
  });
  await page.waitForSelector('#tour[data-step="3"]');
  for (const step of [2, 1]) {
    await page.goBack();
    await page.waitForSelector(`#tour[data-step="${step}"]`);
  }
  await page.click("#tour-leave");
  await leave();
});

test("one's own picture is open again when the tour is left", async () => {
  const { page, leave } = await visit({ patience: PATIENCE });
  await ready(page);
  const png = await page.locator("#gallery canvas").first().evaluate((canvas) =>
    /** @type {HTMLCanvasElement} */ (canvas).toDataURL("image/png"),
  );
  await give(page, "#picture-file", "mine.png", Buffer.from(png.split(",")[1], "base64"));
  await page.waitForSelector('#stage-caption:has-text("mine.png")');
  await page.click("#take-tour");
  await outcome(page, 1);
  await page.click("#tour-leave");
  await page.waitForSelector('#alerts:has-text("Your own picture is open again.")');
  await page.click('#navigation [data-open="explain"]');
  await page.waitForSelector('#stage-caption:has-text("mine.png")');
  await leave();
});

test("at 320 pixels the tour leaves room for the page, and can be folded", async () => {
  const options = { viewport: { width: 320, height: 640 } };
  const { page, leave } = await visit({ path: "#tour=1", patience: PATIENCE, options });
  await outcome(page, 1);
  const sides = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(sides[0] <= sides[1], `nothing is wider than the window: ${sides}`);
  const high = await page.evaluate(() => document.getElementById("tour")?.getBoundingClientRect().height ?? 0);
  assert.ok(high <= 320, `${high}`);
  await page.click("#tour-fold");
  assert.equal(await page.getAttribute("#tour-fold", "aria-expanded"), "false");
  const folded = await page.evaluate(() => document.getElementById("tour")?.getBoundingClientRect().height ?? 0);
  assert.ok(folded < high, `${folded}`);
  await leave();
});
