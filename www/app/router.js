/** Reads, writes and follows the address of the page and its state. */
import { format, parse } from "../core/link.js";
import { atMostEvery } from "../core/time.js";
import { builtin, sampleOf } from "./facts.js";

/** Browsers limit how often the address may change. */
const WRITE_MS = 300;

/** @returns {import("../core/link.js").State} what the address asks for */
export function readAddress() {
  return parse(location.hash);
}

/** @returns {string | null} the device that the address forces */
export function forcedDevice() {
  const asked = new URLSearchParams(location.search).get("device");
  return asked === "cpu" || asked === "gpu" ? asked : null;
}

/** @returns {number | null} how many workers the address asks for, for tests and measurements */
export function askedWorkers() {
  const asked = Number(new URLSearchParams(location.search).get("workers"));
  return asked >= 1 ? Math.floor(asked) : null;
}

/**
 * @param {import("./store.js").Knowledge} now
 * @returns {{ownPicture: boolean, ownModel: boolean}} which parts no link can hold
 */
export function privateParts(now) {
  return { ownPicture: sampleOf(now) === null, ownModel: builtin(now) === null };
}

/** @typedef {{ownPicture?: boolean, ownModel?: boolean}} Own what was open that no link can hold */

/**
 * Keeps the address up to date, and follows it when the user changes it or goes back.
 *
 * @param {import("./store.js").Store} store
 * @param {(next: import("../core/link.js").State, own: Own) => void} follow
 * @returns {{settle: () => void, visit: (change: Partial<import("../core/link.js").State>) => void}} `settle` updates
 *   the address at once, for its readers; `visit` makes a change a new entry of the history
 */
export function route(store, follow) {
  let known = location.hash;
  const settle = () => {
    // The user has gone elsewhere and the event is on its way, so that entry is not overwritten.
    if (location.hash !== known) return;
    const own = privateParts(store.now);
    const hash = format(store.now.state, own);
    const plain = `${location.pathname}${location.search}`;
    history.replaceState(own, "", hash ? `#${hash}` : plain);
    known = location.hash;
  };
  const visit = (/** @type {Partial<import("../core/link.js").State>} */ change) => {
    // The address lags behind, so it is updated before the new entry is made.
    settle();
    history.pushState(history.state, "", location.href);
    store.changeState(change);
    settle();
  };
  const write = atMostEvery(settle, WRITE_MS);
  store.listen((names) => {
    if (names.has("state") || names.has("modelSource") || names.has("pictureSource")) write();
  });
  addEventListener("hashchange", () => {
    known = location.hash;
    // An entry to which the user returns knows what was open; a typed address does not.
    follow(readAddress(), history.state ?? {});
  });
  return { settle, visit };
}
