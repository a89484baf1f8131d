/** What the page gets once it has its first answer: the keyboard's place is kept, and it can be printed. */
import { keepFocus } from "./focus.js";

/** @param {HTMLElement} body @param {HTMLElement} view @param {(path: string) => Promise<void>} style adds a sheet */
export function complete(body, view, style) {
  keepFocus(body, view);
  style("www/shell/print.css").catch(() => {});
  const device = body.querySelector("#device");
  if (device instanceof HTMLDetailsElement) closeByItself(body, device);
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
