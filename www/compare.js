/** Methods side by side: what is compared, in which order, and how it is written down. Pure. */
import { PRESETS } from "./state.js";
import { count, duration, percent } from "./words.js";

/** @typedef {import("./types.js").Verdict} Verdict */

/**
 * @typedef {object} Row what became of one method
 * @property {string} method
 * @property {"waiting" | "running" | "done" | "refused" | "stopped"} state
 * @property {string} why Why it was refused, or how far it came.
 * @property {import("./result.js").Result | null} result
 * @property {Verdict | null} verdict
 */

/**
 * @typedef {object} Metric
 * @property {string} name With an arrow to the better end.
 * @property {string} long As an order.
 * @property {1 | -1} order 1 where less is better
 * @property {(row: Row) => number | null} value null where it is missed or not known
 * @property {(row: Row, value: number) => string} text
 */

/** 90 % suppressed is the second of the deletion game's four thresholds. */
const NINETY = 1;

/** A share in [0, 1]. @param {string} name @param {string} long @param {1 | -1} order @param {"insertion" | "deletion" | "overlap"} field @returns {Metric} */
function curve(name, long, order, field) {
  return { name, long, order, value: (row) => row.verdict?.[field] ?? null, text: (_, value) => value.toFixed(3) };
}

/** @type {Readonly<Record<string, Metric>>} */
export const METRICS = {
  seconds: {
    name: "Time",
    long: "time, least first",
    order: 1,
    value: (row) => row.result?.seconds ?? null,
    text: (_, value) => (value < 10 ? `${value.toFixed(2)} s` : duration(value)),
  },
  game: {
    name: "90 % gone ↓",
    long: "deletion game at 90 %, least area first",
    order: 1,
    value: (row) => row.verdict?.deletion_game?.[NINETY] ?? null,
    text: (row, value) => `${count(value)} px² · ${percent(value / pixels(row))}`,
  },
  insertion: curve("Insertion ↑", "insertion AUC, largest first", -1, "insertion"),
  deletion: curve("Deletion ↓", "deletion AUC, least first", 1, "deletion"),
  overlap: curve("Overlap ↑", "overlap with the true evidence, largest first", -1, "overlap"),
};

/** @param {Row} row @returns {number} of the picture the model sees */
function pixels(row) {
  return row.result?.pictures ? row.result.pictures.evidence.length : NaN;
}

/** @param {string[]} methods @returns {Row[]} */
export function rowsOf(methods) {
  return methods.map((method) => ({ method, state: "waiting", why: "", result: null, verdict: null }));
}

/**
 * What a row says of a metric; null where there is nothing to say of it, as of the overlap with a truth nobody knows.
 *
 * @param {Row} row @param {string} id @returns {string | null}
 */
export function cell(row, id) {
  const value = METRICS[id].value(row);
  if (value !== null) return METRICS[id].text(row, value);
  return id === "game" && row.verdict?.deletion_game ? "missed" : null;
}

/** The rows best first by a metric; those without a value keep their order behind them. @param {Row[]} rows @param {string} id @returns {Row[]} */
export function sorted(rows, id) {
  const metric = METRICS[id];
  if (!metric) return rows;
  const rank = (/** @type {Row} */ row) => {
    const value = metric.value(row);
    return value === null ? Infinity : value * metric.order;
  };
  // Infinity − Infinity is no number: equal ranks are told apart first.
  return [...rows].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

/** The best value among rows that can be compared; null where there are not two. @param {Row[]} rows @param {string} id @returns {number | null} */
export function best(rows, id) {
  const { value, order } = METRICS[id];
  const values = rows.map(value).filter((each) => each !== null);
  return values.length < 2 ? null : order * Math.min(...values.map((each) => each * order));
}

/** @param {Row[]} rows @returns {string} how far the comparison is, in words */
export function tally(rows) {
  const with_ = (/** @type {Row["state"]} */ state) => rows.filter((row) => row.state === state).length;
  const [done, refused, stopped] = [with_("done"), with_("refused"), with_("stopped")];
  return [`${done} of ${rows.length} compared`, refused ? `${refused} refused` : "", stopped ? `${stopped} stopped` : ""].filter(Boolean).join(", ");
}

/**
 * The comparison as a file; its rows have the names of `vanish evaluate --json`.
 *
 * @param {Row[]} rows
 * @param {{tool: string, seed: number}} about
 * @returns {string}
 */
export function toJson(rows, { tool, seed }) {
  const reports = rows.map((row) => (row.result?.report ? JSON.parse(row.result.report) : null));
  const first = reports.find(Boolean) ?? {};
  const { model, image, target, device } = first;
  const records = rows.map((row, at) => {
    const report = reports[at];
    const measured = row.state === "done" ? { ...row.verdict, seconds: report.seconds, steps: report.iterations, scores: report.scores, settings: report.settings } : {};
    return { method: row.method, name: PRESETS[row.method].name, ...measured, ...(row.why ? { [row.state]: row.why } : {}) };
  });
  return JSON.stringify({ version: 1, tool, model, image, target, device, seed, suppressed: [0.8, 0.9, 0.95, 0.99], records }, null, 1);
}
