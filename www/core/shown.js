/** What is shown of a result: its evidence, its region, texts about both, and the names of its files. Pure. */
import { fromReport } from "./result.js";
import { percent, shortLabel } from "./words.js";

/** @typedef {import("./result.js").Result} Result */

/** The evidence of each cell of a mask. @param {ArrayLike<number>} mask @param {boolean} keeps */
export function evidenceOf(mask, keeps) {
  return Float32Array.from(mask, (m) => (keeps ? m : 1 - m));
}

/**
 * The score that is left when the region is deleted as a whole, or kept alone. This is the edit of the sentence; the
 * soft mask, which deletes by degrees, is another one. Its score is returned if no region could be judged.
 *
 * @param {Pick<Result, "region" | "scores" | "keeps">} result
 * @returns {number}
 */
export function leftByRegion({ region, scores, keeps }) {
  if (region) return keeps ? region.preserved : region.deleted;
  return (keeps ? scores.preserved : scores.deleted) ?? NaN;
}

/**
 * A result with one of its regions in place of its own. @param {Result} result @param {import("../types.js").Region}
 * region
 */
export function ofRegion(result, { report, pictures }) {
  const { key, ended, curves, regions } = result;
  const kept = { key, ended, curves, regions, pictures };
  return { ...fromReport(JSON.parse(report), report), ...kept };
}

/**
 * The text about one of several regions. The sentence is about the map cut at half, which has another area.
 *
 * @param {import("../types.js").Region[]} regions
 * @param {number} at
 * @returns {string}
 */
export function regionWords(regions, at) {
  const { area, chosen, sufficient } = regions[at];
  const answer = regions.find((region) => region.chosen && region.sufficient);
  const state = sufficient ? (chosen ? "the smallest that suffices" : "suffices") : "does not suffice";
  const others = answer && !chosen ? `; the smallest that does is ${percent(answer.area)}` : "";
  return `${percent(area)} asked for: ${state}${others}`;
}

/**
 * Cuts a sentence around its label, so that the label can be set apart.
 *
 * @param {string} text
 * @param {string} label
 * @returns {[string, string, string]}
 */
export function aroundLabel(text, label) {
  for (const name of [label, shortLabel(label)]) {
    const at = text.indexOf(name);
    if (name && at >= 0) return [text.slice(0, at), name, text.slice(at + name.length)];
  }
  return [text, "", ""];
}

/** Turns a text into a name that files may have. @param {string} text */
export function fileStem(text) {
  return text
    .replace(/\.[a-z0-9]{2,5}$/i, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

/** A file name made of the picture's name, the class and the kind. @param {Result} result @param {string} kind */
export function fileName(result, kind) {
  const parts = [fileStem(result.image), fileStem(result.label.split(",")[0])];
  return `${parts.filter(Boolean).join("_") || "vanish"}_${kind}`;
}
