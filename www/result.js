/** A result as the page keeps it, apart from the engine, so that nothing the engine does can take it away. Pure. */
import { percent, score, shortLabel } from "./words.js";

// -------- A result as the page keeps it

/**
 * @typedef {object} Result
 * @property {string} key What it was computed from; the same key is the same run.
 * @property {string} label
 * @property {string} model
 * @property {string} image
 * @property {string} ended "" for a complete run, else e.g. "stopped at 120 of 300"
 * @property {number} iterations
 * @property {number} total
 * @property {number} seconds
 * @property {string} device
 * @property {import("./types.js").Report["scores"] | {original: number, null: number, deleted: number, preserved?: number}} scores
 * @property {number} area Share of the picture whose mask is under one half.
 * @property {number} meanMask
 * @property {string} sentence
 * @property {import("./types.js").Pictures | null} pictures null for an imported report about a picture not at hand
 * @property {import("./types.js").Report["mask"] | null} grid the report's mask, for the same case
 * @property {boolean} keeps The evidence is what the mask keeps: the preservation game.
 * @property {import("./types.js").Region[]} regions of all areas, where the method learns several
 * @property {import("./types.js").Curves} curves
 * @property {string | null} report The report.json, where the engine could make it.
 * @property {string[]} warnings
 * @property {boolean} recalled
 */

/**
 * What a run is known by: everything that decides its outcome.
 *
 * @param {string} modelSha
 * @param {string} imageSha
 * @param {import("./types.js").Settings} settings
 * @param {unknown} profile
 * @param {string} device
 * @returns {string}
 */
export function keyOf(modelSha, imageSha, settings, profile, device) {
  const ordered = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([modelSha, imageSha, ordered, profile, device]);
}

/**
 * What the last look at a run says, where no proof can be had: after a lost device, a bug, or another model.
 *
 * @param {import("./types.js").Tick} tick
 * @param {import("./types.js").Started} started
 * @param {string} label
 * @returns {{scores: Result["scores"], sentence: string, keeps: boolean}}
 */
export function provisional(tick, started, label) {
  const { area_at_half, score: last } = tick.progress;
  const keeps = started.settings.game === "preserve";
  const { original, null: nothing } = started.scores;
  // What was last measured is the picture that the game blends: kept or deleted.
  const scores = keeps ? { original, null: nothing, deleted: NaN, preserved: last } : { original, null: nothing, deleted: last };
  return { scores, sentence: sentence(area_at_half, label, original, last, keeps), keeps };
}

/** @param {number} area @param {string} label @param {number} before @param {number} after @param {boolean} [keeps] @returns {string} */
export function sentence(area, label, before, after, keeps = false) {
  if (keeps) return `Keeping ${percent(area)} of the picture leaves ${shortLabel(label)} at ${score(after)} of ${score(before)}.`;
  return `Blurring ${percent(area)} of the picture takes ${shortLabel(label)} from ${score(before)} to ${score(after)}.`;
}

/** @param {"done" | "cancelled" | "replaced"} end done, or as far as it was worth @param {number} iteration @param {number} total @returns {string} */
export function endedAs(end, iteration, total) {
  return end === "done" ? "" : `stopped at ${iteration} of ${total}`;
}

/** How much each cell of a mask is evidence. @param {ArrayLike<number>} mask @param {boolean} keeps @returns {Float32Array} */
export function evidenceOf(mask, keeps) {
  return Float32Array.from(mask, (m) => (keeps ? m : 1 - m));
}

/** What a report says. @param {import("./types.js").Report} report @param {string} text @returns {Result} */
export function fromReport(report, text) {
  return {
    key: text,
    label: report.target.label,
    model: report.model.name,
    image: report.image.name,
    ended: "",
    iterations: report.iterations,
    total: report.iterations,
    seconds: report.seconds ?? NaN,
    device: report.device?.kind ?? "",
    scores: report.scores,
    area: report.mask.area_at_half,
    meanMask: report.mask.mean,
    sentence: report.sentence,
    pictures: null,
    grid: report.mask,
    keeps: report.settings.game === "preserve",
    regions: [],
    curves: { objective: report.objective, score: [] },
    report: text,
    warnings: [],
    recalled: false,
  };
}

/** One of a result's regions in its place. @param {Result} result @param {import("./types.js").Region} region @returns {Result} */
export function ofRegion(result, { report, pictures }) {
  const { key, ended, total, curves, warnings, recalled, regions } = result;
  return { ...fromReport(JSON.parse(report), report), key, ended, total, curves, warnings, recalled, regions, pictures };
}

/** A sentence cut where its label stands, so that the label can be set apart. @param {string} text @param {string} label @returns {[string, string, string]} */
export function aroundLabel(text, label) {
  for (const name of [label, shortLabel(label)]) {
    const at = text.indexOf(name);
    if (name && at >= 0) return [text.slice(0, at), name, text.slice(at + name.length)];
  }
  return [text, "", ""];
}

/** A file's name made of the picture's, the class's and the kind. @param {Result} result @param {string} kind @returns {string} */
export function fileName(result, kind) {
  const clean = (/** @type {string} */ text) => text.replace(/\.[a-z0-9]{2,5}$/i, "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${[clean(result.image), clean(result.label.split(",")[0])].filter(Boolean).join("_") || "vanish"}_${kind}`;
}

// -------- A short memory of results

const MOST = 8;

export class Recall {
  /** @type {Result[]} */
  results = [];

  /** @param {Result} result */
  keep(result) {
    this.results = [result, ...this.results.filter((other) => other.key !== result.key)].slice(0, MOST);
  }

  /** A complete run of these very settings. @param {string} key @returns {Result | undefined} */
  find(key) {
    return this.results.find((result) => result.key === key && result.ended === "");
  }
}
