/** What was guessed of a model, and whether its answers look as if its profile was wrong. Pure. */
import { shortLabel } from "./words.js";

/** @typedef {import("../types.js").ModelInfo} ModelInfo */

/**
 * What to say when a model was opened whose profile or labels did not come with it.
 *
 * @param {ModelInfo} info
 * @param {boolean} assumedLabels ImageNet's labels were taken for its 1000 classes
 * @returns {string} empty where nothing was guessed
 */
export function openedNote(info, assumedLabels) {
  if (info.profile_source === "known")
    return `Recognised as ${info.known} of the ONNX Model Zoo: its preprocessing and ImageNet’s labels are set.`;
  const labels = assumedLabels ? "ImageNet’s labels, for it has 1000 classes" : "";
  if (info.profile_assumed)
    return `No profile came with ${info.name}, so ImageNet’s usual values are assumed${labels && `, and ${labels}`}; see “The model in detail”.`;
  return labels && `No labels came with ${info.name}: assumed are ${labels}.`;
}

/** @typedef {{label: string, probability: number}} Top */

/** A top-1 this little above chance, of all classes, is no answer. */
const FLAT = 0.01;
const SATURATED = 0.999;
/** From this many classes on, no sound model is as certain of several drawings it was not made for. */
const MANY = 100;

/**
 * A wrong preprocessing shows in the answers to several pictures: no answer at all, or one and the same for certain.
 *
 * @param {Top[]} tops the first answers to different pictures
 * @param {number} classes
 * @returns {string} one sentence with what to check, or nothing
 */
export function doubt(tops, classes) {
  if (tops.length < 2 || classes < 2) return "";
  const on = `On ${tops.length} different pictures`;
  const chance = 1 / classes;
  const most = Math.max(...tops.map((top) => top.probability));
  if (most - chance < FLAT * (1 - chance)) {
    return `${on} no class of ${classes} gets more than ${(most * 100).toPrecision(2)} %: check “Output” first (probabilities taken for logits look so), then the range, mean and deviation.`;
  }
  const same = tops.every((top) => top.label === tops[0].label);
  const certain = tops.every((top) => top.probability >= SATURATED) && (same || classes >= MANY);
  return certain
    ? `${on} the answer is ${same ? shortLabel(tops[0].label) : "given"} with at least 99.9 %: check the range, mean and deviation.`
    : "";
}
