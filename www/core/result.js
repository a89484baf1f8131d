/** A result as the page keeps it, independent of the engine, so that nothing the engine does can remove it. Pure. */
import { shortLabel } from "./words.js";

/**
 * @typedef {object} Result
 * @property {string} key What it was computed from. The same key is the same run.
 * @property {string} label
 * @property {string} model
 * @property {string} image
 * @property {string} ended "" for a complete run, otherwise for example "stopped at 120 of 300"
 * @property {boolean} [growing] The mask is learned and proved, and the order of the pixels is still being computed.
 * @property {number} iterations
 * @property {number} intended The number of steps that were planned.
 * @property {number} seconds
 * @property {number} orderSeconds The part of them for the order of the pixels; 0 if none was computed.
 * @property {string} device
 * @property {Partial<import("../types.js").Scores> & {original: number, null: number, deleted: number}} scores
 * @property {number} area Share of the picture that is evidence.
 * @property {import("../types.js").Cut | null} region The region of the sentence; null if no proof was possible.
 * @property {number} meanMask
 * @property {string} sentence The report's. The page words none of its own.
 * @property {import("../types.js").Pictures | null} pictures null for a report about a picture that is not open
 * @property {import("../types.js").MaskLearned | null} grid the report's mask, for the same case
 * @property {boolean} keeps The evidence is what the mask keeps: the preservation game.
 * @property {import("../types.js").Region[]} regions of all areas, if the method learns several
 * @property {import("../types.js").Curves} curves
 * @property {string | null} report The report.json, if the engine could make it.
 * @property {{model: string, image: string} | null} about The model as `answering` gives it, and the picture's SHA-256,
 *   if there is a report.
 * @property {string[]} warnings
 */

/**
 * Identifies a run by everything that decides its outcome.
 *
 * @param {string} modelSha
 * @param {string} imageSha
 * @param {import("../types.js").Settings} settings
 * @param {unknown} profile
 * @param {string} device
 * @returns {string}
 */
export function keyOf(modelSha, imageSha, settings, profile, device) {
  const ordered = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([modelSha, imageSha, ordered, profile, device]);
}

/**
 * @typedef {object} Running a run in progress, with what it was started on
 * @property {string} key What identifies the run.
 * @property {string} label
 * @property {string} model
 * @property {string} image
 * @property {string} device
 * @property {import("../types.js").Started | null} started
 * @property {import("../types.js").Tick | null} tick The last look at it.
 * @property {Result | null} found Once its mask is learned: what it found, while its pixels are still being ordered.
 */

/**
 * The result of the last look at a run that cannot be proved: after a lost device, a bug, or a change of the model.
 *
 * @param {Running} run
 * @param {import("../types.js").Tick} last
 * @param {import("../types.js").Started} started
 * @param {"done" | "cancelled" | "replaced"} end
 * @returns {Result}
 */
export function provisional({ key, label, model, image, device }, last, started, end) {
  const { progress, pictures, curves } = last;
  const keeps = started.settings.game === "preserve";
  const { original, null: nothing } = started.scores;
  // The last measurement is of the picture that the game blends: kept or deleted.
  const scores = keeps
    ? { original, null: nothing, deleted: NaN, preserved: progress.score }
    : { original, null: nothing, deleted: progress.score };
  return {
    ...{ key, label, model, image, device, scores, pictures, curves, keeps },
    ...{ grid: null, region: null, regions: [], report: null, about: null, warnings: [] },
    ended: endedAs(end, progress.iteration, progress.total),
    iterations: progress.iteration,
    intended: progress.total,
    seconds: progress.seconds,
    orderSeconds: 0,
    area: progress.area_at_half,
    meanMask: progress.mask_mean,
    sentence: `The run on ${shortLabel(label)} ended before its proof: what it last saw is kept.`,
  };
}

/**
 * @param {"done" | "cancelled" | "replaced"} end done, or ended when further steps were not worth it
 * @param {number} iteration
 * @param {number} total
 * @returns {string}
 */
export function endedAs(end, iteration, total) {
  return end === "done" ? "" : `stopped at ${iteration} of ${total}`;
}

/**
 * What decides a model's answers: its bytes and its preprocessing, but none of its names.
 *
 * @param {{sha256: string, profile: import("../types.js").Profile}} model
 * @returns {string}
 */
export function answering({ sha256, profile: { name, labels, ...preparation } }) {
  return `${sha256} ${JSON.stringify(preparation)}`;
}

/**
 * Whether a result is about the model and the picture that are open.
 *
 * @param {Result} result
 * @param {{model: {info: Parameters<typeof answering>[0]} | null, picture: {info: {sha256: string}} | null}} open
 * @returns {boolean}
 */
export function isOpen({ about }, { model, picture }) {
  if (!about || !model || !picture) return false;
  return about.model === answering(model.info) && about.image === picture.info.sha256;
}

/** Makes a result of a report. @param {import("../types.js").Report} report @param {string} text @returns {Result} */
export function fromReport(report, text) {
  return {
    key: text,
    label: report.target.label,
    model: report.model.name,
    image: report.image.name,
    ended: "",
    iterations: report.iterations,
    intended: Number(report.settings.iterations ?? report.iterations),
    seconds: report.seconds ?? NaN,
    orderSeconds: report.order_seconds ?? 0,
    device: report.device?.kind ?? "",
    scores: report.scores,
    area: report.mask.area_at_half,
    meanMask: report.mask.mean,
    region: report.finding?.region ?? null,
    sentence: report.sentence,
    pictures: null,
    grid: report.mask,
    keeps: report.settings.game === "preserve",
    regions: [],
    curves: { objective: report.objective, score: [] },
    report: text,
    about: { model: answering(report.model), image: report.image.sha256 },
    warnings: report.finding?.warnings ?? [],
  };
}

// -------- A short memory of results

/** Number of runs of a visit that are kept. */
const MOST = 12;

export class Recall {
  /** @type {Result[]} */
  results = [];

  /** @param {Result} result @returns {this} */
  keep(result) {
    this.results = [result, ...this.results.filter((other) => other.key !== result.key)].slice(0, MOST);
    return this;
  }

  /** A complete run with the same key. @param {string} key @returns {Result | undefined} */
  find(key) {
    return this.results.find((result) => result.key === key && result.ended === "");
  }
}
