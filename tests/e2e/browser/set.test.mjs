/** A folder in Explain, with the real engine: a table that fills, a ZIP file, a result that opens, a stop that holds. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { axeCheck, download, ready, requireEngine, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();
const PATIENCE = 240_000;
const folder = mkdtempSync(join(tmpdir(), "vanish-set-"));
after(() => rmSync(folder, { recursive: true }));

/** Gives a folder: samples as PNG files, and one that is none. @param {import("playwright-core").Page} page @param {number} count */
async function giveFolder(page, count) {
  await page.waitForFunction((n) => document.querySelectorAll("#gallery canvas").length >= n, count);
  const urls = await page.locator("#gallery canvas").evaluateAll((all) =>
    all.map((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL("image/png")),
  );
  urls.slice(0, count).forEach((url, at) => {
    writeFileSync(join(folder, `sample-${at + 1}.png`), Buffer.from(url.split(",")[1], "base64"));
  });
  writeFileSync(join(folder, "sample-9-broken.png"), "no picture");
  writeFileSync(join(folder, "notes.txt"), "left out");
  await page.waitForSelector("#set", { state: "attached" });
  await page.setInputFiles("#set-folder", folder);
}

/** What Python sees in the archive. @param {Buffer} bytes @returns {Record<string, string> | null} names with heads */
function listed(bytes) {
  const file = join(folder, "..", `${process.pid}-set.zip`);
  writeFileSync(file, bytes);
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps({i.filename: z.read(i)[:60].decode("latin1") for i in z.infolist()}))`;
  const { stdout, error } = spawnSync("python3", ["-c", script, file], { encoding: "utf8" });
  rmSync(file);
  return error ? null : JSON.parse(stdout);
}

test("a folder becomes a table, and a ZIP file of maps and reports", async (t) => {
  const { page, leave } = await visit({ path: "#iterations=6", patience: PATIENCE, options: { bypassCSP: true } });
  await ready(page);
  await giveFolder(page, 3);
  await page.waitForSelector('#set[data-state="over"]');
  assert.equal(await page.textContent("#set-words"), "3 of 4 explained, 1 refused.");
  assert.match((await page.textContent("#set-table tbody tr:last-child")) ?? "", /broken\.png.*refused: /);
  assert.equal(await page.locator("#set-table img").count(), 3);
  await axeCheck(page, "with a set");

  const { name, bytes } = await download(page, "#set-zip");
  assert.equal(name, "set.zip");
  const files = listed(bytes);
  if (!files) return t.skip("no python3 to read the ZIP file with");
  const kinds = Object.keys(files).map((path) => path.replace(/^.*sample-/, "sample-"));
  const each = [1, 2, 3].flatMap((n) => ["report.json", "heatmap.png", "mask.png"].map((file) => `sample-${n}/${file}`));
  assert.deepEqual(kinds, ["set.csv", ...each]);
  for (const [path, head] of Object.entries(files))
    if (path.endsWith(".png")) assert.match(head, /PNG\r\n/, path);
    else if (path.endsWith(".json")) assert.match(head, /^\s*\{/, path);

  await page.locator("#set-table tbody button").nth(1).click();
  await page.waitForSelector("#result-label:has-text('sample-2.png')");
  assert.match((await page.textContent("#result-label")) ?? "", /^recalled/);
  assert.equal(await page.isVisible("#four [data-kind='heat']"), true);
  await leave();
});

test("pictures that are dropped together are a set, and one alone is opened", async () => {
  const { page, leave } = await visit({ path: "#iterations=4", patience: PATIENCE });
  await ready(page);
  await page.waitForFunction(() => document.querySelectorAll("#gallery canvas").length > 2);
  await page.waitForSelector("#set", { state: "attached" });
  /** @param {number} count */
  const drop = (count) =>
    page.evaluate(async (n) => {
      const data = new DataTransfer();
      const samples = [...document.querySelectorAll("#gallery canvas")].slice(0, n);
      for (const [at, canvas] of samples.entries()) {
        const url = /** @type {HTMLCanvasElement} */ (canvas).toDataURL("image/png");
        const bytes = Uint8Array.from(atob(url.split(",")[1]), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], `dropped-${at + 1}.png`, { type: "image/png" }));
      }
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, count);
  await drop(1);
  await page.waitForSelector('#stage-caption:has-text("dropped-1.png")');
  assert.equal(await page.isVisible("#set"), false);
  await drop(2);
  await page.waitForSelector('#set[data-state="over"]');
  assert.equal(await page.textContent("#set-words"), "2 of 2 explained.");
  await leave();
});

test("a set can be stopped: what was explained is kept, and the view may be left meanwhile", async () => {
  const { page, leave } = await visit({ path: "?workers=1#method=meaningful&iterations=600", patience: PATIENCE });
  await ready(page);
  await giveFolder(page, 3);
  await page.waitForSelector("#set-table img");
  await page.click('#navigation [data-open="model"]');
  await page.waitForSelector("#classes button");
  await page.keyboard.press("Escape");
  await page.click('#navigation [data-open="explain"]');
  await page.waitForSelector('#set[data-state="over"]');
  const words = (await page.textContent("#set-words")) ?? "";
  assert.match(words, /^[12] of 4 explained, [23] stopped\. “Go on” explains those that were stopped\.$/);
  assert.equal(await page.isEnabled("#set-zip"), true);
  // What was stopped goes on with the settings that it began with.
  await page.click("#set-on");
  await page.waitForSelector('#set[data-state="running"]');
  assert.equal(await page.isVisible("#set-on"), false);
  await page.keyboard.press("Escape");
  await page.waitForSelector('#set[data-state="over"]');
  await leave();
});

/** The table of a set, by so many workers. @param {number} workers @returns {Promise<string>} */
async function explainedBy(workers) {
  const { page, leave } = await visit({ path: `?workers=${workers}#iterations=6`, patience: PATIENCE });
  await ready(page);
  const open = await page.textContent("#stage-caption");
  await giveFolder(page, 5);
  await page.waitForSelector('#set[data-state="over"]');
  assert.equal(page.workers().length, workers);
  assert.equal(await page.textContent("#stage-caption"), open);
  const { bytes } = await download(page, "#set-csv");
  await leave();
  return bytes.toString();
}

