/**
 * The page with the real engine: on the CPU in a browser without WebGPU, and on WebGPU by SwiftShader, which computes
 * on the CPU too and is slow, so that runs are short there.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { onnx, png } from "../files.mjs";
import { BAD_MODELS, BAD_PICTURES, ODD_PICTURES } from "./cases.mjs";
import {
  OUTPUT,
  alert,
  download,
  give,
  go,
  launch,
  ready,
  requireEngine,
  runToEnd,
  serve,
  set,
  visit,
  whole,
} from "./harness.mjs";

requireEngine();

// As a command, which a linker takes a module for that does not call them itself, it ran every crate's constructors at
// each entry: a second for each step on the GPU. Such entries are named after it.
test("the engine is no command: constructors run once, not whenever JavaScript enters", async () => {
  for (const build of ["vanish", "vanish_cpu"]) {
    const bytes = await readFile(new URL(`../../../pkg/${build}_bg.wasm`, import.meta.url));
    const names = WebAssembly.Module.exports(await WebAssembly.compile(bytes)).map(({ name }) => name);
    assert.ok(names.includes("memory"));
    assert.deepEqual(
      names.filter((name) => name.includes("command_export")),
      [],
    );
  }
});

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
before(async () => {
  server = await serve();
});
after(() => server?.close());

/**
 * What must hold on every device.
 *
 * @param {"cpu" | "gpu"} kind
 * @param {{steps: number, long: number, patience: number, path: string}} pace
 * @param {() => import("playwright-core").Browser} browser
 * @param {() => string | false} skipped why this device cannot be tested here
 */
function everywhere(kind, { steps, long, patience, path }, browser, skipped) {
  const to = (/** @type {string} */ hash) => ({ path: `${path}#${hash}`, patience });

  test(`${kind}: a sample to the end, exported, imported, then cancelled in the middle`, async (t) => {
    if (skipped()) return t.skip(String(skipped()));
    const { page, requests, leave } = await visit(browser(), server, to(`iterations=${steps}`));
    await ready(page);
    assert.match((await page.textContent("#device-name")) ?? "", kind === "gpu" ? /^GPU · ./ : /^CPU · ./);
    assert.match((await page.textContent("#device-reason")) ?? "", /\w+.*\./);
    // Samples are drawn one after the other; the last is not the last before all are there.
    await page.click("#gallery li:nth-child(12) button");
    await page.waitForSelector('#gallery li:nth-child(12) [aria-pressed="true"]');
    await ready(page);
    const sentence = await runToEnd(page, patience);
    assert.match(sentence ?? "", /^\w.*%.* from \d/);
    const { bytes } = await download(page, "#export-report");
    const report = JSON.parse(bytes.toString());
    assert.equal(report.version, 2);
    assert.equal(report.device.kind, kind);
    assert.equal(report.iterations, steps);
    assert.equal(report.objective.length, steps);
    assert.equal(report.mask.values.length, report.mask.rows * report.mask.cols);
    assert.ok(report.mask.values.every((/** @type {number} */ v) => v >= 0 && v <= 1));
    assert.equal(report.sentence, sentence);
    for (const picture of ["heatmap", "mask", "deleted", "preserved"]) {
      assert.equal((await download(page, `[data-png="${picture}"]`)).bytes.toString("latin1", 1, 4), "PNG", picture);
    }
    const heat = () =>
      page
        .locator('#four [data-kind="heat"] canvas')
        .evaluate((node) => /** @type {HTMLCanvasElement} */ (node).toDataURL());
    const before = await heat();
    await page.screenshot({ path: `${OUTPUT}${kind}-1280.png`, fullPage: true });

    // Another visit, where starting is cheap; else the same one.
    if (kind === "cpu") await page.reload();
    else await page.locator("#gallery button").first().click();
    await ready(page);
    await give(page, "#report-file", "report.json", bytes);
    await page.waitForFunction(
      (count) => document.querySelectorAll("#runs button").length === count,
      kind === "cpu" ? 1 : 2,
    );
    assert.equal(await page.textContent("#result-sentence"), sentence);
    assert.equal(await page.locator("#four figure:visible").count(), 4);
    assert.equal(await heat(), before);
    const fetched = requests.map((url) => url.match(/\/pkg\/(\w+)_bg\.wasm$/)?.[1]).filter(Boolean);
    assert.deepEqual([...new Set(fetched)], [kind === "cpu" ? "vanish_cpu" : "vanish"], "one build is fetched");

    // Cancelled in the middle, the partial result is kept.
    await set(page, { iterations: long });
    await page.click("#run");
    await page.waitForFunction(() => /^[1-9]\d* of/.test(document.getElementById("progress-text")?.textContent ?? ""));
    await page.keyboard.press("Escape");
    await page.waitForSelector("body:not([data-running])");
    assert.match((await page.textContent("#result-label")) ?? "", new RegExp(`stopped at \\d+ of ${long}`));
    const partial = JSON.parse((await download(page, "#export-report")).bytes.toString());
    assert.ok(partial.iterations > 0 && partial.iterations < long);
    await leave();
  });
}

