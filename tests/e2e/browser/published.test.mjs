/** The page as a web host gets it: bundled, minified, under a sub-path. PUBLISHED names the folder. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, ready, runToEnd, serve, visit } from "./harness.mjs";

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

/** A script that a bundle consists of: the page, its worker with the wasm's glue, and chunks. */
const BUNDLED = /\/(www\/main|www\/worker\/(vanish|vanish_cpu|reader)|www\/chunks\/[\w-]+)\.js$/;

test("the published page explains a sample, from bundled scripts only", async (t) => {
  if (!folder) return t.skip("PUBLISHED names no folder; `cargo xtask test` makes one");
  const { page, requests, leave } = await visit(browser, server, { path: "#iterations=5", patience: 60_000 });
  await ready(page);
  assert.match((await runToEnd(page)) ?? "", /^\w.*%.* from \d/);
  const scripts = requests.filter((url) => url.startsWith(server.url) && url.endsWith(".js"));
  assert.ok(scripts.length >= 3, `${scripts}`);
  assert.deepEqual(
    scripts.filter((url) => !BUNDLED.test(url)),
    [],
  );
  await leave();
});
