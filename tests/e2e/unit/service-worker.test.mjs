/** The service worker over a cache and a server that fail when they are told to. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const SOURCE = readFileSync(new URL("../../../www/service-worker.js", import.meta.url), "utf8");
const SITE = "https://host.example/name/";
const FILES = { "index.html": ["sha256-a", 1], "www/main.js": ["sha256-b", 2], "www/licences.txt": ["sha256-c", 3] };

/**
 * @param {object} [how]
 * @param {(address: string) => Response} [how.server]
 * @param {number} [how.room] so many files may be kept
 * @param {() => Promise<any>} [how.storage] opens the cache, in place of one that works
 * @param {boolean} [how.newer] whether the server has another version
 */
function started({ server = (address) => new Response(address), room = Infinity, storage, newer = false } = {}) {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const cache = {
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    match: async (/** @type {string} */ key) => kept.get(key)?.clone(),
    put: async (/** @type {string} */ key, /** @type {Response} */ response) => {
      if (kept.size >= room) throw new DOMException("The quota is exceeded.", "QuotaExceededError");
      kept.set(key, response);
    },
  };
  /** @type {Record<string, (event: any) => void>} */
  const listeners = {};
  const self = {
    FILES,
    registration: { scope: SITE, update: async () => server(`${SITE}service-worker.js`), installing: newer ? {} : null },
    addEventListener: (/** @type {string} */ name, /** @type {(event: any) => void} */ hear) => (listeners[name] = hear),
  };
  const fetch = async (/** @type {string} */ address) => server(address);
  runInNewContext(SOURCE, { self, caches: { open: storage ?? (async () => cache) }, fetch, Response, performance, encodeURIComponent });
  /** @type {Promise<any>} */
  let waited = Promise.resolve();
  const wait = (/** @type {Promise<any>} */ work) => void (waited = work);
  const install = () => (listeners.install({ waitUntil: wait }), waited);
  const open = (/** @type {string} */ name) => {
    listeners.fetch({ request: { method: "GET", url: SITE + name }, respondWith: wait });
    return waited;
  };
  return { kept, install, open };
}

test("a version is installed with all it needs, and fails where a file is missing or there is no room", async () => {
  const whole = started();
  await whole.install();
  assert.equal(whole.kept.size, 2, "the licences are kept when they are used");
  const missing = started({ server: (address) => new Response("", { status: address.endsWith(".js") ? 404 : 200 }) });
  await assert.rejects(missing.install(), /www\/main\.js could not be fetched: the server answered 404/);
  await assert.rejects(started({ room: 1 }).install(), /quota/);
});

test("where there is no room for a file, it is answered all the same", async () => {
  const full = started({ room: 0 });
  assert.equal(await (await full.open("www/licences.txt")).text(), `${SITE}www/licences.txt`);
  assert.equal(full.kept.size, 0);
});

test("an answer that came by a redirection is kept as one that did not, or no browser would open the page", async () => {
  const redirected = (/** @type {string} */ address) => Object.defineProperty(new Response(address), "redirected", { value: true });
  const site = started({ server: redirected });
  await site.install();
  const page = await site.open("?lang=es");
  assert.deepEqual([page.redirected, page.status, await page.text()], [false, 200, SITE]);
});

test("a file of a version that the server has replaced is gone; without a connection it is only out of reach", async () => {
  const wrong = () => {
    throw new TypeError("Failed to fetch");
  };
  const replacing = (/** @type {string} */ address) => (address.endsWith("worker.js") ? new Response("") : wrong());
  const missing = (/** @type {string} */ address) => new Response("", { status: address.endsWith("worker.js") ? 200 : 404 });
  for (const server of [replacing, missing])
    assert.equal((await started({ server, newer: true }).open("www/licences.txt")).status, 410);
  assert.equal((await started({ server: wrong, newer: true }).open("www/licences.txt")).type, "error");
  assert.equal((await started({ server: replacing }).open("www/licences.txt")).type, "error");
  assert.equal((await started({ server: missing }).open("www/licences.txt")).status, 404);
});

test("where the browser's storage is broken, files come from the server", async () => {
  const broken = started({ storage: async () => Promise.reject(new DOMException("broken", "UnknownError")) });
  assert.equal(await (await broken.open("www/main.js")).text(), `${SITE}www/main.js`);
});
