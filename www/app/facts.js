/** Facts derived from what the page knows. */
import { beside, methodOf, SIDES } from "../core/registry.js";
import { shortLabel } from "../core/words.js";

/** @typedef {import("./store.js").Knowledge} Knowledge */

/** @param {Knowledge} now @returns {import("../core/colours.js").ColourMap} */
export function coloursOf({ state }) {
  return /** @type {import("../core/colours.js").ColourMap} */ (state.colours);
}

/** @param {Knowledge} now @returns {number | undefined} the class to explain */
export function targetIndex({ state, answers }) {
  return state.target ?? answers[0]?.index;
}

/** @param {Knowledge} now @param {number | undefined} index @returns {string} */
export function labelOf({ model }, index) {
  return index === undefined ? "" : shortLabel(model?.labels[index] ?? String(index));
}

/** @param {Knowledge} now @returns {{sign: string, index: number}[]} the further classes of the answer */
export function besides({ registry, state }) {
  return SIDES.flatMap((side) =>
    beside(registry, state, side).map((index) => ({ sign: side === "with" ? "+" : "−", index })),
  );
}

/** @param {Knowledge} now @returns {string} the answer to explain, named as by the engine: "cat + dog − fox" */
export function targetLabel(now) {
  const others = besides(now).map(({ sign, index }) => `${sign} ${labelOf(now, index)}`);
  return [labelOf(now, targetIndex(now)), ...others].join(" ");
}

/** @param {Knowledge} now @returns {string | null} the built-in model that is open, if any */
export function builtin({ modelSource }) {
  return "builtin" in modelSource ? modelSource.builtin : null;
}

/** @param {Knowledge} now @returns {string} the name of the model's file, or of the built-in model */
export function modelName({ modelSource }) {
  return "builtin" in modelSource ? modelSource.builtin : modelSource.name;
}

/** @param {Knowledge} now @returns {number | null} the sample that is open, if any */
export function sampleOf({ pictureSource }) {
  return "seed" in pictureSource ? pictureSource.seed : null;
}

/** @param {Knowledge} now @returns {string} the picture in words */
export function captionOf(now) {
  const seed = sampleOf(now);
  const info = now.picture?.info;
  const drawn = now.samples.find((sample) => sample.seed === seed)?.caption;
  return info?.caption ?? (seed === null ? (info?.name ?? "") : drawn || `Sample number ${seed}`);
}

/** @param {Knowledge} now @returns {boolean} whether a run can begin */
export function isReady({ booted, answers, busy }) {
  return booted && answers.length > 0 && !busy;
}

/** @param {Knowledge} now @param {string} name @returns {string} a method's title */
export function methodTitle({ registry }, name) {
  return registry ? methodOf(registry, name).title : name;
}
