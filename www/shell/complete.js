/** What the page gets once it has its first answer: the keyboard's place is kept, and it can be printed. */
import { keepFocus } from "./focus.js";

/** @param {HTMLElement} body @param {HTMLElement} view @param {(path: string) => Promise<void>} style adds a sheet */
export function complete(body, view, style) {
  keepFocus(body, view);
  style("www/shell/print.css").catch(() => {});
}
