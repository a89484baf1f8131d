/** The view Adversarial against the stand-in engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, download, go, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/** @param {import("playwright-core").Page} page */
async function attacked(page) {
  await page.waitForSelector('[data-state="done"] #attack');
}

test("a picture beside its attacked self: answers, masks, recovered, detected", async () => {
  const { page, leave } = await visit({ path: "#view=adversarial", options: { bypassCSP: true } });
  await attacked(page);
  const said = (await page.textContent("#attack-sentence")) ?? "";
  assert.match(said, /^The answer went from cat 97\.0\s% to fish 97\.0\s%/);
  assert.match(said, / The attack was \S.*\.$/);
  assert.equal(await page.locator("#attack-pictures canvas").count(), 3);
  assert.equal(await page.locator("#masks-pictures canvas").count(), 3);
  assert.match(
    (await page.textContent("#masks-sentence")) ?? "",
    /leaves fish .* standing\. It was learned without shifts/,
  );
  await page.waitForSelector("#recover-sentence:not([hidden])");
  assert.match(
    (await page.textContent("#recover-sentence")) ?? "",
    /does not bring the answer back, and 1 of its 2 controls does\. A blur of the whole picture brings it back/,
  );
  assert.equal(await page.textContent("#detect-sentence"), "Both rules flag the attacked picture.");
  const rows = await page.locator("#detect-rules tbody tr").allTextContents();
  assert.deepEqual(rows, [
    "f(x) = f(T x): three light edits1.62, flagged0.08, passes0.180 of 40, 0 %",
    "The wide rule: all fifty-four edits4.20, flagged0.40, passes1.100 of 20, 0 %",
  ]);
  assert.equal(await page.locator("#detect-chart svg").count(), 2);
  assert.match(
    (await page.textContent("#recover-table")) ?? "",
    /if the wide rule flags it, another by all editscat backcat kept/,
  );
  await page.locator("#recover-table button").first().click();
  await page.waitForSelector("#exhibit[open] #exhibit-tiles canvas");
  await page.click("#exhibit-close");
  await axeCheck(page, "the bench");
  await leave();
});

test("where the two rules differ is said, and what is not calibrated yet", async () => {
  const { page, leave } = await visit({ path: "#view=adversarial" });
  await attacked(page);
  await page.locator("#attack-eps").fill("1");
  await page.locator("#attack-eps").dispatchEvent("change");
  const sentence = (/** @type {string} */ words) =>
    page.waitForFunction((words) => document.querySelector("#detect-sentence")?.textContent?.includes(words), words);
  await sentence("For a threshold the rule f(x) = f(T x) needs 19 more clean pictures.");
  await sentence("Only the wide rule flags the attacked picture; the rule f(x) = f(T x) lets it pass.");
  await leave();
});

test("sliders ask again, another size attacks again, and at size 0 nothing happens", async () => {
  const { page, leave } = await visit({ path: "#view=adversarial" });
  await attacked(page);
  await page.selectOption("#recipe", "log-odds");
  assert.equal(await page.textContent("#sigma-note"), "2 px");
  await page.locator("#threshold").fill("0.5");
  assert.match((await page.textContent("#threshold-note")) ?? "", /above 0\.50/);
  await page.locator("#attack-eps").fill("0");
  await page.locator("#attack-eps").dispatchEvent("change");
  await page.waitForFunction(() => /failed/.test(document.querySelector("#attack-sentence")?.textContent ?? ""));
  await attacked(page);
  assert.match((await page.textContent("#masks-sentence")) ?? "", /failed has no masks/);
  assert.ok(await page.locator("#masks-pictures").isHidden());
  await page.selectOption("#attack-kind", "patch");
  assert.equal(await page.textContent("#attack-eps-note"), "5 % of the picture");
  await page.locator("#attack-eps").fill("7");
  await page.locator("#attack-eps").dispatchEvent("change");
  await attacked(page);
  await go(page, "model");
  await go(page, "adversarial");
  assert.equal(await page.inputValue("#attack-kind"), "patch", "what was chosen is there again");
  assert.equal(await page.textContent("#attack-eps-note"), "7 % of the picture");
  assert.deepEqual([await page.inputValue("#recipe"), await page.inputValue("#threshold")], ["log-odds", "0.5"]);
  assert.equal(await page.textContent("#sigma-note"), "2 px");
  await leave();
});

test("an attack can be stopped, and what it leaves be taken away", async () => {
  const { page, leave } = await visit({ path: "#view=adversarial" });
  await page.waitForSelector('[data-state="running"] #attack');
  await page.waitForSelector("#attack-sentence:not([hidden])");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #attack');
  const picture = await download(page, "#attacked-png");
  assert.equal(picture.name, "critter-46_attacked.png");
  assert.equal(picture.bytes.toString("latin1", 1, 4), "PNG");
  const profile = JSON.parse((await download(page, "#attacked-profile")).bytes.toString());
  assert.equal(profile.resize, profile.size);
  const { attack } = JSON.parse((await download(page, "#attack-json")).bytes.toString());
  assert.equal(attack.after.label, "fish");
  await page.click("#attacked-open");
  await page.waitForFunction(() => location.hash.includes("view=adversarial"));
  await page.waitForSelector('#gallery:not(:has([aria-pressed="true"]))');
  await leave();
});
