/** A figure with its name and meaning, as an item of a list of facts. */
import { el } from "./dom.js";

/** @param {[string, string, string]} figure @returns {HTMLDivElement} */
export function figure([name, value, note]) {
  const [number, words] = [el("dd", { class: "numbers" }, value), el("dd", { class: "fact-note" }, note)];
  return el("div", {}, el("dt", {}, name), number, words);
}
