/** The page's end of its service worker, which keeps the published page for visits without a connection. */
import { base } from "./client.js";

/** @typedef {{kept: number, all: number}} Kept bytes of the site that are kept, and of all of it */

/** One question to a service worker. @param {ServiceWorker} worker @param {object} question @returns {Promise<any>} */
export function ask(worker, question) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => ("fault" in data ? reject(new Error(data.fault)) : resolve(data.value));
    // A version that another has overtaken never answers.
    const look = () => worker.state === "redundant" && reject(new Error("Another version took its place."));
    worker.addEventListener("statechange", look);
    look();
    worker.postMessage(question, [port2]);
  });
}

/** @returns {Promise<ServiceWorker>} the one that keeps this page, once it does */
async function keeper() {
  const { active } = await navigator.serviceWorker.ready;
  if (!active) throw new Error("The browser ended what keeps the page.");
  return active;
}

/**
 * Keeps the page, and of what else it has fetched so far that which belongs to the site.
 *
 * @returns {Promise<ServiceWorkerRegistration>} when all that is needed is kept
 */
export async function keepPage() {
  const registration = await navigator.serviceWorker?.register(new URL("service-worker.js", base()));
  // Browsers offer it to secure pages alone, and those that were told to allow none answer with nothing.
  if (!registration) throw new Error("it allows no service worker here.");
  await Promise.race([navigator.serviceWorker.ready, failed(registration)]);
  return registration;
}

/** The registration under which this page came, where it came so. @returns {Promise<ServiceWorkerRegistration | null>} */
export async function keptUnder() {
  const { controller } = navigator.serviceWorker ?? {};
  return (controller && (await navigator.serviceWorker.getRegistration())) ?? null;
}

/** Rejected where the first version cannot be installed. @param {ServiceWorkerRegistration} registration */
function failed({ installing, active }) {
  return new Promise((_, reject) => {
    const listen = () => installing?.state === "redundant" && reject(new Error("Not all of it could be fetched and kept."));
    if (!active) installing?.addEventListener("statechange", listen);
  });
}

/** @returns {Promise<Kept>} */
export async function keepUsed() {
  const urls = performance.getEntriesByType("resource").map(({ name }) => name);
  return ask(await keeper(), { ask: "keepUsed", urls });
}

/** @returns {Promise<Kept>} */
export async function keepAll() {
  void navigator.storage?.persist?.();
  return ask(await keeper(), { ask: "keepAll" });
}

/**
 * Tells of versions that are whole and wait.
 *
 * @param {ServiceWorkerRegistration} registration
 * @param {(waiting: ServiceWorker) => void} told
 */
export function onNewVersion(registration, told) {
  const look = () => registration.waiting && registration.active && told(registration.waiting);
  const watch = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", watch);
  watch();
  look();
}

/**
 * Takes a version that waits, and loads the page anew; other tabs would meet a version that is not theirs, so there may
 * be none.
 *
 * @param {ServiceWorker} waiting
 * @returns {Promise<number>} how many other tabs there are
 */
export async function takeVersion(waiting) {
  const reload = () => location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  // What was overtaken has nothing to take: the page is loaded anew, and meets what overtook it.
  const others = await ask(waiting, { ask: "takeOver" }).catch(() => (reload(), 0));
  if (others) navigator.serviceWorker.removeEventListener("controllerchange", reload);
  return others;
}
