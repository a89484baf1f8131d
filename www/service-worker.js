/**
 * Stores the published page for visits without a connection. The build writes this file to the root of the site, below
 * a line that sets `FILES`: every file of the build with its hash and its size.
 *
 * A file is stored under its name and its hash, and the browser checks the hash as the file arrives. So versions never
 * mix, and a new version fetches only what has changed. An incomplete version is not installed. Nothing is fetched that
 * is not in the list.
 */

/** @typedef {[integrity: string, bytes: number]} Facts */

const scope = /** @type {any} */ (self);
/** Undefined if the repository itself is served. @type {Record<string, Facts> | undefined} */
const listed = scope.FILES;
const files = listed ?? {};
/** The folder of the site. Sites of one origin share its caches, so each has its own. @type {string} */
const site = scope.registration.scope;
const CACHE = `vanish ${site}`;

/**
 * The answer for a file that only this version has, if the server has a newer one. The page reports it
 * (`app/fetching.js`).
 */
const GONE = 410;

/** Stored only when used or asked for: the engine with WebGPU, the second model, the labels, the licences. */
const LATER = [
  /^(pkg|www\/worker)\/vanish(_bg\.wasm|\.js)$/,
  /^www\/models\/(critters-biased|imagenet-labels)\./,
  /^www\/licences\.txt$/,
];

// -------- Files

/** The page is fetched by its folder, because some hosts redirect from `index.html`. @param {string} name */
function addressOf(name) {
  return site + (name === "index.html" ? "" : name);
}

/** The key under which a file of this version is stored. @param {string} name */
function keyOf(name) {
  return `${site}${name}?${encodeURIComponent(files[name][0])}`;
}

/** The listed file of an address, if any. @param {string} url @returns {string | null} */
function nameOf(url) {
  const [address] = url.split(/[?#]/);
  const name = address.slice(site.length) || "index.html";
  return address.startsWith(site) && Object.hasOwn(files, name) ? name : null;
}

/**
 * Fetches a file from the server. `no-cache` makes the browser ask whether its own cached copy is current, whatever its
 * age; on GitHub Pages it may be ten minutes old.
 *
 * @param {string} name
 * @returns {Promise<Response>} rejected if its hash is not the listed one
 */
async function fetched(name) {
  const response = await fetch(addressOf(name), { integrity: files[name][0], cache: "no-cache" });
  // Browsers refuse to open a page from a redirected answer, such as one from a folder to its `index.html`.
  return response.redirected ? new Response(response.body, response) : response;
}

/** @param {Cache} cache @param {string} name */
async function keep(cache, name) {
  if (await cache.match(keyOf(name))) return;
  const response = await fetched(name);
  if (!response.ok) throw new Error(`${name} could not be fetched: the server answered ${response.status}.`);
  await cache.put(keyOf(name), response);
}

/** The keys of all stored files, of any version. @param {Cache} cache @returns {Promise<Set<string>>} as `keyOf` */
async function keptKeys(cache) {
  return new Set((await cache.keys()).map(({ url }) => url));
}

/** @param {string} name @returns {Promise<Response>} */
async function answer(name) {
  // If the browser's storage is broken, the server still answers.
  const cache = await caches.open(CACHE).catch(() => null);
  const kept = await cache?.match(keyOf(name)).catch(() => null);
  if (kept) return kept;
  const response = await fetched(name).catch(() => null);
  if (!response?.ok) return (await isReplaced()) ? new Response(null, { status: GONE }) : (response ?? Response.error());
  // If there is no room, the file is used all the same.
  await cache?.put(keyOf(name), response.clone()).catch(() => {});
  return response;
}

/** Whether the server has a newer version, whose files replace this one's. @returns {Promise<boolean>} */
async function isReplaced() {
  const { registration } = scope;
  const asked = await registration.update().then(() => true, () => false);
  return asked && Boolean(registration.installing ?? registration.waiting);
}

// -------- Versions

/** Fetches all that a version needs. What was stored on demand before is stored again in its new form. */
async function install() {
  if (!listed) return scope.skipWaiting();
  const cache = await caches.open(CACHE);
  const before = new Set([...(await keptKeys(cache))].map(nameOf));
  const later = (/** @type {string} */ name) => LATER.some((pattern) => pattern.test(name));
  const wanted = Object.keys(files).filter((name) => !later(name) || before.has(name));
  await Promise.all(wanted.map((name) => keep(cache, name)));
}

/** Deletes what only earlier versions needed. None of their pages is open any more. */
async function activate() {
  if (!listed) return stepBack();
  const cache = await caches.open(CACHE);
  const current = new Set(Object.keys(files).map(keyOf));
  const old = [...(await keptKeys(cache))].filter((key) => !current.has(key));
  await Promise.all(old.map((key) => cache.delete(key)));
  await scope.clients.claim();
}

/** Makes room for the repository, if a published page was served from the same address before. */
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

// -------- The page's questions

/** How much of the site is stored, in bytes. */
async function state() {
  const keys = await keptKeys(await caches.open(CACHE));
  const sum = (/** @type {string[]} */ names) => names.reduce((bytes, name) => bytes + files[name][1], 0);
  const [all, kept] = [Object.keys(files), Object.keys(files).filter((name) => keys.has(keyOf(name)))];
  return { kept: sum(kept), all: sum(all) };
}

const asked = {
  state,
  /** Stores those of some addresses that are files of the site. @param {{urls: string[]}} what */
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
  /** Its own requests since the browser started it, in the form of the page's own record. */
  requests() {
    const entries = performance.getEntriesByType("resource").map((entry) => entry.toJSON());
    return { began: performance.timeOrigin, entries };
  },
  /** Replaces the previous version, unless other tabs still use it. @returns {Promise<number>} their number */
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