test("two workers explain a set as one does, in the folder's order, and the picture that was open stays", async () => {
  const [one, two] = [await explainedBy(1), await explainedBy(2)];
  assert.deepEqual(two, one);
  const rows = one.split("\n").slice(1, -1);
  const names = rows.map((line) => line.split(",").slice(0, 2).join().replace(/^.*sample/, "sample"));
  const each = [1, 2, 3, 4, 5].map((n) => `sample-${n}.png,done`);
  assert.deepEqual(names, [...each, "sample-9-broken.png,refused"]);
});

test("a picture of a set is not shown as another model would see it, where one was opened since", async () => {
  const { page, leave } = await visit({ path: "#iterations=6", patience: PATIENCE });
  await ready(page);
  await giveFolder(page, 2);
  await page.waitForSelector('#set[data-state="over"]');
  const flat = page.locator("#result-flat");
  const open = async () => {
    await page.locator("#set-table button").first().click();
    await page.waitForSelector("#result-label:has-text('sample-1')");
    await ready(page);
  };
  await open();
  assert.ok(await page.locator("#four [data-kind=original]").isVisible());
  await page.selectOption("#model", "critters-biased");
  await ready(page);
  await page.locator("#set-table button").first().click();
  await flat.getByText(/The pictures are not in a report\. Open .*sample-1\.png with critters/).waitFor();
  assert.ok(await page.locator("#four [data-kind=original]").isHidden());
  await page.selectOption("#model", "critters");
  await ready(page);
  await open();
  await page.locator("#four [data-kind=original]").waitFor();
  await leave();
});
