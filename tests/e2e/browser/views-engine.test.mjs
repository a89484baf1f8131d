/** The views that study, with the real engine on the processor and the built-in world. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { download, give, go, ready, requireEngine, runToEnd, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();
/** A busy machine takes its time. */
const PATIENCE = 240_000;

/**
 * Opens a view and says how long it takes until it shows something.
 *
 * @param {string} view
 * @param {string} first what is waited for
 * @param {string} [rest] of the address
 */
async function opened(view, first, rest = "") {
  const { page, leave } = await visit({ patience: PATIENCE });
  await ready(page);
  const begin = Date.now();
  await page.evaluate((hash) => (location.hash = hash), `view=${view}${rest}`);
  await page.waitForSelector(first);
  console.log(`${view}: ${((Date.now() - begin) / 1000).toFixed(1)} s to the first result`);
  return { page, leave };
}

test("an explanation is tested as a rule, and its failures can be seen", async () => {
  const { page, leave } = await visit({ patience: PATIENCE });
  await ready(page);
  await runToEnd(page, PATIENCE);
  const begin = Date.now();
  await page.waitForSelector('#holds[data-state="done"]');
  console.log(`rule: ${((Date.now() - begin) / 1000).toFixed(1)} s after the explanation`);
  const sentence = (await page.textContent("#holds-sentence")) ?? "";
  assert.match(sentence, /^Deleting \d+\.\d to \d+\.\d % of the picture \(the evidence, cut at levels of its range\) /);
  assert.match(sentence, / takes \w+ away in \d+ % of \d+ unseen deletions/);
  if (await page.locator("#holds-failed").isEnabled()) {
    await page.click("#holds-failed");
    await page.waitForFunction(() => document.querySelector("#exhibit canvas")?.getAttribute("width") === "128");
  }
  await leave();
});

test("rules: families, changes, and the picture under a change", async () => {
  const { page, leave } = await opened("rules", "#local-table table");
  await page.waitForSelector("#changes-csv:not([hidden])");
  // By imputation and by another picture: the default method learns with all other kinds of deletion.
  assert.equal(await page.locator("#local-table tbody tr").count(), 2);
  await page.waitForSelector('[data-state="done"] #changes-test');
  assert.equal(await page.locator("#changes-curves .card").count(), 12);
  const range = page.locator('[data-kind="rotation"] input');
  await range.focus();
  await page.keyboard.press("End");
  const svg = (await download(page, "#changes-svg")).bytes.toString();
  assert.equal(svg.match(/<svg/g)?.length, 13, "a file that holds the twelve charts");
  assert.match((await range.getAttribute("aria-valuetext")) ?? "", /^90°: \d+ % \w+, the answer (stays|changes)$/);
  await leave();
});

test("adversarial: attacked, detected or not, and the saved picture is still adversarial", async () => {
  const { page, leave } = await opened("adversarial", "#attack-sentence:not([hidden])");
  // The wide rule is calibrated by fifty-five passes a picture.
  await page.waitForSelector('[data-state="done"] #attack', { timeout: 180_000 });
  assert.match((await page.textContent("#attack-sentence")) ?? "", /^The answer went from \w+ \d/);
  assert.equal(await page.locator("#masks-pictures canvas").count(), 3);
  assert.match((await page.textContent("#detect-sentence")) ?? "", /flags? the attacked picture/);
  const [rule, wide] = await page.locator("#detect-rules tbody tr").allTextContents();
  assert.match(rule, /three light edits\d\.\d\d, (flagged|passes)\d\.\d\d, passes\d\.\d\d[0-5] of 100, [0-5] %$/);
  assert.match(wide, /fifty-four edits-?\d+\.\d\d, (flagged|passes)-?\d\.\d\d, passes\d\.\d\d[01] of 20, [0-5] %$/);
  assert.equal(await page.locator("#detect-chart svg").count(), 2);
  const { attack } = JSON.parse((await download(page, "#attack-json")).bytes.toString());
  const { name, bytes } = await download(page, "#attacked-png");
  await go(page, "explain");
  await give(page, "#picture-file", name, bytes);
  await page.waitForSelector('#gallery:not(:has([aria-pressed="true"]))');
  await page.waitForSelector(`#answers [aria-pressed="true"]:has-text("${attack.after.label}")`);
  assert.notEqual(attack.after.label, attack.before.label);
  await leave();
});

test("concept rules and parts can be stopped, and keep what they found", async () => {
  const { page, leave } = await opened("rules", "#local-table table", "&model=critters-biased");
  await page.waitForSelector("#concepts-test:not([disabled])");
  await page.click("#parts-test");
  await page.waitForSelector("#parts-table table");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #parts-test, [data-state="done"] #parts-test');
  assert.equal(await page.locator("#parts-table tbody tr").count(), 8);
  await leave();
});

test("evaluate: a table while it is judged, and the maps behind a number", async () => {
  const { page, leave } = await opened("evaluate", "#evaluate-table table");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #evaluate, [data-state="done"] #evaluate');
  assert.ok((await page.locator("#evaluate-table tbody tr").count()) >= 1);
  await page.locator("#evaluate-table .number[aria-label]").first().click();
  await page.waitForFunction(() => document.querySelector("#exhibit canvas")?.getAttribute("width") === "128");
  await leave();
});

test("cues: a sentence while they are searched", async () => {
  const { page, leave } = await opened("cues", "#cues-sentence:not([hidden])");
  assert.match((await page.textContent("#cues-sentence")) ?? "", /^Looked at \d+ pictures?\b/);
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #cues-search');
  await leave();
});
