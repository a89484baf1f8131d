/** The view Rules and "Does it hold?", against the stand-in engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, axeCheck, download, go, ready, runToEnd, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

test("every explanation is tested as a rule, and says where it fails", async () => {
  const { page, leave } = await visit({ options: { bypassCSP: true } });
  await ready(page);
  await runToEnd(page);
  await page.waitForSelector('#holds[data-state="done"]');
  assert.match((await page.textContent("#holds-sentence")) ?? "", /takes \w+ away in 85 % of 40 unseen deletions/);
  assert.match((await page.textContent("#holds-figures")) ?? "", /Held85 %.*Control10 %.*Skill0\.83/);
  await page.click("#holds-failed");
  await page.waitForSelector("#exhibit[open] #exhibit-tiles li");
  assert.match((await page.textContent("#exhibit-tiles")) ?? "", /80 % of the score is left/);
  assert.equal(await page.locator("#exhibit-tiles canvas").count(), 18);
  await axeCheck(page, "the pictures behind a number");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#exhibit", { state: "hidden" });
  // What is recalled was tested already.
  await page.click("#holds-rules");
  await page.waitForSelector('#view[data-open="rules"] #local-table table');
  await leave();
});

test("a test that is stopped keeps what it found", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await runToEnd(page);
  await page.waitForSelector('#holds [data-state="running"]');
  await page.keyboard.press("Escape");
  await page.waitForSelector('#holds[data-state="stopped"]');
  assert.match((await page.textContent("#holds .study-bar p")) ?? "", /^Stopped at \d+ of 40/);
  assert.match((await page.textContent("#holds-sentence")) ?? "", /unseen deletions/);
  await leave();
});

test("opened first, the view explains, tests and tries the changes by itself", async () => {
  const { page, leave } = await visit({ path: "#view=rules", options: { bypassCSP: true } });
  await page.waitForSelector("#changes-csv:not([hidden])");
  assert.equal(await page.locator("#local-table tbody tr").count(), 5);
  await page.waitForSelector('#changes-curves [data-kind="brightness"]');
  const range = page.locator('[data-kind="rotation"] input');
  assert.match((await range.getAttribute("aria-valuetext")) ?? "", /^as it is: 91 % \w+, the answer stays$/);
  await range.focus();
  await page.keyboard.press("End");
  assert.match((await range.getAttribute("aria-valuetext")) ?? "", /^30°: \d+ % \w+, the answer changes$/);
  const { name, bytes } = await download(page, "#changes-csv");
  assert.equal(name, "curves.csv");
  assert.match(bytes.toString(), /^kind,strength,score,kept,variation\nrotation,-30,/);
  await axeCheck(page, "rules");
  await leave();
});

test("concept rules of too few pictures: a sentence says what would help, where nothing stood before", async () => {
  const { page, leave } = await visit({ path: "#view=rules" });
  await page.waitForSelector("#changes-csv:not([hidden])");
  await page.fill("#concepts-count", "60");
  await page.click("#concepts-test");
  await page.waitForSelector('[data-state="done"] #concepts-test');
  await page.waitForSelector("#concepts-sentence:not([hidden])");
  assert.match((await page.textContent("#concepts-sentence")) ?? "", /nothing was tested\. More pictures may show more\.$/);
  assert.equal(await page.isVisible("#concepts-table"), false);
  await leave();
});

test("concept rules on the built-in world: searched, counted, each number with its pictures", async () => {
  const { page, leave } = await visit({ path: "#view=rules&model=critters-biased" });
  await page.waitForSelector("#changes-csv:not([hidden])");
  await page.click("#concepts-test");
  await page.waitForSelector('[data-state="done"] #concepts-test');
  assert.match((await page.textContent("#concepts-sentence")) ?? "", /tested 4, confirmed 3, of which 1 rest on/);
  const row = page.locator("#concepts-table tbody tr", { hasText: "red bucket" });
  assert.match((await row.textContent()) ?? "", /relies on wrongly learned/);
  await row.locator("button").first().click();
  await page.waitForSelector("#exhibit[open]");
  assert.match((await page.textContent("#exhibit-title")) ?? "", /^red bucket deleted/);
  assert.equal(await page.locator("#exhibit-tiles li").count(), 24);
  await page.click("#exhibit-close");
  await page.click("#parts-test");
  await page.waitForSelector('[data-state="done"] #parts-test');
  assert.match((await page.textContent("#parts-sentence")) ?? "", /^Faces more than feet in 8 of 8 classes/);
  await leave();
});

test("pictures of a run that is gone are said to be gone", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await runToEnd(page);
  await page.waitForSelector('#holds[data-state="done"]');
  await page.click('#gallery [data-seed="2"]');
  await ready(page);
  await runToEnd(page);
  await page.waitForSelector('#holds[data-state="done"]');
  // The first result again: its figures are known, its pictures are the second's task no more.
  await page.locator("#runs button").nth(1).click();
  await page.waitForFunction(() => document.querySelector("#holds")?.getAttribute("data-state") === "done");
  await page.click("#holds-failed");
  await page.waitForSelector("#alerts .note");
  assert.match(await alert(page), /not kept; run it again/);
  await go(page, "explain");
  await leave();
});
