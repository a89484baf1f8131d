/** The built-in samples: a captioned thumbnail each. */
import { byId, el, paint } from "./dom.js";

/** The side of a sample as the engine draws it. */
const SIDE = 128;

const place = byId("gallery", HTMLUListElement);

/**
 * @param {import("./types.js").Sample[]} samples
 * @param {(seed: number) => Promise<Uint8Array>} picture
 * @param {(seed: number) => void} choose
 */
export async function fillGallery(samples, picture, choose) {
  place.replaceChildren();
  for (const sample of samples) {
    const canvas = el("canvas", { width: String(SIDE), height: String(SIDE), "aria-hidden": "true" });
    const button = el(
      "button",
      { type: "button", class: "sample", "data-seed": String(sample.seed), title: sample.caption },
      canvas,
      el("span", {}, sample.title),
    );
    button.addEventListener("click", () => choose(sample.seed));
    place.append(el("li", {}, button));
    paint(canvas, await picture(sample.seed), SIDE, SIDE);
  }
}

/** @param {number | null} seed the sample that is on the stage */
export function markSample(seed) {
  for (const button of place.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.seed === String(seed)));
  }
}