/** In the page: the engine's registry. @returns {Promise<import("../../../www/types.js").Registry>} */
async function registryOf() {
  const { default: init, Engine } = await import(new URL("pkg/vanish.js", location.href).href);
  await init();
  return JSON.parse((await Engine.create("cpu")).methods());
}

describe("on the CPU, without WebGPU", () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launch("cpu");
  });
  after(() => browser?.close());

  everywhere(
    "cpu",
    { steps: 40, long: 3000, patience: 60_000, path: "" },
    () => browser,
    () => false,
  );

  test("cpu: the page says why, and what would help", async () => {
    const { page, leave } = await visit(browser, server);
    await ready(page);
    await page.click("#device summary");
    assert.match((await page.locator("[data-remedy]:visible").textContent()) ?? "", /WebGPU/);
    await leave();
  });

  test("cpu: the presets the page shows are the engine's, and offline is enough", async () => {
    const { page, leave } = await visit(browser, server, { path: "#iterations=3", patience: 60_000 });
    await whole(page);
    const { methods } = await page.evaluate(registryOf);
    assert.equal(methods.length, 14);
    await page.context().setOffline(true);
    for (const { name: method, settings: taken, preset } of methods) {
      // As few steps as will do; all else is the preset's.
      const few = {
        ...(taken.includes("iterations") && { iterations: 3 }),
        ...(taken.includes("samples") && { samples: 8 }),
      };
      await set(page, { method, ...few });
      await runToEnd(page);
      const { settings } = JSON.parse((await download(page, "#export-report")).bytes.toString());
      for (const [name, value] of Object.entries({ ...preset, ...few })) {
        const its = settings[name] ?? "";
        // The registry writes numbers of 32 bits in double precision, the report with the digits they have.
        const near = (/** @type {any} */ one, /** @type {any} */ other) =>
          String(one) === String(other) || Math.abs(one - other) < 1e-7;
        const [these, those] = [[its].flat(), [value ?? ""].flat()];
        const same = these.length === those.length && these.every((one, at) => near(one, those[at]));
        assert.ok(same || name === "iterations", `${method}.${name}: ${its}, not ${value}`);
      }
    }
    await leave();
  });

  test("cpu: the same seed gives the same mask to the bit", async () => {
    const masks = [];
    for (let i = 0; i < 2; i++) {
      const { page, leave } = await visit(browser, server, { path: "#iterations=12&seed=5", patience: 60_000 });
      await ready(page);
      await runToEnd(page);
      masks.push(JSON.parse((await download(page, "#export-report")).bytes.toString()).mask.values);
      await leave();
    }
    assert.deepEqual(masks[0], masks[1]);
  });

  test("cpu: an answer of several classes, in another unit and game, is what the engine explains", async () => {
    const { page, leave } = await visit(browser, server, {
      path: "#method=fast&game=dual&score=log-probability&iterations=6",
      patience: 60_000,
    });
    await ready(page);
    const [first, second, third] = await page.locator("#answers .answer-label").allTextContents();
    await page.selectOption("#class-role", "against");
    await page.locator("#answers button").nth(1).click();
    await page.selectOption("#class-role", "with");
    await page.locator("#answers button").nth(2).click();
    const sentence = await runToEnd(page);
    const name = `${first} + ${third} − ${second}`;
    assert.ok(sentence?.includes(` ${name} from `), sentence ?? "");
    const { settings, target } = JSON.parse((await download(page, "#export-report")).bytes.toString());
    assert.deepEqual(
      [settings.game, settings.score, settings.with.length, settings.against.length, target.label],
      ["dual", "log-probability", 1, 1, name],
    );
    await leave();
  });

  test("cpu: the region of every area, the smallest sufficient one first", async () => {
    const { page, leave } = await visit(browser, server, {
      path: "#method=extremal&iterations=60&areas=0.05,0.2,0.4",
      patience: 60_000,
    });
    await ready(page);
    await runToEnd(page, 300_000);
    const reports = [];
    await page.focus("#area");
    // The run's own answer is shown first, which may be any of them: from the largest on, every key moves.
    await page.keyboard.press("End");
    for (let i = 0; i < 3; i++) {
      await page.focus("#area");
      await page.keyboard.press(i === 0 ? "Home" : "ArrowRight");
      const { settings, mask, scores } = JSON.parse((await download(page, "#export-report")).bytes.toString());
      assert.deepEqual(
        settings.areas.map((/** @type {number} */ area) => Math.round(area * 100)),
        [[5], [20], [40]][i],
      );
      const note = (await page.textContent("#area-note")) ?? "";
      assert.match(note, /% asked for: (suffices|does not suffice|the smallest that suffices)/);
      assert.ok(scores.preserved >= 0 && scores.deleted <= 1, note);
      reports.push(mask.mean);
    }
    assert.ok(reports[0] < reports[1] && reports[1] < reports[2], `areas grow: ${reports}`);
    await leave();
  });

  test("cpu: methods side by side, judged as the command judges", async () => {
    const { page, leave } = await visit(browser, server, { patience: 60_000 });
    await ready(page);
    await go(page, "compare");
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]", { timeout: 600_000 });
    await page.selectOption("#compare-order", "game");
    const { records, image } = JSON.parse((await download(page, "#compare-json")).bytes.toString());
    assert.equal(image.name, "critter:46");
    assert.equal(records.length, 6);
    for (const record of records) {
      assert.equal(record.refused, undefined, `${record.method}: ${record.refused}`);
      assert.equal(record.deletion_game.length, 4);
      const areas = record.deletion_game.filter((/** @type {number | null} */ area) => area !== null);
      assert.ok(
        areas.every(
          (/** @type {number} */ area, /** @type {number} */ i) =>
            area > 0 && area <= 128 * 128 && (i === 0 || area >= areas[i - 1]),
        ),
        `${record.method}: ${areas}`,
      );
      for (const name of ["insertion", "deletion", "overlap"])
        assert.ok(record[name] > 0 && record[name] < 1, `${record.method}.${name}: ${record[name]}`);
    }
    const of = (/** @type {string} */ method) => records.find((/** @type {any} */ record) => record.method === method);
    assert.ok(
      of("meaningful").insertion > of("meaningful").deletion,
      "showing the evidence first raises the score sooner",
    );
    console.log(
      records
        .map(
          (/** @type {any} */ r) =>
            `    ${r.method}: ${r.seconds.toFixed(2)} s, ${r.deletion_game[1]} px², insertion ${r.insertion.toFixed(3)}, deletion ${r.deletion.toFixed(3)}, overlap ${r.overlap.toFixed(3)}`,
        )
        .join("\n"),
    );
    await page.screenshot({ path: `${OUTPUT}cpu-1280-compare.png`, fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: `${OUTPUT}cpu-390-compare.png`, fullPage: true });
    await leave();
  });

  test("cpu: bad pictures are refused in a sentence, odd ones opened, the result kept", async () => {
    const { page, leave } = await visit(browser, server, { path: "#iterations=5", patience: 60_000 });
    await ready(page);
    const sentence = await runToEnd(page);
    for (const { name, body, says } of BAD_PICTURES) {
      await give(page, "#picture-file", name, body);
      await page.waitForSelector(`#alerts:has-text("${name}")`);
      assert.match(await alert(page), says, name);
    }
    for (const { name, body, notes, size } of ODD_PICTURES) {
      await give(page, "#picture-file", name, body);
      await page.waitForSelector(`#stage-caption:has-text("${name}")`);
      assert.match((await page.textContent("#stage-notes")) ?? "", notes, name);
      assert.match((await page.textContent("#stage-caption")) ?? "", size, name);
    }
    await ready(page);
    assert.equal(await page.textContent("#result-sentence"), sentence);
    await leave();
  });

  test("cpu: bad models are refused in a sentence, and the earlier one goes on", async () => {
    const { page, leave } = await visit(browser, server, { path: "#iterations=400", patience: 60_000 });
    await ready(page);
    await page.click("#run");
    await page.waitForSelector("body[data-running]");
    for (const { name, body, says } of BAD_MODELS) {
      await give(page, "#model-file", name, body);
      await page.waitForSelector("#alerts .failure");
      const sentence = await alert(page);
      assert.match(sentence, says, name);
      assert.doesNotMatch(sentence, /bug in vanish/, name);
      console.log(`    ${name}: ${sentence}`);
      await page.click("#alerts .close");
    }
    await page.keyboard.press("Escape");
    await ready(page);
    await set(page, { iterations: 5, seed: 2 });
    await runToEnd(page);
    await leave();
  });

  test("cpu: an ONNX file of one's own, its profile assumed, then set", async () => {
    const { page, leave } = await visit(browser, server, { patience: 60_000 });
    await ready(page);
    await give(page, "#model-file", "tiny.onnx", onnx());
    await page.waitForSelector("#model option:has-text('tiny.onnx')", { state: "attached" });
    await page.waitForFunction(() => document.querySelectorAll("#answers button").length === 3);
    assert.match(await alert(page), /No profile came with/);
    await page.click('[data-part="model-view"] summary');
    await page.fill("#profile-mean", "0, 0, 0");
    await page.fill("#profile-std", "1, 1, 1");
    await page.fill("#profile-labels", "red\ngreen\nblue");
    await page.click("#profile [type=submit]");
    await page.waitForSelector("#answers button:has-text('green')");
    await page.fill("#profile-size", "0");
    await page.click("#profile [type=submit]");
    await page.waitForSelector("#alerts .failure");
    await give(page, "#picture-file", "spot.png", png(64, 64));
    await page.waitForSelector("#stage-caption:has-text('spot.png')");
    await page.selectOption("#model", "critters");
    await page.waitForFunction(() => document.querySelectorAll("#answers button").length === 5);
    await leave();
  });

  test("cpu: on a phone", async () => {
    const options = { viewport: { width: 390, height: 844 }, colorScheme: /** @type {const} */ ("dark") };
    const { page, leave } = await visit(browser, server, { options, path: "#iterations=30", patience: 60_000 });
    await ready(page);
    await runToEnd(page);
    await page.screenshot({ path: `${OUTPUT}cpu-390.png`, fullPage: true });
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= screen, `${content} px of content on ${screen} px`);
    await leave();
  });
});

describe("on WebGPU, by SwiftShader", () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string | false} */
  let missing = false;
  before(async () => {
    browser = await launch("gpu");
    const page = await browser.newPage();
    await page.goto(`${server.url}www/style/base.css`);
    const adapter = await page.evaluate(async () =>
      Boolean(await /** @type {any} */ (navigator).gpu?.requestAdapter()),
    );
    await page.close();
    if (!adapter) {
      missing = "this browser offers no WebGPU adapter, so the GPU path was NOT tested";
      console.error(`\n!!!! SKIPPED: ${missing} !!!!\n`);
    }
  });
  after(() => browser?.close());

  everywhere(
    "gpu",
    { steps: 4, long: 300, patience: 120_000, path: "?device=gpu" },
    () => browser,
    () => missing,
  );
});
