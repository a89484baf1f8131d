/** Every method, game and answer on the page, and methods side by side, against the stand-in engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REGISTRY } from "../mock/pkg/registry.js";
import { OUTPUT, alert, axeCheck, download, go, ready, runToEnd, set, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/**
 * Opens the comparison, with these methods chosen.
 *
 * @param {import("playwright-core").Page} page
 * @param {string[]} methods
 */
async function choose(page, methods) {
  await go(page, "compare");
  await page.click("#compare-all");
  assert.equal(await page.locator("#compare-methods input:checked").count(), 14);
  await page.click("#compare-all");
  for (const method of methods) await page.locator(`#compare-methods input[value="${method}"]`).check();
}

/** @param {import("playwright-core").Page} page @returns {Promise<(string | null)[]>} the methods as they stand */
function order(page) {
  return page
    .locator("#tiles [data-method]")
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-method")));
}

test("each method shows the settings it takes", async () => {
  const { page, leave } = await visit();
  await ready(page);
  // The settings come after the page's first answer.
  await page.waitForSelector("#setting-method option", { state: "attached" });
  const names = await page
    .locator("#setting-method option")
    .evaluateAll((options) => options.map((option) => /** @type {HTMLOptionElement} */ (option).value));
  assert.deepEqual(
    names,
    REGISTRY.methods.map(({ name }) => name),
  );
  const settings = REGISTRY.settings.filter(({ kind }) => kind !== "classes").map(({ name }) => name);
  for (const name of [...settings, "device"]) assert.equal(await page.locator(`#setting-${name}`).count(), 1, name);
  const cases = /** @type {const} */ ([
    ["extremal", ["game", "score", "null", "areas", "iterations"], ["l1", "jitter", "samples", "layer"]],
    ["igos", ["iterations", "l1", "samples"], ["game", "areas", "learning_rate"]],
    ["gradcam", ["score", "layer", "null"], ["game", "iterations", "l1", "samples"]],
    ["rise", ["samples", "score"], ["game", "iterations", "layer"]],
  ]);
  for (const [method, shown, hidden] of cases) {
    await set(page, { method });
    for (const name of shown) assert.equal(await page.isVisible(`#setting-${name}`), true, `${method} takes ${name}`);
    for (const name of hidden)
      assert.equal(await page.isVisible(`#setting-${name}`), false, `${method} takes no ${name}`);
  }
  await set(page, { method: "extremal" });
  assert.equal(await page.locator('#setting-game [value="dual"]').isDisabled(), true);
  assert.equal(await page.inputValue("#setting-null"), "blur");
  await page.fill("#setting-areas", "half of it");
  await page.locator("#setting-areas").blur();
  assert.match(
    await page.locator("#setting-areas").evaluate((node) => /** @type {HTMLInputElement} */ (node).validationMessage),
    /0\.001 to 0\.999/,
  );
  await set(page, { areas: "0.3, 0.1" });
  await page.waitForFunction(() => location.hash === "#method=extremal&areas=0.3%2C0.1");
  await leave();
});

test("classes summed and held against go into the answer, the link and the engine", async () => {
  const { page, leave } = await visit({ path: "#iterations=20" });
  await ready(page);
  const answers = page.locator("#answers button");
  const [first, second, third] = await page.locator("#answers .answer-label").allTextContents();
  await page.selectOption("#class-role", "against");
  await answers.nth(1).click();
  await page.selectOption("#class-role", "with");
  await answers.nth(2).click();
  assert.equal(await page.textContent("#run"), `Explain “${first} + ${third} − ${second}”`);
  assert.equal(await answers.nth(0).getAttribute("aria-pressed"), "true");
  await page.waitForFunction(() => /with=\d&against=\d/.test(location.hash));
  await runToEnd(page);
  const { settings } = JSON.parse((await download(page, "#export-report")).bytes.toString());
  assert.deepEqual([settings.with.length, settings.against.length], [1, 1]);
  await page.reload();
  await ready(page);
  assert.equal(await page.textContent("#run"), `Explain “${first} + ${third} − ${second}”`);
  // The class itself cannot be held against itself; another picture has other answers.
  await page.selectOption("#class-role", "against");
  await answers.nth(0).click();
  await page.click(`#beside [aria-label="Leave out ${second}"]`);
  assert.equal(await page.textContent("#run"), `Explain “${first} + ${third}”`);
  await page.click('#gallery [data-seed="3"]');
  await page.waitForSelector('#gallery [data-seed="3"][aria-pressed="true"]');
  await ready(page);
  assert.equal(await page.isVisible("#beside"), false);
  await leave();
});

