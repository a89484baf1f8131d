/** Several workers for one job: with the real engine the same results, with the stand-in what may go wrong. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { png } from "../files.mjs";
import { ROOT } from "../serve.mjs";
import { alert, download, give, go, ready, requireEngine, set, visitor } from "./harness.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @param {string[]} methods */
async function choose(page, methods) {
  await go(page, "compare");
  for (const box of await page.locator("#compare-methods input").all())
    await box.setChecked(methods.includes((await box.getAttribute("value")) ?? ""));
}

/** @param {Page} page @param {string} state @returns {import("playwright-core").Locator} */
function rows(page, state) {
  return page.locator(`#tiles [data-method][data-state="${state}"]`);
}

/** Waits until so many rows are in a state. @param {Page} page @param {string} state @param {number} count */
async function untilRows(page, state, count) {
  await page.waitForFunction(
    ([wanted, number]) => document.querySelectorAll(`#tiles [data-state="${wanted}"]`).length === number,
    /** @type {const} */ ([state, count]),
  );
}

/** The first picture behind a number. @param {Page} page @returns {Promise<string>} */
async function exhibited(page) {
  // A canvas has the side of what the model sees once it is drawn.
  const drawn = page.locator("#exhibit-tiles canvas[width='128']").first();
  await drawn.waitFor();
  return drawn.evaluate((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
}

describe("with the real engine", () => {
  const visit = visitor();
  const METHODS = ["fast", "gradient", "gradcam", "occlusion", "rise"];

  /** Scores and maps of a comparison. @param {number} workers @param {(page: Page) => Promise<void>} [open] */
  async function compared(workers, open = async () => {}) {
    const { page, leave } = await visit({ path: `?workers=${workers}`, patience: 120_000 });
    await ready(page);
    await open(page);
    await choose(page, METHODS);
    await page.fill("#compare-seeds", "2");
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
    assert.equal(page.workers().length, workers);
    const { records, ...about } = JSON.parse((await download(page, "#compare-json")).bytes.toString());
    const maps = await page
      .locator("#tiles canvas")
      .evaluateAll((canvases) => canvases.map((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL()));
    assert.ok((await rows(page, "done").count()) >= 4, "some methods have no answer about a picture of nothing");
    assert.equal(await rows(page, "stopped").count(), 0);
    await leave();
    return { records: records.map((/** @type {any} */ { seconds, ...record }) => record), about, maps };
  }

  /** A model and a picture of one's own, the profile edited. @param {Page} page */
  async function ownFiles(page) {
    const model = await readFile(join(ROOT, "www/models/critters.onnx"));
    const { labels, ...profile } = JSON.parse(await readFile(join(ROOT, "www/models/critters.json"), "utf8"));
    const labelled = JSON.stringify({ ...profile, labels: labels.map((/** @type {string} */ name) => `a ${name}`) });
    const named = (/** @type {string} */ name, /** @type {Buffer | string} */ body) => ({
      ...{ name, mimeType: "application/octet-stream", buffer: Buffer.from(body) },
    });
    await page.setInputFiles("#model-file", [named("mine.onnx", model), named("mine.json", labelled)]);
    await page.waitForSelector("#answers button:has-text('a ')");
    await give(page, "#picture-file", "mine.png", png(300, 220));
    await page.waitForFunction(() => document.getElementById("stage-caption")?.textContent?.includes("mine.png"));
    await ready(page);
  }

  for (const [what, open] of /** @type {const} */ ([["the sample", undefined], ["files of one's own", ownFiles]])) {
    test(`on ${what} two workers find what one finds, scores and maps alike`, async () => {
      requireEngine();
      const [one, two] = [await compared(1, open), await compared(2, open)];
      assert.ok(one.records.length > METHODS.length, "several seeds");
      assert.deepEqual(two, one);
    });
  }

  /** The table of an evaluation and every value in it. @param {number} workers */
  async function evaluated(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}#view=evaluate`, patience: 240_000 });
    await page.waitForSelector('[data-state="done"] #evaluate');
    assert.equal(page.workers().length, workers);
    const told = JSON.parse((await download(page, "#evaluate-json")).bytes.toString());
    await page.locator("#evaluate-table tbody tr").first().locator("button").first().click();
    await page.waitForSelector("#exhibit-tiles canvas[width='128']");
    await leave();
    return told;
  }

  /** The sentence, the figures and the trials of a rule's test. @param {number} workers */
  async function ruled(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}`, patience: 120_000 });
    await ready(page);
    await page.click("#run");
    await page.waitForSelector('#holds[data-state="done"]');
    assert.equal(page.workers().length, workers);
    const sentence = await page.textContent("#holds-sentence");
    const figures = await page.locator("#holds-figures").textContent();
    await page.click("#holds-rules");
    const table = await page.locator("#local-table").textContent();
    await leave();
    return { sentence, figures, table };
  }

  /** What the answer survives, and the order of its curves. @param {number} workers */
  async function changed(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}#view=rules`, patience: 240_000 });
    // Opened first, the view begins by itself.
    await page.waitForSelector('[data-state="done"] #changes-test');
    assert.equal(page.workers().length, workers);
    const kinds = await page
      .locator("#changes-curves article")
      .evaluateAll((cards) => cards.map((card) => /** @type {HTMLElement} */ (card).dataset.kind));
    const csv = (await download(page, "#changes-csv")).bytes.toString();
    const found = { kinds, csv, sentence: await page.textContent("#changes-sentence") };
    await leave();
    return found;
  }

  test("two workers try the changes of a picture as one does", async () => {
    requireEngine();
    const [one, two] = [await changed(1), await changed(2)];
    assert.equal(one.kinds.length, 12);
    assert.deepEqual(two, one);
  });

  /** The concept rules of a built-in model, and a picture behind one. @param {number} workers */
  async function searched(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}#view=rules`, patience: 480_000 });
    await page.waitForSelector('[data-state="done"] #changes-test');
    // Fewer than usual: whether the parts are joined rightly shows with these too.
    await page.fill("#concepts-count", "200");
    await page.click("#concepts-test");
    await page.waitForSelector('[data-state="done"] #concepts-test');
    assert.equal(page.workers().length, workers);
    const [sentence, table] = [await page.textContent("#concepts-sentence"), await page.textContent("#concepts-table")];
    await page.locator("#concepts-table tbody button").first().click();
    const picture = await exhibited(page);
    await leave();
    return { sentence, table, picture };
  }

  test("two workers search for concept rules as one does", async () => {
    requireEngine();
    const [one, two] = [await searched(1), await searched(2)];
    assert.match(one.sentence ?? "", /^Screened \d+, tested 12/);
    assert.deepEqual(two, one);
  });

  /** The cues of a built-in model, their figures and a picture. @param {number} workers */
  async function leaning(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}#view=cues`, patience: 240_000 });
    await page.waitForSelector('[data-state="done"] #cues-search');
    assert.equal(page.workers().length, workers);
    const told = JSON.parse((await download(page, "#cues-json")).bytes.toString());
    await page.locator("#cues-list button").first().click();
    const photo = await exhibited(page);
    await leave();
    return { told, photo };
  }

  test("two workers search for cues as one does", async () => {
    requireEngine();
    const [one, two] = [await leaning(1), await leaning(2)];
    assert.ok(one.told.pictures.looked === 240 && one.told.cues.length > 0, one.told.sentence);
    assert.deepEqual(two, one);
  });

  /** All that an attack tells, but how long it took, and the pictures that its masks leave. @param {number} workers */
  async function attacked(workers) {
    const { page, leave } = await visit({ path: `?workers=${workers}#view=adversarial`, patience: 240_000 });
    await page.waitForSelector('[data-state="done"] #attack');
    assert.equal(page.workers().length, workers);
    const { attack, ...told } = JSON.parse((await download(page, "#attack-json")).bytes.toString());
    const { seconds, ...rest } = attack;
    assert.ok(seconds > 0);
    await page.waitForSelector("#recover-sentence:not([hidden])");
    const sentence = await page.textContent("#recover-sentence");
    await page.locator("#recover-table button").first().click();
    const left = await exhibited(page);
    await leave();
    return { attack: rest, told, sentence, left };
  }

  test("two workers attack a picture and calibrate the detectors as one does", async () => {
    requireEngine();
    const [one, two] = [await attacked(1), await attacked(2)];
    assert.deepEqual(one.told.detectors.map((/** @type {any} */ { scores }) => scores.length), [100, 20]);
    assert.deepEqual(two, one);
  });

  test("two workers judge pictures as one does", async () => {
    requireEngine();
    const [one, two] = [await evaluated(1), await evaluated(2)];
    assert.equal(one.pictures.length, 20);
    assert.deepEqual(two, one);
  });

  test("two workers test a rule as one does", async () => {
    requireEngine();
    const [one, two] = [await ruled(1), await ruled(2)];
    assert.match(one.sentence ?? "", /of 40 unseen deletions/);
    assert.deepEqual(two, one);
  });
});

