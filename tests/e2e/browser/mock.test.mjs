/**
 * The page against a stand-in engine (`mock/`): fast, and able to do on demand what the real one must never do.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { jpeg, png } from "../files.mjs";
import { BAD_MODELS, BAD_PICTURES, ODD_PICTURES } from "./cases.mjs";
import { OUTPUT, alert, axeCheck, download, give, ready, runToEnd, set, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

test("opens with a sample, its answers and the device", async () => {
  const { page, requests, leave } = await visit();
  await ready(page);
  assert.match((await page.textContent("#device-name")) ?? "", /GPU · mock/);
  // Samples are drawn one by one once the picture has its answer.
  await page.waitForFunction(() => document.querySelectorAll("#gallery button").length === 8);
  assert.equal(await page.locator("#answers button").count(), 5);
  assert.equal(await page.locator('#answers [aria-pressed="true"]').count(), 1);
  // The worker's own requests are seen too, or the check on leaving would prove little.
  assert.ok(requests.some((url) => /\/pkg\/vanish\w*_bg\.wasm$/.test(url)));
  assert.ok(requests.some((url) => url.endsWith("/www/models/critters.onnx")));
  await leave();
});

test("labels that are one long word do not make the page wider than a phone", async () => {
  const { page, leave } = await visit({ options: { viewport: { width: 320, height: 700 } } });
  await ready(page);
  const labels = Array.from({ length: 10 }, (_, at) => `${at}${"_as_long_a_label_as_a_data_set_may_have".repeat(3)}`);
  await give(page, "#model-file", "labels.txt", labels.join("\n"));
  await page.waitForSelector('#answers :text("_as_long_a_label")');
  await runToEnd(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await leave();
});

test("the engine is asked for before the page's script is there", async () => {
  const { page, leave } = await visit();
  const asked = page.waitForRequest(/\/pkg\/vanish\w*_bg\.wasm$/);
  await page.route("**/www/main.js", async (route) => {
    await asked;
    await route.continue();
  });
  await Promise.all([page.reload(), asked]);
  await ready(page);
  const wasm = () => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("_bg.wasm")).length;
  assert.equal(await page.evaluate(wasm), 1, "once");
  await leave();
});