test("what the preservation game keeps is the evidence, and an attribution has no curve", async () => {
  const { page, leave } = await visit({ path: "#method=extremal&iterations=60" });
  await ready(page);
  await runToEnd(page);
  const middle = () =>
    page.locator('#four [data-kind="heat"] canvas').evaluate((node) => {
      const canvas = /** @type {HTMLCanvasElement} */ (node);
      const at = (/** @type {number} */ x, /** @type {number} */ y) => [
        .../** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(x, y, 1, 1).data,
      ];
      return { spot: at(43, 45), corner: at(1, 1) };
    });
  const { spot, corner } = await middle();
  assert.ok(spot[1] > corner[1], `bright at the evidence: ${spot} and ${corner}`);
  assert.equal(await page.isVisible("#curves"), true);
  await set(page, { method: "gradient" });
  await runToEnd(page);
  assert.equal(await page.isVisible("#curves"), false);
  assert.equal(await page.isVisible("#areas"), false);
  await leave();
});

test("the area slider shows each region without another run", async () => {
  const { page, leave } = await visit({ path: "#method=extremal&iterations=60" });
  await ready(page);
  await runToEnd(page);
  assert.equal(await page.inputValue("#area"), "1");
  assert.match((await page.textContent("#area-note")) ?? "", /^5\.0 % asked for: the smallest that suffices$/);
  // The engine can do nothing any more: all regions are on the page.
  for (const worker of page.workers())
    await worker.evaluate(() =>
      setTimeout(() => {
        for (;;);
      }),
    );
  const look = async () => ({
    sentence: await page.textContent("#result-sentence"),
    heat: await page
      .locator('#four [data-kind="heat"] canvas')
      .evaluate((node) => /** @type {HTMLCanvasElement} */ (node).toDataURL()),
    deleted: await page
      .locator('#four [data-kind="deleted"] canvas')
      .evaluate((node) => /** @type {HTMLCanvasElement} */ (node).toDataURL()),
    report: JSON.parse((await download(page, "#export-report")).bytes.toString()).mask.mean,
  });
  const chosen = await look();
  await page.focus("#area");
  await page.keyboard.press("ArrowRight");
  assert.match(
    (await page.textContent("#area-note")) ?? "",
    /^20\.0 % asked for: suffices; the smallest that does is 5\.0 %$/,
  );
  const larger = await look();
  for (const part of /** @type {const} */ (["sentence", "heat", "deleted", "report"]))
    assert.notEqual(larger[part], chosen[part], part);
  assert.ok(larger.report > chosen.report, "more is kept");
  await page.focus("#area");
  await page.keyboard.press("Home");
  assert.match((await page.textContent("#area-note")) ?? "", /^2\.0 % asked for: does not suffice/);
  assert.equal(await page.getAttribute("#area", "aria-valuetext"), await page.textContent("#area-note"));
  await page.locator("#runs button").first().click();
  assert.equal(await page.inputValue("#area"), "1");
  await leave();
});

test("methods side by side: run, refused, sorted, opened, saved", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await choose(page, ["meaningful", "guided", "gradient", "occlusion", "extremal"]);
  await page.click("#compare-start");
  await page.waitForSelector("#compare-body[data-compared]");
  assert.match(
    (await page.textContent("#compare-state")) ?? "",
    /critter:46 · critters · GPU: 4 compared, 1 refused, of 5\.$/,
  );
  // The method after the one that refused went on, and the sentence is the engine's.
  assert.deepEqual(await order(page), ["meaningful", "extremal", "gradient", "guided", "occlusion"]);
  assert.match(
    (await page.textContent('#tiles [data-method="guided"]')) ?? "",
    /Guided looks inside the model.*closed to it\./,
  );
  assert.deepEqual(await page.locator("#tiles li:not([data-method]) h3").allTextContents(), [
    "What the model sees",
    "True evidence",
  ]);
  const cells = await page.locator('#tiles [data-method="meaningful"] dd').allTextContents();
  assert.match(cells.join("|"), /^\d\.\d\d s\|330 px² · 8\.1 %\|0\.353\|0\.055\|0\.312$/);
  assert.match((await page.textContent('#tiles [data-method="gradient"]')) ?? "", /90 % gone ↓missed/);
  assert.match((await page.textContent('#tiles [data-method="extremal"]')) ?? "", /180 px² · 4\.4 %, the best/);
  await page.selectOption("#compare-order", "game");
  assert.deepEqual(await order(page), ["extremal", "meaningful", "occlusion", "gradient", "guided"]);
  await page.selectOption("#compare-order", "insertion");
  assert.deepEqual(await order(page), ["extremal", "meaningful", "occlusion", "gradient", "guided"]);

  const sheet = await download(page, "#compare-png");
  assert.match(sheet.name, /^critter-46_\w+_comparison\.png$/);
  assert.equal(sheet.bytes.toString("latin1", 1, 4), "PNG");
  const { records, target } = JSON.parse((await download(page, "#compare-json")).bytes.toString());
  assert.deepEqual(
    records.map((/** @type {any} */ record) => record.method),
    await order(page),
  );
  assert.deepEqual(records[1].deletion_game, [110, 330, 440, null]);
  assert.match(records[4].refused, /closed to it/);
  assert.equal(target.label, await page.locator("#answers [aria-pressed=true] .answer-label").textContent());

  // One colour scale: all change together, without the engine.
  const maps = () =>
    page
      .locator("#tiles canvas")
      .evaluateAll((all) => all.map((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL()));
  const viridis = await maps();
  await page.click('#tiles [data-method="occlusion"] button');
  await page.waitForSelector('#view[data-open="explain"]');
  assert.match((await page.textContent("#result-sentence")) ?? "", /^Blurring/);
  assert.equal(JSON.parse((await download(page, "#export-report")).bytes.toString()).method, "occlusion");
  await page.selectOption("#colours", "inferno");
  await go(page, "compare");
  const inferno = await maps();
  assert.equal(viridis.filter((map, at) => map === inferno[at]).length, 2, "only the picture and the empty tile stay");
  await leave();
});

