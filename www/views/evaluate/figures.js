/** The table of an evaluation, in words and rows. Pure. */
import { cell } from "../../core/csv.js";
import { fixed } from "../../core/words.js";

/** @typedef {import("../../types.js").EvaluationTold} Told */
/** @typedef {import("../../types.js").EvaluationColumn} Column */
/** @typedef {import("../../types.js").EvaluationCell} Cell */

/** What the page measures, by the engine's names. Slow metrics are not chosen at first. */
export const MEASURED = /** @type {const} */ ([
  { title: "Deletion game", metrics: ["deletion-game"], chosen: true },
  { title: "Insertion and deletion", metrics: ["insertion", "deletion"], chosen: true },
  { title: "Pointing and box", metrics: ["pointing", "localisation"], chosen: true },
  { title: "Overlap with the truth", metrics: ["overlap"], chosen: true },
  { title: "As a rule on unseen deletions (slow)", metrics: ["rule"], chosen: false },
]);

/** Methods that take a second or two together. */
export const USUAL = ["fast", "gradient", "gradcam"];

/** @param {number} value @param {number} digits @returns {string} with a true minus sign */
export function figureText(value, digits) {
  return fixed(value, digits).replace("-", "−");
}

/**
 * @param {Cell} cell
 * @param {Column} column
 * @param {number} row
 * @param {boolean} control whether it is a map that asks no model, which is not compared
 * @returns {{text: string, interval: string, best: boolean, tie: boolean}}
 */
export function cellText({ mean, interval, difference }, { digits, best }, row, control) {
  const between = interval ? interval.map((end) => figureText(end, digits)).join(" to ") : "";
  return {
    text: mean === null ? "–" : figureText(mean, digits),
    interval: between,
    best: best === row,
    tie: Boolean(difference && !difference.told_apart && best !== row && !control),
  };
}

/**
 * The pictures of a number, the worst first.
 *
 * @param {Told} told
 * @param {Column} column
 * @param {number} row
 * @returns {{number: number, name: string, label: string, value: number}[]}
 */
export function behind({ pictures }, { cells, better }, row) {
  const sign = better === "higher" ? 1 : -1;
  return pictures
    .flatMap((picture, at) => {
      const value = cells[row].values[at];
      return value === null || value === undefined ? [] : [{ ...picture, value }];
    })
    .sort((a, b) => sign * (a.value - b.value));
}

/** Every value, with a line for each picture and method. @param {Told} told @returns {string} */
export function toCsv({ summary, pictures }) {
  const { rows, columns } = summary;
  const head = ["picture", "label", "method", ...columns.map(({ name }) => name)].map(cell).join();
  const lines = pictures.flatMap(({ name, label }, at) =>
    rows.map(({ name: method }, row) => {
      const values = columns.map(({ cells }) => cells[row].values[at] ?? "");
      return [name, label, method, ...values].map(cell).join();
    }),
  );
  return [head, ...lines, ""].join("\n");
}