test("the first answer comes before the rest of the page, which waits for it only so long", async () => {
  const { page, requests, leave } = await visit();
  let release = () => {};
  const held = /** @type {Promise<void>} */ (new Promise((resolve) => (release = resolve)));
  await page.route("**/www/models/critters.onnx", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  requests.length = 0;
  await page.waitForFunction(() => /^GPU/.test(document.getElementById("device-name")?.textContent ?? ""));
  await page.waitForTimeout(500);
  assert.deepEqual(
    requests.filter((url) => /settings-form|result\/result/.test(url)),
    [],
  );
  await page.waitForSelector("#setting-method", { state: "attached" });
  assert.equal(await page.locator("body[data-ready]").count(), 0);
  release();
  await ready(page);
  await leave();
});

test("the security policy binds the page and the worker", async () => {
  let reached = 0;
  const other = createServer((_, response) => {
    reached += 1;
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("reached");
  });
  await new Promise((resolve) => other.listen(0, "127.0.0.1", () => resolve(undefined)));
  const elsewhere = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (other.address()).port}/`;
  const { page } = await visit();
  await ready(page);
  const attempt = (/** @type {string} */ url) =>
    fetch(url).then(
      (response) => response.text(),
      (error) => `refused: ${error}`,
    );
  assert.match(await page.evaluate(attempt, elsewhere), /refused/);
  assert.equal(page.workers().length, 1);
  assert.match(await page.workers()[0].evaluate(attempt, elsewhere), /refused/);
  assert.equal(reached, 0);
  await page.context().close();
  await new Promise((resolve) => other.close(resolve));
});

test("an engine that the server does not have is named, whatever it sends instead", async () => {
  const { page, leave } = await visit();
  const body = "<!doctype html><title>Welcome</title>";
  for (const [file, name] of [
    ["pkg/*_bg.wasm", "vanish_cpu_bg.wasm"],
    ["www/worker/vanish*.js", "vanish_cpu.js"],
  ]) {
    await page.route(`**/${file}`, (route) => route.fulfill({ contentType: "text/html", body }));
    await page.reload();
    await page.waitForSelector("#alerts .failure");
    assert.equal(
      await alert(page),
      `${name} could not be fetched: the server sent a page of HTML in its place, so the file is missing there.`,
    );
    await page.unrouteAll();
  }
  // Wasm that comes with another type is compiled all the same.
  await page.route("**/pkg/*_bg.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { "content-type": "text/plain" } });
  });
  await page.reload();
  await ready(page);
  await leave();
});

test("runs to the end, exports, imports, recalls", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const sentence = await runToEnd(page);
  assert.match(sentence ?? "", /^Blurring \d+\.\d % of the picture takes \w+ from 0\.91 to 0\.\d+\.$/);
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 300 iterations/);
  assert.match((await page.getAttribute("#curve-score", "aria-label")) ?? "", /at the start, .* now/);

  const { name, bytes } = await download(page, "#export-report");
  assert.match(name, /critter-46_.*_report\.json/);
  const report = JSON.parse(bytes.toString());
  assert.equal(report.version, 2);
  for (const kind of ["heatmap", "mask", "deleted", "preserved"]) {
    const picture = await download(page, `[data-png="${kind}"]`);
    assert.equal(picture.bytes.toString("latin1", 1, 4), "PNG", kind);
  }

  // Another run, then the first again: at once, without the engine.
  await set(page, { seed: 5 });
  await runToEnd(page);
  assert.equal(await page.locator("#runs button").count(), 2);
  await page.waitForSelector('#holds[data-state="done"]');
  await set(page, { seed: 0 });
  await page.click("#run");
  assert.equal(await page.locator("body[data-running]").count(), 0);
  assert.match((await page.textContent("#result-label")) ?? "", /recalled/);

  await page.reload();
  await ready(page);
  await page.click('#gallery [data-seed="3"]');
  await page.waitForSelector('#gallery [data-seed="3"][aria-pressed="true"]');
  await give(page, "#report-file", "report.json", bytes);
  await page.waitForSelector("#result:not([hidden])");
  assert.equal(await page.textContent("#result-sentence"), sentence);
  assert.equal(await page.getAttribute('#gallery [data-seed="46"]', "aria-pressed"), "true");
  assert.equal(await page.locator("#four figure:visible").count(), 4);
  await leave();
});

test("cancel keeps what there is, and says how far it came", async () => {
  const { page, leave } = await visit({ path: "#iterations=3000" });
  await ready(page);
  await page.click("#run");
  await page.waitForFunction(() => /^\d\d+ of 3000/.test(document.getElementById("progress-text")?.textContent ?? ""));
  await page.keyboard.press("Escape");
  await page.waitForSelector("body:not([data-running])");
  assert.match((await page.textContent("#result-label")) ?? "", /stopped at \d+ of 3000/);
  assert.match((await page.textContent("#result-sentence")) ?? "", /^Blurring/);
  assert.equal(await page.isEnabled("#export-report"), true);
  await leave();
});

test("pause holds the run, and going on ends the pause", async () => {
  const { page, leave } = await visit({ path: "#iterations=2000" });
  await ready(page);
  await page.click("#run");
  await page.waitForFunction(() => /^\d+ of/.test(document.getElementById("progress-text")?.textContent ?? ""));
  await page.click("#pause");
  await page.waitForTimeout(300);
  const held = await page.textContent("#progress-text");
  await page.waitForTimeout(400);
  assert.equal(await page.textContent("#progress-text"), held);
  await page.click("#pause");
  await page.waitForFunction((was) => document.getElementById("progress-text")?.textContent !== was, held);
  await page.keyboard.press("Escape");
  await page.waitForSelector("body:not([data-running])");
  await leave();
});

test("new settings while it runs: only the last start counts", async () => {
  const { page, leave } = await visit({ path: "#iterations=5000" });
  await ready(page);
  await page.click("#run");
  await page.waitForFunction(() => /^\d+ of 5000/.test(document.getElementById("progress-text")?.textContent ?? ""));
  await set(page, { iterations: 4100 });
  await page.click("#run");
  await set(page, { iterations: 42 });
  await page.click("#run");
  await page.waitForSelector("body:not([data-running])");
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 42 iterations/);
  assert.equal(await page.locator("#runs button").count(), 1);
  await leave();
});

/** Explains until the mask is learned, and holds the run there. @param {import("playwright-core").Page} page */
async function untilFound(page) {
  await page.click("#run");
  await page.waitForSelector("#result-label:has-text('its pixels are being put in order')");
  await page.click("#pause");
}

test("what is found is shown before its pixels are in order, and what a person does with it stays", async () => {
  const { page, leave } = await visit({ path: "#seed=670&iterations=200" });
  await ready(page);
  await untilFound(page);
  assert.equal(await page.locator("body[data-running]").count(), 1);
  const sentence = await page.textContent("#result-sentence");
  assert.match(sentence ?? "", /^Blurring \d/);
  assert.equal(await page.locator('#views [data-view="order"]:visible').count(), 0);
  assert.equal(await page.locator("#closer-layer option", { hasText: "Order" }).count(), 0);
  assert.equal(await page.isEnabled("#export-report"), true);
  // Its test would take the run's place.
  assert.equal(await page.isDisabled("#holds-test"), true);
  await page.hover('#four [data-kind="heat"] canvas');
  const reading = await page.textContent("#reading");
  assert.match(reading ?? "", /^x \d+/);
  await page.fill("#replay-step", "7");
  await page.click("#pause");
  await page.waitForSelector('body[data-runs="1"]');
  assert.equal(await page.textContent("#result-sentence"), sentence);
  assert.doesNotMatch((await page.textContent("#result-label")) ?? "", /order/);
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 200 iterations/);
  assert.equal(await page.locator('#views [data-view="order"]:visible').count(), 1);
  assert.equal(await page.locator("#closer-layer option", { hasText: "Order" }).count(), 1);
  assert.equal(await page.textContent("#reading"), reading);
  assert.equal(await page.inputValue("#replay-step"), "7");
  assert.equal(await page.locator("#runs button").count(), 1);
  await leave();
});

test("who looks at another result while pixels are put in order goes on doing so", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await runToEnd(page);
  await set(page, { seed: 670, iterations: 200 });
  await untilFound(page);
  await page.locator("#runs button").nth(1).click();
  await page.waitForSelector("#result-label:has-text('recalled')");
  await page.click("#pause");
  await page.waitForSelector('body[data-runs="2"]');
  assert.match((await page.textContent("#result-label")) ?? "", /^recalled/);
  await page.locator("#runs button").first().click();
  await page.waitForSelector('#views [data-view="order"]:visible');
  assert.equal(await page.locator("#closer-layer option", { hasText: "Order" }).count(), 1);
  await leave();
});

for (const [name, seed, end] of /** @type {const} */ ([
  ["stopped", 670, async (/** @type {import("playwright-core").Page} */ page) => page.keyboard.press("Escape")],
  [
    "overtaken by other settings",
    670,
    async (/** @type {import("playwright-core").Page} */ page) => {
      await set(page, { seed: 1, iterations: 42 });
      await page.click("#run");
    },
  ],
  ["lost with the engine", 671, async () => {}],
])) {
  test(`what is found stays, without its order, when the run is ${name}`, async () => {
    const { page, leave } = await visit({ path: `#seed=${seed}&iterations=200`, mayLog: /unreachable/ });
    await ready(page);
    await page.click("#run");
    await page.waitForFunction(() => document.querySelector("#runs button"));
    await end(page);
    await page.waitForSelector("body:not([data-running])");
    const run = page.locator("#runs button").last();
    assert.match((await run.textContent()) ?? "", /stopped before its pixels were in order/);
    await run.click();
    assert.match((await page.textContent("#result-sentence")) ?? "", /^Blurring \d/);
    assert.match((await page.textContent("#result-label")) ?? "", /stopped before its pixels were in order/);
    assert.equal(await page.isEnabled("#export-report"), true);
    await leave();
  });
}

