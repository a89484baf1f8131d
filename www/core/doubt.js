/** What was guessed about a model, and whether its answers suggest a wrong profile. Pure. */
import { shortLabel } from "./words.js";

/** @typedef {import("../types.js").ModelInfo} ModelInfo */

/**
 * What to say about a model whose profile or labels did not come with it.
 *
 * @param {ModelInfo} info
 * @param {boolean} assumedLabels whether ImageNet's labels were assumed for its 1000 classes
 * @returns {string} empty if nothing was guessed
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

/** A first answer that exceeds chance by less than this is no answer. */
const FLAT = 0.01;
const SATURATED = 0.999;
/** From this number of classes on, no sound model is as certain of several drawings for which it was not made. */
const MANY = 100;

/**
 * Wrong preprocessing shows in the answers to several pictures: no clear answer, or always the same with certainty.
 *
 * @param {Top[]} tops the first answers to different pictures
 * @param {number} classes
 * @returns {string} one sentence with what to check, or an empty one
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
