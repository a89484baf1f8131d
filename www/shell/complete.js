/**
 * Completes the page after its first answer: the keyboard focus is kept, the page can be printed, and it says what no
 * link can hold. Parts of the first load are passed in, because importing them here would split that load.
 */
import { keepFocus } from "./focus.js";
import { showPrivate } from "./links.js";

/**
 * @typedef {object} Needs
 * @property {import("../app/store.js").Store} store
 * @property {(path: string) => Promise<void>} style adds a sheet
 * @property {(now: import("../app/store.js").Knowledge) => {ownPicture: boolean, ownModel: boolean}} privateParts
 */

/** @param {HTMLElement} body @param {Needs} needs */
export function complete(body, { store, style, privateParts }) {
  const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (body.querySelector(`#${id}`));
  keepFocus(body, part("view"));
  style("www/shell/print.css").catch(() => {});
  closeByItself(body, /** @type {HTMLDetailsElement} */ (part("device")));
  const show = () => showPrivate(part("link-note"), privateParts(store.now));
  store.listen((names) => (names.has("modelSource") || names.has("pictureSource")) && show());
  show();
}

/**
 * Closes something that lies over the page when the user goes on to the page. @param {HTMLElement} body @param
 * {HTMLDetailsElement} over
 */
function closeByItself(body, over) {
  const leave = (/** @type {Event} */ { target }) => {
    if (over.open && target instanceof Node && !over.contains(target)) over.open = false;
  };
  for (const event of ["focusin", "pointerdown"]) body.addEventListener(event, leave);
  over.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !over.open) return;
    // Escape closes this, but does not stop a run.
    event.stopPropagation();
    over.open = false;
    over.querySelector("summary")?.focus();
  });
}