for (const [name, seed] of /** @type {const} */ ([
  ["a panic in a call", 666],
  ["a panic in a future", 669],
])) {
  test(`${name}: the page says a bug, keeps the result, starts another engine`, async () => {
    const { page, leave } = await visit({ path: `#seed=${seed}`, mayLog: /unreachable/ });
    await ready(page);
    await page.click("#run");
    assert.match(await alert(page), /You found a bug in vanish.*Your last result is kept/);
    assert.match((await page.textContent("#result-label")) ?? "", /stopped at \d+ of 300/);
    assert.equal(await page.isDisabled("#export-report"), true);
    await page.waitForSelector("#answers button");
    await ready(page);
    await set(page, { seed: 1 });
    assert.match((await runToEnd(page)) ?? "", /^Blurring/);
    await leave();
  });
}

test("a lost GPU: the best mask is kept and the CPU goes on", async () => {
  const { page, leave } = await visit({ path: "#seed=667" });
  await ready(page);
  await page.click("#run");
  assert.match(await alert(page), /The GPU was lost.*The CPU goes on.*result is kept/);
  assert.match((await page.textContent("#result-label")) ?? "", /stopped at/);
  await page.waitForFunction(() => /^CPU/.test(document.getElementById("device-name")?.textContent ?? ""));
  await ready(page);
  await set(page, { seed: 1 });
  await runToEnd(page);
  await leave();
});

