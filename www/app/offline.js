/** The page's end of its service worker, which stores the published page for visits without a connection. */
import { base } from "./client.js";

/** @typedef {{kept: number, all: number}} Kept bytes of the site that are stored, and of the whole site */

/**
 * Asks a service worker one question. @param {ServiceWorker} worker @param {object} question @returns {Promise<any>}
 */
export function ask(worker, question) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => ("fault" in data ? reject(new Error(data.fault)) : resolve(data.value));
    // A version that has been replaced never answers.
    const look = () => worker.state === "redundant" && reject(new Error("Another version took its place."));
    worker.addEventListener("statechange", look);
    look();
    worker.postMessage(question, [port2]);
  });
}

/** @returns {Promise<ServiceWorker>} the service worker that stores this page, once it does */
async function keeper() {
  const { active } = await navigator.serviceWorker.ready;
  if (!active) throw new Error("The browser ended what keeps the page.");
  return active;
}

/**
 * Stores the page, and whatever it has fetched so far that belongs to the site.
 *
 * @returns {Promise<ServiceWorkerRegistration>} resolved when everything needed is stored
 */
export async function keepPage() {
  const registration = await navigator.serviceWorker?.register(new URL("service-worker.js", base()));
  // Browsers offer it only to secure pages, and those that are told to allow none return nothing.
  if (!registration) throw new Error("it allows no service worker here.");
  await Promise.race([navigator.serviceWorker.ready, failed(registration)]);
  return registration;
}

/** The registration from which this page was loaded, if any. @returns {Promise<ServiceWorkerRegistration | null>} */
export async function keptUnder() {
  const { controller } = navigator.serviceWorker ?? {};
  return (controller && (await navigator.serviceWorker.getRegistration())) ?? null;
}

/** Rejects if the first version cannot be installed. @param {ServiceWorkerRegistration} registration */
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
 * Reports versions that are complete and waiting.
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
 * Activates a waiting version and reloads the page. Other tabs would then have the wrong version, so there may be none.
 *
 * @param {ServiceWorker} waiting
 * @returns {Promise<number>} the number of other tabs
 */
export async function takeVersion(waiting) {
  const reload = () => location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  // A version that has been replaced cannot be activated. The page is reloaded and gets the one that replaced it.
  const others = await ask(waiting, { ask: "takeOver" }).catch(() => (reload(), 0));
  if (others) navigator.serviceWorker.removeEventListener("controllerchange", reload);
  return others;
}
