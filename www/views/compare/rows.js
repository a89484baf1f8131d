/** Methods side by side: what is compared, in which order, and in which words. Pure. */
import { count, duration, fixed, percent } from "../../core/words.js";

/**
 * @typedef {object} Row the state and results of one method
 * @property {string} method
 * @property {number} seed
 * @property {"waiting" | "running" | "done" | "refused" | "stopped"} state
 * @property {string} why Why it was refused, or how far it came.
 * @property {import("../../core/result.js").Result | null} result
 * @property {import("../../types.js").Verdict | null} verdict
 */

/**
 * @typedef {object} Metric
 * @property {string} name With an arrow to the better end.
 * @property {1 | -1} order 1 if less is better
 * @property {(row: Row) => number | null | undefined} value null or undefined if it is missed or not known
 * @property {(value: number, row: Row) => string} text
 */

/** @param {number} share in [0, 1] @returns {string} */
const share = (share) => fixed(share, 3);

/** @type {Readonly<Record<string, Metric>>} */
export const METRICS = {
  seconds: {
    name: "Time",
    order: 1,
    value: (row) => row.verdict?.seconds ?? row.result?.seconds,
    text: (value) => (value < 10 ? `${value.toFixed(2)} s` : duration(value)),
  },
  game: {
    name: "90 % gone ↓",
    order: 1,
    // The second of the deletion game's four thresholds.
    value: (row) => row.verdict?.deletion_game?.[1],
    text: (value, row) => `${count(value)} px² · ${percent(value / (row.result?.pictures?.evidence.length ?? NaN))}`,
  },
  insertion: { name: "Insertion ↑", order: -1, value: (row) => row.verdict?.insertion, text: share },
  deletion: { name: "Deletion ↓", order: 1, value: (row) => row.verdict?.deletion, text: share },
  overlap: { name: "Overlap ↑", order: -1, value: (row) => row.verdict?.overlap, text: share },
};

/** Number of seeds. The first follows the last. */
const SEEDS = 2 ** 32;

/**
 * Rows of each method with the given number of seeds.
 *
 * @param {string[]} methods
 * @param {number} [first]
 * @param {number} [seeds]
 * @param {(method: string) => boolean} [seeded] a method without a seed runs once
 * @returns {Row[]}
 */
export function rowsOf(methods, first = 0, seeds = 1, seeded = () => true) {
  const empty = /** @type {const} */ ({ state: "waiting", why: "", result: null, verdict: null });
  return methods.flatMap((method) =>
    Array.from({ length: seeded(method) ? seeds : 1 }, (_, at) => ({ method, seed: (first + at) % SEEDS, ...empty })),
  );
}

/**
 * Roughly how often a method asks the model: its preset's steps, samples and areas, multiplied.
 *
 * @param {Readonly<Record<string, unknown>>} preset
 * @returns {number}
 */
export function passesOf({ iterations, samples, areas }) {
  const factors = [iterations, samples, Array.isArray(areas) ? areas.length : 1];
  return factors.reduce((/** @type {number} */ passes, factor) => passes * (Number(factor) || 1), 1);
}

/** A rank, where less is better. @param {Row} row @param {string} id @returns {number} Infinity without a value */
function rank(row, id) {
  const { value, order } = METRICS[id];
  return (value(row) ?? order * Infinity) * order;
}

/**
 * The rows sorted by a metric, the best first. Rows without a value keep their order and come last.
 *
 * @param {Row[]} rows
 * @param {string} id
 * @returns {Row[]}
 */
export function sorted(rows, id) {
  // Infinity − Infinity is NaN, so equal ranks are compared first.
  return id in METRICS ? [...rows].sort((a, b) => (rank(a, id) === rank(b, id) ? 0 : rank(a, id) - rank(b, id))) : rows;
}

/**
 * The texts of a row. An unknown truth is left out, and a miss is named as one.
 *
 * @param {Row} row
 * @param {Row[]} rows all rows, among which it may be the best
 * @returns {{name: string, text: string, top: boolean}[]}
 */
export function cells(row, rows) {
  return Object.entries(METRICS).flatMap(([id, { name, value, text }]) => {
    const its = value(row);
    if (its === null && id === "game") return [{ name, text: "missed", top: false }];
    const ranks = rows.map((each) => rank(each, id)).filter(Number.isFinite);
    return typeof its === "number"
      ? [{ name, text: text(its, row), top: ranks.length > 1 && rank(row, id) === Math.min(...ranks) }]
      : [];
  });
}

/** @param {Row[]} rows @returns {string} the progress of the comparison, in words */
export function tally(rows) {
  const words = { done: "compared", refused: "refused", stopped: "stopped" };
  const parts = Object.entries(words).map(([state, word]) => [rows.filter((row) => row.state === state).length, word]);
  return `${parts
    .filter(([n, word]) => n || word === "compared")
    .map((part) => part.join(" "))
    .join(", ")}, of ${rows.length}`;
}

/**
 * The comparison as a file. Its records have the names of `vanish evaluate --json`.
 *
 * @param {Row[]} rows
 * @param {object} about
 * @returns {string}
 */
export function toJson(rows, about) {
  const reports = rows.map((row) => JSON.parse(row.result?.report ?? "{}"));
  const { model, image, target, device } = reports.find((report) => report.model) ?? {};
  const records = rows.map(({ method, seed, state, why, verdict }, at) => {
    const { seconds, iterations: steps, scores, settings } = reports[at];
    return { method, seed, seconds, steps, ...verdict, scores, settings, ...(why && { [state]: why }) };
  });
  return JSON.stringify(
    { version: 1, ...about, model, image, target, device, suppressed: [0.8, 0.9, 0.95, 0.99], records },
    null,
    1,
  );
}