test("a GPU that falls silent counts as lost", async () => {
  const { page, leave } = await visit({ path: "#seed=668" });
  await ready(page);
  await page.clock.install();
  await page.click("#run");
  await page.waitForTimeout(1500);
  await page.clock.fastForward(40_000);
  await page.clock.fastForward(6_000);
  assert.match(await alert(page), /The GPU does not answer any more\. The CPU goes on.*result is kept/);
  await page.waitForFunction(() => /^CPU/.test(document.getElementById("device-name")?.textContent ?? ""));
  await leave();
});

test("a worker that does not answer is ended by the second press", async () => {
  const { page, leave } = await visit({ path: "?device=cpu#seed=668" });
  await ready(page);
  await page.click("#run");
  await page.waitForTimeout(1000);
  await page.click("#cancel");
  await page.waitForTimeout(1700);
  await page.click("#cancel");
  assert.match(await alert(page), /did not answer/);
  assert.match((await page.textContent("#result-label")) ?? "", /stopped at/);
  await ready(page);
  await leave();
});

test("a forced device that is not there: said, and the CPU is used", async () => {
  const { page, leave } = await visit({ path: "?device=gpu" });
  await ready(page);
  assert.match(await alert(page), /No WebGPU adapter.*The CPU is used instead/);
  assert.equal(await page.isDisabled("#setting-device"), true);
  await leave();
});

test("bad pictures: one sentence each, the page alive, the result kept", async () => {
  const { page, leave } = await visit({ path: "#iterations=20" });
  await ready(page);
  const sentence = await runToEnd(page);
  for (const { name, body, says } of BAD_PICTURES) {
    await give(page, "#picture-file", name, body);
    await page.waitForFunction((wanted) => document.getElementById("alerts")?.textContent?.includes(wanted), name);
    assert.match(await alert(page), says, name);
    await ready(page);
    assert.equal(await page.textContent("#result-sentence"), sentence, name);
    assert.match((await page.textContent("#stage-caption")) ?? "", /128\s×\s128/, name);
  }
  await leave();
});

test("odd pictures are opened, and what was done to them is said", async () => {
  const { page, leave } = await visit();
  await ready(page);
  for (const { name, body, notes, size } of ODD_PICTURES) {
    await give(page, "#picture-file", name, body);
    await page.waitForSelector(`#stage-caption:has-text("${name}")`);
    assert.match((await page.textContent("#stage-notes")) ?? "", notes, name);
    assert.match((await page.textContent("#stage-caption")) ?? "", size, name);
  }
  await leave();
});

test("a bad picture or model does not stop a run", async () => {
  const { page, leave } = await visit({ path: "#iterations=2000" });
  await ready(page);
  await page.click("#run");
  await page.waitForSelector("body[data-running]");
  await give(page, "#picture-file", "letter.png", "no picture");
  await page.waitForSelector("#alerts:has-text('letter.png')");
  await give(page, "#model-file", "zoinks.onnx", "unknown operator");
  await page.waitForSelector("#alerts:has-text('Zoinks')");
  assert.equal(await page.locator("body[data-running]").count(), 1);
  await page.waitForSelector("body:not([data-running])");
  assert.match((await page.textContent("#progress-text")) ?? "", /Done: 2000/);
  await leave();
});

test("bad models: the earlier one stays", async () => {
  const { page, leave } = await visit();
  await ready(page);
  for (const { name, body } of BAD_MODELS) {
    await give(page, "#model-file", name, body);
    await page.waitForSelector(`#alerts:has-text("${name}")`);
    await ready(page);
    assert.equal(await page.inputValue("#model"), "critters", name);
  }
  await leave();
});

test("a model that gives no answer: the one of the model before is not shown as its own", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const profile = { name: "own", size: 64, resize: 64, channels: "rgb", range: [0, 1], mean: [7], std: [1], output: "logits" };
  await give(page, "#model-file", "critters-own.onnx", "enough bytes to be a model");
  await page.waitForFunction(() => document.querySelector("#model option:checked")?.textContent?.includes("own"));
  await ready(page);
  await give(page, "#model-file", "own.json", JSON.stringify(profile));
  assert.match(await alert(page), /is not a number/);
  assert.equal(await page.locator("#answers button").count(), 0);
  assert.equal(await page.isEnabled("#run"), false);
  await give(page, "#picture-file", "letter.png", png(40, 30));
  await page.waitForSelector('#stage-caption:has-text("letter.png: no answer of this model.")');
  await give(page, "#model-file", "own.json", JSON.stringify({ ...profile, mean: [0] }));
  await ready(page);
  assert.equal(await page.locator("#answers button").count(), 5);
  assert.match((await page.textContent("#stage-caption")) ?? "", /^letter\.png ·/);
  await leave();
});

