/**
 * Keeps the published page for visits without a connection. The build writes this file to the root of the site, below
 * a line that sets `FILES`: every file of the build with its hash and its size.
 *
 * A file is kept under its name and its hash, and the browser checks the hash as the file arrives. So versions never
 * mix, and a new version fetches only what has changed. A version that is not whole is not installed. It asks for
 * nothing that is not in its list.
 */

/** @typedef {[integrity: string, bytes: number]} Facts */

const scope = /** @type {any} */ (self);
/** Missing where the clone itself is served. @type {Record<string, Facts> | undefined} */
const listed = scope.FILES;
const files = listed ?? {};
/** Where the site stands. Sites of one origin share its caches, so each has its own. @type {string} */
const site = scope.registration.scope;
const CACHE = `vanish ${site}`;

/** The answer to what only this version has, where the server has a newer one: the page says so (`app/fetching.js`). */
const GONE = 410;

/** Kept only once it was used or asked for: the engine with WebGPU, the second model, the labels, the licences. */
const LATER = [
  /^(pkg|www\/worker)\/vanish(_bg\.wasm|\.js)$/,
  /^www\/models\/(critters-biased|imagenet-labels)\./,
  /^www\/licences\.txt$/,
];

// -------- Files

/** The page is asked for as its folder: some hosts redirect from `index.html`. @param {string} name */
function addressOf(name) {
  return site + (name === "index.html" ? "" : name);
}

/** Under what a file of this version is kept. @param {string} name */
function keyOf(name) {
  return `${site}${name}?${encodeURIComponent(files[name][0])}`;
}

/** The listed file that an address names, if it names one. @param {string} url @returns {string | null} */
function nameOf(url) {
  const [address] = url.split(/[?#]/);
  const name = address.slice(site.length) || "index.html";
  return address.startsWith(site) && Object.hasOwn(files, name) ? name : null;
}

/**
 * From the server. `no-cache` asks it whether what the browser's own cache holds is current, whatever its age: GitHub
 * Pages lets that be ten minutes old.
 *
 * @param {string} name
 * @returns {Promise<Response>} rejected where its hash is not the listed one
 */
async function fetched(name) {
  const response = await fetch(addressOf(name), { integrity: files[name][0], cache: "no-cache" });
  // Browsers refuse to open a page with an answer that came by a redirection, as from a folder to its `index.html`.
  return response.redirected ? new Response(response.body, response) : response;
}

/** @param {Cache} cache @param {string} name */
async function keep(cache, name) {
  if (await cache.match(keyOf(name))) return;
  const response = await fetched(name);
  if (!response.ok) throw new Error(`${name} could not be fetched: the server answered ${response.status}.`);
  await cache.put(keyOf(name), response);
}

/** What is kept, of this version or another. @param {Cache} cache @returns {Promise<Set<string>>} as `keyOf` */
async function keptKeys(cache) {
  return new Set((await cache.keys()).map(({ url }) => url));
}

/** @param {string} name @returns {Promise<Response>} */
async function answer(name) {
  // Where the browser's storage is broken, the server is there all the same.
  const cache = await caches.open(CACHE).catch(() => null);
  const kept = await cache?.match(keyOf(name)).catch(() => null);
  if (kept) return kept;
  const response = await fetched(name).catch(() => null);
  if (!response?.ok) return (await isReplaced()) ? new Response(null, { status: GONE }) : (response ?? Response.error());
  // Where there is no room, the file is used all the same.
  await cache?.put(keyOf(name), response.clone()).catch(() => {});
  return response;
}

/** Whether the server has a version after this one, whose files took the place of this one's. @returns {Promise<boolean>} */
async function isReplaced() {
  const { registration } = scope;
  const asked = await registration.update().then(() => true, () => false);
  return asked && Boolean(registration.installing ?? registration.waiting);
}

// -------- Versions

/** Fetches all that a version needs. What was kept on demand before stays, in its new form. */
async function install() {
  if (!listed) return scope.skipWaiting();
  const cache = await caches.open(CACHE);
  const before = new Set([...(await keptKeys(cache))].map(nameOf));
  const later = (/** @type {string} */ name) => LATER.some((pattern) => pattern.test(name));
  const wanted = Object.keys(files).filter((name) => !later(name) || before.has(name));
  await Promise.all(wanted.map((name) => keep(cache, name)));
}

/** Deletes what only earlier versions needed; none of their pages is open any more. */
async function activate() {
  if (!listed) return stepBack();
  const cache = await caches.open(CACHE);
  const current = new Set(Object.keys(files).map(keyOf));
  const old = [...(await keptKeys(cache))].filter((key) => !current.has(key));
  await Promise.all(old.map((key) => cache.delete(key)));
  await scope.clients.claim();
}

/** Makes room for the clone, where a published page was served under the same address before. */
async function stepBack() {
  await caches.delete(CACHE);
  await scope.registration.unregister();
  for (const page of await pages()) await page.navigate(page.url);
}

/** The tabs that show the site. @returns {Promise<any[]>} */
async function pages() {
  const all = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter((/** @type {{url: string}} */ { url }) => url.startsWith(site));
}

// -------- What the page asks

/** How much of the site is kept, in bytes. */
async function state() {
  const keys = await keptKeys(await caches.open(CACHE));
  const sum = (/** @type {string[]} */ names) => names.reduce((bytes, name) => bytes + files[name][1], 0);
  const [all, kept] = [Object.keys(files), Object.keys(files).filter((name) => keys.has(keyOf(name)))];
  return { kept: sum(kept), all: sum(all) };
}

const asked = {
  state,
  /** Keeps those of some addresses that are files of the site. @param {{urls: string[]}} what */
  async keepUsed({ urls }) {
    const cache = await caches.open(CACHE);
    const names = urls.map(nameOf).filter((name) => name !== null);
    await Promise.all(names.map((name) => keep(cache, name)));
    return state();
  },
  async keepAll() {
    const cache = await caches.open(CACHE);
    await Promise.all(Object.keys(files).map((name) => keep(cache, name)));
    return state();
  },
  /** What it has asked for since the browser started it, as the page's own record says it. */
  requests() {
    const entries = performance.getEntriesByType("resource").map((entry) => entry.toJSON());
    return { began: performance.timeOrigin, entries };
  },
  /** Takes the place of the version before, unless other tabs still use that one. @returns {Promise<number>} these */
  async takeOver() {
    const others = (await pages()).length - 1;
    if (others <= 0) await scope.skipWaiting();
    return Math.max(0, others);
  },
};

/** @param {{data: {ask: keyof typeof asked} & any, ports: readonly MessagePort[]}} message */
async function reply({ data, ports: [port] }) {
  try {
    port.postMessage({ value: await asked[/** @type {keyof typeof asked} */ (data.ask)](data) });
  } catch (error) {
    port.postMessage({ fault: String(/** @type {any} */ (error).message ?? error) });
  }
}

scope.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
scope.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(reply(event)));
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const name = event.request.method === "GET" ? nameOf(event.request.url) : null;
  if (name) event.respondWith(answer(name));
});
