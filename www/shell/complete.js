/**
 * What the page gets once it has its first answer: the keyboard's place is kept, it can be printed, and it says what no
 * link holds. What the first load has is handed over: to import it here would take that apart.
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

/** What lies over other things closes when a person goes on to those. @param {HTMLElement} body @param {HTMLDetailsElement} over */
function closeByItself(body, over) {
  const leave = (/** @type {Event} */ { target }) => {
    if (over.open && target instanceof Node && !over.contains(target)) over.open = false;
  };
  for (const event of ["focusin", "pointerdown"]) body.addEventListener(event, leave);
  over.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !over.open) return;
    // Escape closes this, and stops no run.
    event.stopPropagation();
    over.open = false;
    over.querySelector("summary")?.focus();
  });
}