test("the browser's Back leads to the view before, and one's own picture stays", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await give(page, "#picture-file", "letter.png", png(40, 30));
  await page.waitForSelector('#stage-caption:has-text("letter.png")');
  await ready(page);
  const said = await runToEnd(page);
  await page.click('#navigation [data-open="rules"]');
  await page.waitForSelector('#view[data-open="rules"]');
  await page.goBack();
  await page.waitForSelector('#view[data-open="explain"]');
  await ready(page);
  assert.match((await page.textContent("#stage-caption")) ?? "", /letter\.png/);
  assert.equal(await page.textContent("#result-sentence"), said);
  await page.goForward();
  await page.waitForSelector('#view[data-open="rules"]');
  await leave();
});

test("a model that makes the engine panic: a bug, and the earlier model is back", async () => {
  const { page, leave } = await visit({ mayLog: /unreachable/ });
  await ready(page);
  await give(page, "#model-file", "odd.onnx", "panic, please, with enough bytes to be read");
  assert.match(await alert(page), /You found a bug/);
  await ready(page);
  assert.equal(await page.inputValue("#model"), "critters");
  await leave();
});

test("a model with its profile and labels, chosen together", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const text = (/** @type {string} */ s) => Buffer.from(s);
  await page.setInputFiles("#model-file", [
    { name: "critters-mine.onnx", mimeType: "", buffer: Buffer.alloc(100, 8) },
    {
      name: "critters-mine.json",
      mimeType: "",
      buffer: text('{"name":"mine","size":64,"mean":[0,0,0],"std":[1,1,1],"labels":"../l.txt"}'),
    },
    { name: "labels.txt", mimeType: "", buffer: text("abcdefghij".split("").join("\n")) },
  ]);
  await page.waitForSelector("#model option:has-text('critters-mine.onnx')", { state: "attached" });
  await ready(page);
  assert.equal(await page.inputValue("#model"), "");
  await page.waitForSelector("#link-note:not(:empty)");
  assert.match((await page.textContent("#link-note")) ?? "", /Your model stays on this device/);
  await page.click('[data-part="model-view"] summary');
  assert.equal(await page.inputValue("#profile-size"), "64");
  await page.fill("#profile-size", "none");
  await page.click("#profile button");
  assert.match(await alert(page), /The size must be a whole number from 8 to 2048; it is “none”/);
  await leave();
});

test("what cannot be explained is said in words", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await page.fill("#class-search", "bee");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getAttribute("#class-search", "aria-activedescendant"));
  await page.locator("#class-options li", { hasText: /^bee$/ }).click();
  assert.match((await page.textContent("#run")) ?? "", /bee/);
  await page.click("#run");
  assert.match(await alert(page), /no evidence to find/);
  await ready(page);
  await leave();
});

test("drop and paste, a picture or something else", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const drop = async (/** @type {string} */ type, /** @type {string} */ name, /** @type {Buffer} */ body) => {
    await page.evaluate(
      ([kind, file, data]) => {
        const transfer = new DataTransfer();
        if (file) transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], file));
        const event =
          kind === "paste"
            ? new ClipboardEvent(kind, { clipboardData: transfer, bubbles: true })
            : new DragEvent(kind, { dataTransfer: transfer, bubbles: true });
        document.body.dispatchEvent(event);
      },
      [type, name, body.toString("base64")],
    );
  };
  await drop("dragenter", "", Buffer.alloc(0));
  assert.equal(await page.isVisible("#drop-veil"), true);
  await drop("drop", "dropped.png", png(50, 40));
  await page.waitForSelector("#stage-caption:has-text('dropped.png')");
  assert.equal(await page.isVisible("#drop-veil"), false);
  await drop("paste", "pasted.jpg", jpeg(48, 40));
  await page.waitForSelector("#stage-caption:has-text('pasted.jpg')");
  await page.waitForSelector("#link-note:not(:empty)");
  assert.match((await page.textContent("#link-note")) ?? "", /Your picture stays on this device/);
  assert.doesNotMatch(page.url(), /pasted|dropped/);
  await drop("paste", "", Buffer.alloc(0));
  assert.match(await alert(page), /clipboard holds no picture/);
  await drop("drop", "", Buffer.alloc(0));
  assert.match(await alert(page), /holds no file/);
  await leave();
});