test("a comparison is stopped by Esc, and by another run or picture; what there is stays", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await choose(page, ["meaningful", "fast", "extremal", "igos", "igos++"]);
  const begin = async () => {
    await page.click("#compare-start");
    await page.waitForSelector('#tiles [data-method="meaningful"][data-state="running"]');
  };
  // Out of sight it goes on, or is over.
  const over = async (/** @type {number} */ times, /** @type {RegExp} */ words) => {
    await go(page, "compare");
    await page.waitForSelector(`#compare-body[data-compared="${times}"]`);
    assert.match((await page.textContent("#compare-state")) ?? "", words);
    assert.equal(await page.locator('#tiles [data-method="fast"][data-state="done"]').count(), 1);
  };
  await begin();
  await page.keyboard.press("Escape");
  await over(1, /[1-4] compared, [1-4] stopped, of 5/);
  await begin();
  await go(page, "explain");
  await page.click("#run");
  await page.waitForSelector('body[data-runs="1"]');
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 300/);
  await over(2, /[1-4] compared, [1-4] stopped, of 5/);
  await begin();
  await page.click('#gallery [data-seed="3"]');
  await over(3, /critter:46.* [1-4] compared, [1-4] stopped, of 5/);
  await ready(page);
  // The stage is another's: nothing is left waiting on it.
  await go(page, "explain");
  assert.equal(await page.locator("#stage-frame[data-loading]").count(), 0);
  await leave();
});

test("a bug during a comparison: said, the methods after it are compared, and it can begin again", async () => {
  const { page, leave } = await visit({ path: "#seed=666", mayLog: /unreachable/ });
  await ready(page);
  await choose(page, ["gradient", "meaningful", "fast"]);
  await page.click("#compare-start");
  assert.match(await alert(page), /You found a bug in vanish/);
  await page.waitForSelector("#compare-body[data-compared]");
  assert.match((await page.textContent("#compare-state")) ?? "", /1 compared, 2 stopped, of 3/);
  await ready(page);
  await go(page, "explain");
  await set(page, { seed: 1 });
  // What was chosen is still chosen.
  await go(page, "compare");
  await page.click("#compare-start");
  await page.waitForSelector('#compare-body[data-compared="2"]');
  assert.match((await page.textContent("#compare-state")) ?? "", /3 compared, of 3/);
  await leave();
});

test("several seeds: a map of each, their mean and their deviation", async () => {
  const { page, leave } = await visit({ path: "#seed=4" });
  await ready(page);
  await choose(page, ["gradient"]);
  await page.fill("#compare-seeds", "3");
  await page.click("#compare-start");
  await page.waitForSelector("#compare-body[data-compared]");
  const titles = [
    "What the model sees",
    "True evidence",
    "Gradient, mean of 3 seeds",
    "Gradient, deviation of 3 seeds",
    "Gradient, seed 4",
    "Gradient, seed 5",
    "Gradient, seed 6",
  ];
  assert.deepEqual(await page.locator("#tiles h3").allTextContents(), titles);
  await leave();
});

test("nothing chosen to compare is said in words", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await choose(page, []);
  await page.click("#compare-start");
  assert.match(await alert(page), /Choose at least one method/);
  await leave();
});

for (const [width, scheme] of /** @type {const} */ ([
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [320, "dark"],
])) {
  test(`side by side at ${width} px, ${scheme}: no accessibility violation, nothing wider than the screen`, async () => {
    const options = { viewport: { width, height: 844 }, colorScheme: scheme, bypassCSP: true };
    const { page, leave } = await visit({ options, path: "#method=extremal&iterations=30&with=1&against=2" });
    await ready(page);
    await runToEnd(page);
    await set(page, { seed: 1 });
    await choose(page, ["fast", "gradient", "guided", "gradient-input"]);
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
    await axeCheck(page, "with a comparison");
    await page.screenshot({ path: `${OUTPUT}mock-${width}-${scheme}-compare.png`, fullPage: true });
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= screen, `${content} px of content on ${screen} px`);
    await leave();
  });
}
