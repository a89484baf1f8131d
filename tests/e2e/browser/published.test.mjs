/** The page as a web host gets it: bundled, minified, under a sub-path. PUBLISHED names the folder. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, ready, runToEnd, serve, visit, whole } from "./harness.mjs";

const folder = process.env.PUBLISHED;

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  if (!folder) return;
  server = await serve({ root: folder });
  browser = await launch("cpu");
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A script that a bundle consists of: the page, what asks for its engine, the worker with the wasm's glue, chunks. */
const BUNDLED = /\/(service-worker|www\/(main|early)|www\/worker\/(vanish|vanish_cpu|reader)|www\/chunks\/[\w-]+)\.js$/;

/** Whether the middle of the stage is opaque; runs in the page. */
const drawn = () => {
  const stage = /** @type {HTMLCanvasElement} */ (document.querySelector("#stage"));
  return stage.getContext("2d")?.getImageData(stage.width / 2, stage.height / 2, 1, 1).data[3] === 255;
};

test("the published page explains a sample, from bundled scripts only", async (t) => {
  if (!folder) return t.skip("PUBLISHED names no folder; `cargo xtask test` makes one");
  const { page, requests, leave } = await visit(browser, server, { path: "#iterations=5", patience: 60_000 });
  await ready(page);
  // The samples are drawn after the picture, which must stay on the stage.
  await page.waitForFunction(() => document.querySelectorAll("#gallery button").length === 12);
  assert.ok(await page.evaluate(drawn), "the picture is on the stage");
  assert.match((await runToEnd(page)) ?? "", /^\w.*%.* from \d/);
  const scripts = requests.filter((url) => url.startsWith(server.url) && url.endsWith(".js"));
  assert.ok(scripts.length >= 3, `${scripts}`);
  assert.deepEqual(
    scripts.filter((url) => !BUNDLED.test(url)),
    [],
  );
  await leave();
});

test("the published worker fetches nothing: without a connection another is started", async (t) => {
  if (!folder) return t.skip("PUBLISHED names no folder; `cargo xtask test` makes one");
  const { page, requests, leave } = await visit(browser, server, { path: "#iterations=5", patience: 60_000 });
  await whole(page);
  await page.context().setOffline(true);
  const before = requests.length;
  await page.evaluate(() => (location.hash = "#iterations=5&device=cpu"));
  await page.waitForFunction(() => /device=cpu/.test(document.getElementById("device-reason")?.textContent ?? ""));
  await ready(page);
  assert.match((await runToEnd(page)) ?? "", /^\w.*%.* from \d/);
  assert.deepEqual(
    requests.slice(before).filter((url) => !url.startsWith("blob:")),
    [],
  );
  await leave();
});