test("a link holds the settings and brings them back", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await page.selectOption("#model", "critters-biased");
  await ready(page);
  await page.click('#gallery [data-seed="4"]');
  await page.waitForSelector('#gallery [data-seed="4"][aria-pressed="true"]');
  await set(page, { method: "localisation", null: "noise", l1: 0.005, seed: 3 });
  await page.waitForFunction(() => location.hash.includes("seed=3"));
  assert.equal(
    new URL(page.url()).hash,
    "#model=critters-biased&critter=4&method=localisation&null=noise&l1=0.005&seed=3",
  );
  await page.reload();
  await ready(page);
  assert.equal(await page.inputValue("#model"), "critters-biased");
  assert.equal(await page.inputValue("#setting-l1"), "0.005");
  assert.equal(await page.inputValue("#setting-beta"), "2");
  await page.evaluate(() => (location.hash = "#critter=2&hide=article"));
  await page.waitForSelector('#gallery [data-seed="2"][aria-pressed="true"]');
  await page.waitForSelector(".article", { state: "hidden" });
  assert.equal(await page.inputValue("#model"), "critters");
  await leave();
});

test("the map is recoloured and read without the engine", async () => {
  const { page, leave } = await visit({ path: "#iterations=60" });
  await ready(page);
  await runToEnd(page);
  for (const worker of page.workers())
    await worker.evaluate(() =>
      setTimeout(() => {
        for (;;);
      }),
    );
  const heat = () =>
    page
      .locator('#four [data-kind="heat"] canvas')
      .evaluate((node) => /** @type {HTMLCanvasElement} */ (node).toDataURL());
  const viridis = await heat();
  await page.selectOption("#colours", "inferno");
  const inferno = await heat();
  assert.notEqual(viridis, inferno);
  await page.fill("#opacity", "0.2");
  assert.notEqual(await heat(), inferno);
  await page.focus("#four");
  for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("ArrowDown");
  assert.match((await page.textContent("#reading")) ?? "", /^x 30, y 1: mask \d\.\d\d, evidence \d\.\d\d$/);
  assert.equal(await page.locator("#four .cross:visible").count(), 4);
  await page.focus("#compare-split");
  await page.keyboard.press("ArrowRight");
  assert.equal(
    await page
      .locator("#two-up")
      .evaluate((node) => /** @type {HTMLElement} */ (node).style.getPropertyValue("--split")),
    "51%",
  );
  await leave();
});

test("the status region speaks at most once a second", async () => {
  const { page, leave } = await visit({ path: "#iterations=900" });
  await ready(page);
  await page.evaluate(() => {
    const times = /** @type {any} */ ((window).spoken = /** @type {number[]} */ ([]));
    new MutationObserver(() => times.push(performance.now())).observe(
      /** @type {Node} */ (document.getElementById("status")),
      { childList: true },
    );
  });
  await runToEnd(page);
  const times = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (window).spoken));
  assert.ok(times.length >= 2, "it speaks");
  for (let i = 1; i < times.length; i++) assert.ok(times[i] - times[i - 1] > 950, `${times[i] - times[i - 1]} ms`);
  await leave();
});

for (const [width, scheme] of /** @type {const} */ ([
  [1280, "light"],
  [1280, "dark"],
  [390, "light"],
  [390, "dark"],
  [320, "light"],
])) {
  test(`at ${width} px, ${scheme}: no accessibility violation, nothing wider than the screen`, async () => {
    const options = { viewport: { width, height: 844 }, colorScheme: scheme, bypassCSP: true };
    const { page, leave } = await visit({ options, path: "#iterations=80" });
    await ready(page);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${OUTPUT}mock-${width}-${scheme}-start.png` });
    await axeCheck(page, "at the start");
    await runToEnd(page);
    await set(page, { seed: 1 });
    await page.click('[data-part="model-view"] summary');
    await page.click("#device summary");
    await give(page, "#picture-file", "letter.png", "no picture");
    await alert(page);
    await axeCheck(page, "with a result, the panels and a message");
    await page.screenshot({ path: `${OUTPUT}mock-${width}-${scheme}-all.png`, fullPage: true });
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= screen, `${content} px of content on ${screen} px`);
    await leave();
  });
}