describe("with the stand-in", () => {
  const visit = visitor({ mock: true });
  const path = "?device=cpu&workers=2";

  test("Esc stops all, and what is begun next has both again", async () => {
    const { page, leave } = await visit({ path });
    await ready(page);
    await choose(page, ["meaningful", "fast", "extremal", "igos", "igos++"]);
    for (const times of [1, 2]) {
      await page.click("#compare-start");
      await untilRows(page, "running", 2);
      await page.keyboard.press("Escape");
      await page.waitForSelector(`#compare-body[data-compared="${times}"]`);
      assert.equal(await rows(page, "running").count(), 0);
      assert.ok((await rows(page, "stopped").count()) >= 3, "neither went on with the rest");
      assert.equal(page.workers().length, 2);
    }
    await leave();
  });

  test("an explanation that is begun ends the comparison in all workers", async () => {
    const { page, leave } = await visit({ path });
    await ready(page);
    await choose(page, ["meaningful", "fast", "extremal", "igos", "igos++"]);
    await page.click("#compare-start");
    await untilRows(page, "running", 2);
    await go(page, "explain");
    await page.click("#run");
    await page.waitForSelector('body[data-runs="1"]');
    assert.match((await page.textContent("#progress-text")) ?? "", /Done: 300/);
    await go(page, "compare");
    await page.waitForSelector("#compare-body[data-compared]");
    assert.ok((await rows(page, "stopped").count()) >= 3);
    await leave();
  });

  test("a worker that crashes loses its own row, and that is said", async () => {
    // The second seed is the stand-in's panic; methods without a seed are safe from it.
    const { page, leave } = await visit({ path: `${path}#seed=665`, mayLog: /unreachable/ });
    await ready(page);
    await choose(page, ["meaningful", "gradient", "occlusion", "gradcam"]);
    await page.fill("#compare-seeds", "2");
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
    assert.match(await alert(page), /You found a bug in vanish/);
    const stopped = await rows(page, "stopped").allTextContents();
    assert.equal(stopped.length, 1, `${stopped}`);
    assert.match(stopped[0], /stopped by a bug/);
    assert.ok((await rows(page, "done").count()) >= 3, "the rest went on");
    await ready(page);
    await go(page, "explain");
    await set(page, { seed: 1 });
    await go(page, "compare");
    await page.click("#compare-start");
    await page.waitForSelector('#compare-body[data-compared="2"]');
    assert.equal(await rows(page, "stopped").count(), 0, "another worker is there");
    await leave();
  });

  test("the only worker crashes: what was found stays, and the rest goes on in a new one", async () => {
    const { page, leave } = await visit({ path: "?device=cpu&workers=1#seed=665", mayLog: /unreachable/ });
    await ready(page);
    await choose(page, ["meaningful", "gradient", "occlusion", "gradcam"]);
    await page.fill("#compare-seeds", "2");
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
    assert.match(await alert(page), /You found a bug in vanish, and its engine had to be started again/);
    assert.equal(await rows(page, "stopped").count(), 1);
    assert.match((await rows(page, "stopped").textContent()) ?? "", /seed 666.*stopped by a bug/);
    const all = await page.locator("#tiles [data-method]").count();
    assert.equal(await rows(page, "done").count(), all - 1, "one before the crash, the others after it");
    assert.equal(page.workers().length, 1);
    await ready(page);
    await leave();
  });

  test("a bug that comes with every picture ends a set after the third", async () => {
    const { page, leave } = await visit({ path: "?device=cpu&workers=1#seed=666", mayLog: /unreachable/ });
    await ready(page);
    await page.waitForSelector("#set", { state: "attached" });
    const body = png(40, 40).toString("base64");
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      for (const n of [1, 2, 3, 4, 5]) data.items.add(new File([bytes], `${n}.png`, { type: "image/png" }));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, body);
    await page.waitForSelector('#set[data-state="over"]');
    assert.equal(await page.textContent("#set-words"), "0 of 5 explained, 5 stopped. “Go on” explains those that were stopped.");
    const words = await page.locator("#set-table tbody tr").allTextContents();
    assert.deepEqual(words.map((text) => /by a bug/.test(text)), [true, true, true, false, false], words.join());
    await ready(page);
    await leave();
  });

  /** An evaluation that was begun by itself and is over, and then one of so many pictures. */
  async function evaluating(/** @type {Page} */ page, /** @type {number} */ count) {
    await page.waitForSelector('.study-bar:is([data-state="done"], [data-state="stopped"]) #evaluate');
    assert.equal(page.workers().length, 2);
    await page.fill("#set-count", String(count));
    await page.click("#evaluate");
    await page.waitForSelector('[data-state="running"] #evaluate');
  }

  test("an evaluation that is stopped keeps what both workers found", async () => {
    const { page, leave } = await visit({ path: `${path}#view=evaluate` });
    await evaluating(page, 9);
    const some = () => /^[2-6] pictures/.test(document.getElementById("evaluate-sentence")?.textContent ?? "");
    await page.waitForFunction(some);
    await page.keyboard.press("Escape");
    await page.waitForSelector('[data-state="stopped"] #evaluate');
    const kept = Number(/^(\d) pictures looked at/.exec((await page.textContent("#evaluate-sentence")) ?? "")?.[1]);
    assert.ok(kept >= 2 && kept < 9, `${kept}`);
    await evaluating(page, 5);
    await page.waitForSelector('[data-state="done"] #evaluate');
    assert.match((await page.textContent("#evaluate-sentence")) ?? "", /^5 pictures looked at/);
    await leave();
  });

  for (const [which, count, says] of /** @type {const} */ ([
    ["second", 7, /You found a bug in vanish: one of its workers stopped/],
    ["first", 8, /You found a bug in vanish, and its engine had to be started again/],
  ]))
    test(`the ${which} of two workers crashes, and its pictures are judged again`, async () => {
      const { page, leave } = await visit({ path: `${path}#view=evaluate`, mayLog: /unreachable/ });
      await evaluating(page, count);
      await page.waitForSelector('[data-state="done"] #evaluate');
      assert.match(await alert(page), says);
      assert.match((await page.textContent("#evaluate-sentence")) ?? "", new RegExp(`^${count} pictures looked at`));
      await page.waitForSelector("body[data-ready]:not([data-running])");
      // The pictures behind the figures are there, whichever worker judged them.
      await page.locator("#evaluate-table tbody tr").first().locator("button").first().click();
      await page.waitForSelector("#exhibit-tiles canvas[width='64']");
      assert.equal(await page.locator("#exhibit-tiles li").count(), count);
      await leave();
    });

  for (const [which, count, says] of /** @type {const} */ ([
    ["none", 20, null],
    ["the second", 27, /You found a bug in vanish: one of its workers stopped/],
    ["the first", 28, /You found a bug in vanish, and its engine had to be started again/],
  ]))
    test(`two workers search for cues; ${which} of them crashes`, async () => {
      const { page, leave } = await visit({ path: `${path}#view=cues`, mayLog: says ? /unreachable/ : undefined });
      await page.waitForSelector('[data-state="running"] #cues-search');
      await page.waitForSelector("#cues-sentence:not([hidden])");
      await page.keyboard.press("Escape");
      await page.waitForSelector('[data-state="stopped"] #cues-search');
      assert.match((await page.textContent("#cues-sentence")) ?? "", /^Looked at 240 /);
      await page.fill("#cues-count", String(count));
      await page.click("#cues-search");
      await page.waitForSelector('[data-state="done"] #cues-search');
      if (says) assert.match(await alert(page), says);
      const sentence = new RegExp(`^Looked at ${count} pictures; .* confirmed 1`);
      assert.match((await page.textContent("#cues-sentence")) ?? "", sentence);
      assert.equal(page.workers().length, which === "the second" ? 1 : 2);
      await leave();
    });

  test("another model ends an evaluation in all workers", async () => {
    const { page, leave } = await visit({ path: `${path}#view=evaluate` });
    await evaluating(page, 9);
    await page.evaluate(() => (location.hash = "view=evaluate&model=critters-biased"));
    await page.waitForSelector("body[data-ready]:not([data-running])");
    await go(page, "explain");
    await ready(page);
    assert.equal(await page.locator("#alerts .message").count(), 0);
    await leave();
  });

  test("on a GPU one worker does it all", async () => {
    const { page, leave } = await visit({ path: "?workers=2" });
    await ready(page);
    await choose(page, ["gradient", "occlusion", "fast"]);
    await page.click("#compare-start");
    await page.waitForSelector("#compare-body[data-compared]");
    assert.equal(page.workers().length, 1);
    await leave();
  });
});
