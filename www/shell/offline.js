/** The page's messages on visits without a connection, in its foot, and on a new version, in its head. */
import { isReady } from "../app/facts.js";
import { keepAll, keepPage, keepUsed, keptUnder, onNewVersion, takeVersion } from "../app/offline.js";
import { bytes } from "../core/words.js";
import { click, el, within } from "../parts/dom.js";

/** @typedef {import("../app/store.js").Store} Store */
/** @typedef {import("../app/offline.js").Kept} Kept */

/** Time between the page being ready and being stored, because the user may explain something at once. */
const WAIT_MS = 1000;

/** Stores the page once it shows something and nobody waits. @param {HTMLElement} body @param {Store} store */
export async function startOffline(body, store) {
  const watch = (/** @type {ServiceWorkerRegistration} */ registration) =>
    onNewVersion(registration, (waiting) => offer(body, store, waiting));
  // A page from storage may lack what a newer version has, so that version is offered even if nothing works.
  const known = await keptUnder();
  if (known) watch(known);
  await until(store, isReady);
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  await until(store, (now) => now.run === null);
  // A page that was loaded without a connection is stored already. Any other is stored as soon as there is one.
  if (!navigator.onLine && !navigator.serviceWorker?.controller)
    await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
  await start(body, store, known ? () => {} : watch);
}

/** @param {Store} store @param {(now: Store["now"]) => boolean} holds @returns {Promise<void>} */
function until(store, holds) {
  return new Promise((resolve) => {
    const end = store.listen(() => look());
    const look = () => holds(store.now) && (end(), resolve());
    look();
  });
}

/** @param {HTMLElement} body @param {Store} store @param {(registration: ServiceWorkerRegistration) => void} watch */
async function start(body, store, watch) {
  const words = within(body, "offline", HTMLElement);
  try {
    watch(await keepPage());
    show(body, await keepUsed());
    click(body, "keep-all", () => all(body));
    // What is used later is stored when it is used.
    store.listen((names) => names.has("model") && void keepUsed().then((kept) => show(body, kept), () => {}));
  } catch (error) {
    words.textContent = `This browser does not keep the page for offline use: ${/** @type {Error} */ (error).message}`;
  }
}

/** @param {HTMLElement} body @param {Kept} kept */
function show(body, { kept, all: whole }) {
  const rest = whole - kept;
  const opens = "The page opens and explains without a connection";
  const words = rest ? `${opens}: ` : `${opens}, with all that belongs to it: `;
  within(body, "offline", HTMLElement).textContent = `${words}${bytes(kept)} are kept in this browser.`;
  const button = within(body, "keep-all", HTMLButtonElement);
  button.textContent = `Make all of it available offline (${bytes(rest)} more)`;
  button.hidden = !rest;
  body.dataset.offline = rest ? "page" : "all";
}

/** @param {HTMLElement} body */
async function all(body) {
  const button = within(body, "keep-all", HTMLButtonElement);
  button.disabled = true;
  button.textContent = "Fetching it…";
  try {
    show(body, await keepAll());
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    button.textContent = "Try it again";
    within(body, "offline", HTMLElement).textContent = `Not all of it could be fetched and kept: ${message}`;
  } finally {
    button.disabled = false;
  }
}

/** A run is not cut off, so the button waits for its end. @param {HTMLElement} body @param {Store} store
 * @param {ServiceWorker} waiting */
function offer(body, store, waiting) {
  body.querySelector("#new-version")?.remove();
  const words = el("p", {}, "There is a new version of this page.");
  const button = el("button", { type: "button", id: "take-version" }, "Reload");
  const holds = () => {
    button.disabled = store.now.job !== null;
    button.title = button.disabled ? "When the run is over" : "";
  };
  button.addEventListener("click", async () => {
    const others = await takeVersion(waiting);
    if (others) words.textContent = `There is a new version of this page. Close its other ${tabs(others)} first.`;
  });
  store.listen((names) => names.has("job") && holds());
  holds();
  const message = el("div", { class: "message note", id: "new-version", role: "status" }, words, button);
  within(body, "alerts", HTMLElement).before(message);
}

/** @param {number} count */
function tabs(count) {
  return count > 1 ? `${count} tabs` : "tab";
}
