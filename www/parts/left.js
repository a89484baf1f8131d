/** The pictures of a set that were left out, and why. */
import { el } from "./dom.js";

/** @param {HTMLDetailsElement} details @param {string[]} reasons one for each picture */
export function showLeft(details, reasons) {
  details.hidden = !reasons.length;
  const list = el("ul", { class: "hint" }, ...reasons.map((reason) => el("li", {}, reason)));
  details.replaceChildren(el("summary", {}, `${reasons.length} left out`), list);
}
