/** The methods paragraph and its citations, from the settings that a run really had. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCited } from "../../../www/core/papers.js";
import { axeCheck, download, ready, requireEngine, runToEnd, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();
const PATIENCE = 120_000;

test("the methods paragraph says what the report says, and cites the method's paper", async () => {
  const path = "#method=extremal&iterations=10&seed=7";
  const { page, leave } = await visit({ path, patience: PATIENCE, options: { bypassCSP: true } });
  await ready(page);
  await runToEnd(page, PATIENCE);
  await page.click("#methods summary");
  // It is written once the browser has said that it was opened.
  await page.waitForFunction(() => /** @type {any} */ (document.getElementById("methods-text")).value !== "");
  const text = await page.inputValue("#methods-text");
  const report = JSON.parse((await download(page, "#export-report")).bytes.toString());
  for (const part of [
    `the answer “${report.target.label}” of the model ${report.model.name}`,
    report.model.sha256.slice(0, 12),
    report.image.sha256.slice(0, 12),
    `“Extremal perturbation” (after Fong, Patrick and Vedaldi, 2019), as implemented in ${report.tool}`,
    "with seed 7",
    "Iterations 10 steps",
    "Changed from the method’s own values, which stand in brackets: Iterations (100).",
    "cropped to 128 px",
  ])
    assert.ok(text.includes(part), `“${part}” in: ${text}`);
  const bibtex = await page.inputValue("#methods-bibtex");
  assert.match(bibtex, /^@inproceedings\{fong2019extremal,\n {2}author {4}= \{Fong, Ruth and/);
  assert.match(bibtex, /@software\{vanish,/);
  await axeCheck(page, "with the methods paragraph");
  await page.waitForSelector('#holds[data-state="done"]');
  const tested = /Tested on \d+ unseen deletions of its regions at 3 levels \([\d.]+ % to [\d.]+ %\), the rule held in [\d.]+ %/;
  assert.match(await page.inputValue("#methods-text"), tested);
  await leave();
});

test("the button that copied a text says “Copy” again once another text stands there", async () => {
  const options = { permissions: ["clipboard-read", "clipboard-write"] };
  const { page, leave } = await visit({ path: "#iterations=3", patience: PATIENCE, options });
  await ready(page);
  await runToEnd(page);
  await page.click("#methods summary");
  const [text, copy] = [page.locator("#methods-text"), page.getByRole("button", { description: "What was done" })];
  await copy.click();
  await page.locator("#methods-text-copy", { hasText: "Copied" }).waitFor();
  const first = await text.inputValue();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), first);
  await page.evaluate(() => (location.hash = "#iterations=4"));
  await page.locator("#settings-summary", { hasText: "changed" }).waitFor();
  await ready(page);
  await runToEnd(page);
  assert.notEqual(await text.inputValue(), first);
  assert.equal(await page.textContent("#methods-text-copy"), "Copy");
  await leave();
});

test("every method of the registry has its paper, and every setting a hint with meaningful perturbation's value", async () => {
  const { page, leave } = await visit({ patience: PATIENCE });
  await ready(page);
  await page.click('[data-part="settings"] summary');
  await page.waitForSelector("#setting-method option", { state: "attached" });
  const methods = await page.locator("#setting-method option").evaluateAll((all) => all.map((each) => each.value));
  assert.ok(methods.length >= 14);
  assert.deepEqual(methods.filter((method) => !isCited(method)), []);
  await page.focus("#setting-iterations");
  const hint = (await page.textContent("#setting-hint")) ?? "";
  assert.match(hint, /^Number of steps.*from 1 to 100000\. Meaningful perturbation’s value is 300\. Fast’s own is 64\.$/);
  await leave();
});

test("the last runs of a visit are recalled at once, without a new run", async () => {
  const { page, leave } = await visit({ path: "#iterations=5", patience: PATIENCE });
  await ready(page);
  const first = await runToEnd(page);
  await page.evaluate(() => (location.hash = "#iterations=5&critter=0"));
  await page.waitForSelector('#run:has-text("owl")');
  await ready(page);
  const second = await runToEnd(page);
  assert.notEqual(second, first);
  const runs = await page.getAttribute("body", "data-runs");
  await page.click('#runs button:has-text("rabbit")');
  await page.waitForFunction((said) => document.querySelector("#result-sentence")?.textContent === said, first);
  assert.equal(await page.getAttribute("body", "data-runs"), runs);
  assert.match((await page.textContent("#result-label")) ?? "", /^recalled/);
  assert.match((await page.getAttribute("#replay-picture", "aria-label")) ?? "", /after step/, "with its film");
  await leave();
});
