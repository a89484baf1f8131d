/** The view Cues against the stand-in engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, download, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

test("cues are shown by exemplars, with both effects, confirmed or not", async () => {
  const { page, leave } = await visit({ path: "#view=cues&model=critters-biased", options: { bypassCSP: true } });
  await page.waitForSelector("#cues-list li");
  assert.match((await page.locator("#cues-list h3").first().textContent()) ?? "", /^bear: to be tested/);
  await page.waitForSelector('[data-state="done"] #cues-search');
  assert.ok(
    await page.locator('[name="cues-set"][value="beside"]').isChecked(),
    "the bias is looked for beside its cues",
  );
  const [bear, cat] = await page.locator("#cues-list h3").allTextContents();
  assert.match(bear, /^bear: confirmed wrongly learned/);
  assert.match(cat, /^cat: not confirmed/);
  assert.equal(await page.locator("#cues-list li").first().locator(".crops canvas").count(), 3);
  assert.match((await page.textContent("#cues-everywhere")) ?? "", /^owl: everywhere/);
  await page.locator("#cues-list button").first().click();
  await page.waitForSelector("#exhibit[open] canvas");
  // The pictures that were counted, each beside its control: those first in which the two differ.
  const tiles = await page.locator("#exhibit-tiles li").allTextContents();
  assert.equal(tiles.length, 4);
  assert.match(tiles[0], /Picture 4.*With the cue deleted the answer fell\./);
  assert.match(tiles[1], /Picture 4, control.*With the control the answer stayed\./);
  await page.click("#exhibit-close");
  const { bytes } = await download(page, "#cues-json");
  assert.equal(JSON.parse(bytes.toString()).cues.length, 2);
  await axeCheck(page, "cues");
  await leave();
});

test("a search can be stopped, and says what it had found", async () => {
  const { page, leave } = await visit({ path: "#view=cues" });
  await page.waitForSelector("#cues-list li");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #cues-search');
  assert.match((await page.textContent("#cues-sentence")) ?? "", /^Looked at 240 pictures/);
  await leave();
});
