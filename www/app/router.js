/** The address of the page and its state: read, written, followed. */
import { format, parse } from "../core/link.js";
import { atMostEvery } from "../core/time.js";
import { builtin, sampleOf } from "./facts.js";

/** Browsers bound how often the address may change. */
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
 * @returns {{ownPicture: boolean, ownModel: boolean}} no link holds these
 */
export function privateParts(now) {
  return { ownPicture: sampleOf(now) === null, ownModel: builtin(now) === null };
}

/** @typedef {{ownPicture?: boolean, ownModel?: boolean}} Own what was open that no link holds */

/**
 * Keeps the address up to date, and follows it when a person changes it or goes back.
 *
 * @param {import("./store.js").Store} store
 * @param {(next: import("../core/link.js").State, own: Own) => void} follow
 * @returns {{settle: () => void, visit: (change: Partial<import("../core/link.js").State>) => void}} `settle` brings
 *   the address up to date at once, for those who read it; `visit` gives what changes a place of its own in the history
 */
export function route(store, follow) {
  let known = location.hash;
  const settle = () => {
    // A person has gone elsewhere, and the event that says so is on its way: that place is not written over.
    if (location.hash !== known) return;
    const own = privateParts(store.now);
    const hash = format(store.now.state, own);
    const plain = `${location.pathname}${location.search}`;
    history.replaceState(own, "", hash ? `#${hash}` : plain);
    known = location.hash;
  };
  const visit = (/** @type {Partial<import("../core/link.js").State>} */ change) => {
    // The address lags behind: both places have their own before anyone can go from one to the other.
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
    // A place that a person comes back to knows what was open; one that is typed does not.
    follow(readAddress(), history.state ?? {});
  });
  return { settle, visit };
}
