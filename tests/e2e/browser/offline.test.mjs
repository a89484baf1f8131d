/** The published page without a connection, and from one version to the next. PUBLISHED names the folder. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { write } from "../../../xtask/web/offline.mjs";
import { go, launch, ready, runToEnd, serve, visit } from "./harness.mjs";

const folder = process.env.PUBLISHED;
const skip = folder ? false : "PUBLISHED names no folder; `cargo xtask test` makes one";
const SOURCE = fileURLToPath(new URL("../../../www/service-worker.js", import.meta.url));
const PATIENCE = 90_000;
/** What a browser logs of a file that does not come. */
const UNFETCHED = /Failed to load resource|net::ERR_|Failed to find a valid digest/;

const UNFETCHED_OR_GONE = new RegExp(`${UNFETCHED.source}|410`);

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  if (folder) browser = await launch("cpu");
});
after(() => browser?.close());

/** A build of the test's own, which it may change. */
function copy() {
  const root = mkdtempSync(join(tmpdir(), "vanish-offline-"));
  cpSync(String(folder), root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

/** A page of the next version: its title says so. @param {string} root */
function change(root) {
  const page = join(root, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace(/<title>.*<\/title>/, "<title>The next version</title>"));
  write(SOURCE, root);
}

/** @param {import("playwright-core").Page} page @param {string} kept */
const keeps = (page, kept) => page.waitForSelector(`body[data-offline="${kept}"]`, { timeout: PATIENCE });

test("without a connection the page opens, explains and has its views", { skip }, async () => {
  const server = await serve({ root: folder });
  const { page, leave } = await visit(browser, server, { path: "#iterations=5", patience: PATIENCE });
  await ready(page);
  await keeps(page, "page");
  assert.match((await page.textContent("#offline")) ?? "", /without a connection: \d\.\d MB are kept/);
  await server.close();
  await page.context().setOffline(true);
  await page.reload();
  await ready(page);
  assert.match((await runToEnd(page)) ?? "", /^\w.*%.* from \d/);
  for (const view of ["compare", "rules", "cues", "adversarial", "evaluate"]) await go(page, view);
  assert.equal(await page.locator("#alerts .message").count(), 0);
  await page.click("#see-requests");
  await page.waitForSelector("#requests-table tbody tr");
  assert.match((await page.textContent("#requests-sum")) ?? "", / 0 B came over the network/);
  await page.click("#requests-close");
  await page.selectOption("#language", "es");
  await page.waitForSelector('html[lang="es"]');
  assert.match((await page.textContent("#navigation")) ?? "", /^Explicar/);
  await leave();
});

test("the page can be installed", { skip }, async () => {
  const server = await serve({ root: folder });
  const { page, leave } = await visit(browser, server, { patience: PATIENCE });
  await keeps(page, "page");
  const devtools = await page.context().newCDPSession(page);
  const { errors, url } = await devtools.send("Page.getAppManifest");
  assert.deepEqual([errors, url], [[], `${server.url}www/app.webmanifest`]);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // The tests' pages are in private windows, which install nothing.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  await leave();
  await server.close();
});

test("what is not needed at once is kept when it is asked for", { skip }, async () => {
  const server = await serve({ root: folder });
  const { page, leave } = await visit(browser, server, { patience: PATIENCE });
  await keeps(page, "page");
  await page.click("#keep-all");
  await keeps(page, "all");
  assert.ok(await page.isHidden("#keep-all"));
  await server.close();
  await page.context().setOffline(true);
  await page.goto(`${server.url}?device=cpu#model=critters-biased`);
  await ready(page);
  await leave();
});

test("a build that does not come whole is not kept", { skip }, async () => {
  const { root, remove } = copy();
  rmSync(join(root, "www/app.webmanifest"));
  const server = await serve({ root });
  const { page, leave } = await visit(browser, server, { patience: PATIENCE, mayLog: UNFETCHED });
  await page.waitForFunction(() => /does not keep/.test(document.getElementById("offline")?.textContent ?? ""));
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null), null);
  await leave();
  await server.close();
  remove();
});

test("a new version waits for Reload, for the end of a run, and for other tabs", { skip }, async () => {
  const { root, remove } = copy();
  const server = await serve({ root });
  const { page, leave } = await visit(browser, server, { path: "#iterations=5000", patience: PATIENCE });
  await keeps(page, "page");
  change(root);
  await page.reload();
  await page.waitForSelector("#new-version");
  assert.match(await page.title(), /^vanish/, "the version that was open goes on");
  await ready(page);
  await page.click("#run");
  await page.waitForSelector("#take-version[disabled]");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#take-version:not([disabled])");
  const other = await page.context().newPage();
  await other.goto(server.url);
  await page.click("#take-version");
  await page.waitForFunction(() => /other tab/.test(document.querySelector("#new-version")?.textContent ?? ""));
  assert.match(await other.title(), /^vanish/);
  await other.close();
  await page.click("#take-version");
  await page.waitForFunction(() => document.title === "The next version");
  await ready(page);
  assert.equal(await page.locator("#new-version").count(), 0);
  await leave();
  await server.close();
  remove();
});

test("what was replaced on the server is said to be, and the new version is offered and has it", { skip }, async () => {
  const { root, remove } = copy();
  const server = await serve({ root });
  const { page, leave } = await visit(browser, server, { patience: PATIENCE, mayLog: UNFETCHED_OR_GONE });
  await keeps(page, "page");
  // A page that came from what is kept, and has not looked for another version since.
  await page.reload();
  await ready(page);
  const profile = join(root, "www/models/critters-biased.json");
  writeFileSync(profile, `${readFileSync(profile, "utf8")}\n`);
  change(root);
  await page.selectOption("#model", "critters-biased");
  await page.waitForSelector("#alerts .failure");
  const said = (await page.textContent("#alerts .failure p")) ?? "";
  assert.equal(said, "critters-biased.json could not be fetched: the page was updated on its server meanwhile; reload it.");
  await page.click("#take-version");
  await page.waitForFunction(() => document.title === "The next version");
  await ready(page);
  await page.selectOption("#model", "critters-biased");
  await page.waitForFunction(() => /biased/.test(location.hash));
  await ready(page);
  assert.equal(await page.locator("#alerts .message").count(), 0);
  await leave();
  await server.close();
  remove();
});

test("the clone, served where a published page was, is not answered from what was kept", { skip }, async () => {
  const published = await serve({ root: folder });
  const { page, leave } = await visit(browser, published, { patience: PATIENCE });
  await keeps(page, "page");
  await published.close();
  const clone = await serve({ port: Number(new URL(published.origin).port) });
  await Promise.all([page.waitForRequest(`${clone.url}www/shell/shell.js`), page.reload()]);
  await ready(page);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  assert.equal(await page.evaluate(async () => (await caches.keys()).length), 0);
  await leave();
  await clone.close();
});
