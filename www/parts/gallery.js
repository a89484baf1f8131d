/** Samples as buttons with their pictures. */
import { el, paint } from "./dom.js";

/** Side of a sample in pixels, as the engine draws it. */
const SIDE = 128;

/**
 * @param {HTMLUListElement} place
 * @param {(seed: number) => void} choose
 * @returns {{show: (samples: import("../app/store.js").DrawnSample[], open: number | null) => void}}
 */
export function gallery(place, choose) {
  /** @type {Map<number, HTMLButtonElement>} */
  const buttons = new Map();
  const show = (/** @type {import("../app/store.js").DrawnSample[]} */ samples, /** @type {number | null} */ open) => {
    for (const sample of samples.filter(({ seed }) => !buttons.has(seed))) {
      const button = sampleButton(sample);
      button.addEventListener("click", () => choose(sample.seed));
      buttons.set(sample.seed, button);
      place.append(el("li", {}, button));
    }
    for (const [seed, button] of buttons) button.setAttribute("aria-pressed", String(seed === open));
  };
  return { show };
}

/** @param {import("../app/store.js").DrawnSample} sample @returns {HTMLButtonElement} */
function sampleButton({ seed, caption, title, rgba }) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  paint(canvas, rgba, SIDE, SIDE);
  const attributes = { type: "button", class: "sample", "data-seed": String(seed), title: caption };
  return el("button", attributes, canvas, el("span", {}, title));
}
