/** The view Evaluate against the stand-in engine. */
import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { png } from "../files.mjs";
import { axeCheck, download, give, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/** @param {import("playwright-core").Page} page */
async function evaluated(page) {
  await page.waitForSelector('[data-state="done"] #evaluate');
}

test("the built-in world is judged by itself; numbers have intervals, ties and pictures", async () => {
  const { page, leave } = await visit({ path: "#view=evaluate", options: { bypassCSP: true } });
  await evaluated(page);
  assert.match((await page.textContent("#evaluate-sentence")) ?? "", /^10 pictures looked at/);
  const rows = page.locator("#evaluate-table tbody tr");
  assert.deepEqual(await rows.locator(".number").allTextContents(), ["0.880", "= 0.830", "0.780", "0.730"]);
  assert.match((await rows.first().textContent()) ?? "", /0\.800 to 0\.950/);
  assert.equal(await rows.locator(".best").textContent(), "0.880");
  await rows.nth(1).locator("button").click();
  await page.waitForSelector("#exhibit[open]");
  // The worst comes first.
  assert.match((await page.locator("#exhibit-tiles h3").first().textContent()) ?? "", /^0\.760$/);
  assert.equal(await page.locator("#exhibit-tiles li").count(), 10);
  await page.click("#exhibit-close");
  assert.match((await page.textContent("#evaluate-left summary")) ?? "", /^1 left out/);
  const { name, bytes } = await download(page, "#evaluate-csv");
  assert.equal(name, "values.csv");
  assert.equal(bytes.toString().split("\n")[0], "picture,label,method,insertion");
  await axeCheck(page, "evaluate");
  await leave();
});

test("an evaluation can be stopped, and what was judged until then is shown", async () => {
  const { page, leave } = await visit({ path: "#view=evaluate" });
  await page.waitForSelector("#evaluate-sentence:not([hidden])");
  await page.keyboard.press("Escape");
  await page.waitForSelector('[data-state="stopped"] #evaluate');
  assert.match((await page.textContent("#evaluate-sentence")) ?? "", /^\d pictures looked at/);
  await leave();
});

test("a folder that is chosen is the set, and what is no picture is left out with its reason", async () => {
  const { page, leave } = await visit({ path: "#view=evaluate" });
  await evaluated(page);
  const folder = await mkdtemp(join(tmpdir(), "vanish-set-"));
  await mkdir(join(folder, "cat"));
  for (const name of ["a", "b", "c"]) await writeFile(join(folder, "cat", `${name}.png`), png(40, 30));
  await writeFile(join(folder, "cat", "d.png"), "no picture at all");
  await writeFile(join(folder, "notes.txt"), "no picture either");
  await page.setInputFiles("#folder", folder);
  assert.match((await page.textContent("#set-own")) ?? "", /: 4 pictures$/);
  assert.ok(await page.locator('[name="set"][value="own"]').isChecked());
  await page.click("#evaluate");
  await page.waitForFunction(() =>
    /^[1-3] pictures/.test(document.querySelector("#evaluate-sentence")?.textContent ?? ""),
  );
  await evaluated(page);
  assert.match((await page.textContent("#evaluate-sentence")) ?? "", /^3 pictures looked at/);
  assert.match((await page.textContent("#evaluate-left")) ?? "", /^1 could not be opened, 1 left out.*d\.png/s);
  await rm(folder, { recursive: true });
  await leave();
});

test("with a model of one's own a folder is evaluated at the first choice; leaving the view forgets nothing", async () => {
  const { page, leave } = await visit({ path: "#view=evaluate" });
  await evaluated(page);
  await page.click('#navigation [data-open="explain"]');
  await give(page, "#model-file", "critters-own.onnx", "enough bytes to be a model");
  await page.waitForFunction(() => document.querySelector("#model option:checked")?.textContent?.includes("own"));
  await page.click('#navigation [data-open="evaluate"]');
  await page.waitForSelector('[data-state="none"] #evaluate:disabled');
  const folder = await mkdtemp(join(tmpdir(), "vanish-set-"));
  for (const name of ["a", "b", "c"]) await writeFile(join(folder, `${name}.png`), png(40, 30));
  await page.setInputFiles("#folder", folder);
  await page.click("#evaluate", { timeout: 5000 });
  await page.waitForSelector('[data-state="done"] #evaluate:enabled');
  await page.fill("#set-count", "7");
  await page.locator("#evaluate-methods input").first().uncheck();
  await page.click('#navigation [data-open="explain"]');
  await page.click('#navigation [data-open="evaluate"]');
  await page.waitForSelector('[data-state="done"] #evaluate:enabled');
  assert.equal(await page.inputValue("#set-count"), "7");
  assert.equal(await page.locator("#evaluate-methods input").first().isChecked(), false);
  assert.ok(await page.locator('[name="set"][value="own"]').isChecked());
  // The table is the folder's: of the built-in world this model knows nothing.
  await page.check('[name="set"][value="critters"]');
  assert.equal(await page.isVisible("#evaluate-sentence"), false);
  await page.check('[name="set"][value="own"]');
  assert.match((await page.textContent("#evaluate-sentence")) ?? "", /^3 pictures looked at/);
  await rm(folder, { recursive: true });
  await leave();
});
