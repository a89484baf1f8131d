/** The results of rules, in words for people. Pure. */
import { fixed, percent } from "./words.js";

/** @typedef {import("../types.js").RuleTest} RuleTest */

/** @param {number | null | undefined} share @returns {string} */
export function share(share) {
  return share === null || share === undefined ? "–" : `${fixed(100 * share, 0)} %`;
}

/** @param {import("../types.js").Interval | null} interval @returns {string} of shares; empty without one */
export function span(interval) {
  return interval ? `${fixed(100 * interval.low, 0)} to ${share(interval.high)}` : "";
}

/** @param {number | null | undefined} value @returns {string} with its sign */
export function signed(value) {
  if (value === null || value === undefined) return "–";
  return `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`;
}

/** @param {number} value @returns {string} as short as possible, with a true minus sign */
export function amount(value) {
  return String(value).replace("-", "−");
}

/**
 * The figures of a local rule.
 *
 * @param {RuleTest} found
 * @returns {[string, string, string][]} name, value, what it means
 */
export function ruleFigures({ held, held_interval, control, skill }) {
  const interval = held_interval ? `95 % interval ${span(held_interval)}` : "of its unseen deletions";
  return [
    ["Held", share(held), interval],
    ["Control", share(control), "the same region, moved elsewhere"],
    ["Skill", skill === null ? "–" : fixed(skill, 2), "1: only this region does it; 0: any does"],
  ];
}

/** One deletion in words. @param {RuleTest["deletions"][number]} deletion @param {string} title */
export function deletionWords({ shift_px: [down, right], mirrored, brightness }, title) {
  const moved = down || right ? `shifted by ${amount(down)}, ${amount(right)} px` : "";
  const lit = `${brightness < 0 ? "darker" : "brighter"} by ${percent(Math.abs(brightness))}`;
  return [`deleted by ${title}`, moved, mirrored ? "mirrored" : "", lit].filter(Boolean).join(", ");
}

/**
 * The trials of a rule as pictures to show.
 *
 * @param {RuleTest} found
 * @param {{holds?: boolean, control?: boolean, family?: string}} which
 * @returns {{title: string, why: string, id: string}[]} the worst first
 */
export function trialItems({ trials, deletions, families, preserves }, { holds, control = false, family }) {
  const titles = Object.fromEntries(families.map((each) => [each.family, each.title]));
  return trials
    .map((trial, number) => ({ ...trial, number, from: deletions[trial.deletion] }))
    .filter((trial) => trial.control === control && (holds === undefined || trial.holds === holds))
    .filter((trial) => family === undefined || trial.from.family === family)
    .sort((a, b) => (preserves ? a.normalised - b.normalised : b.normalised - a.normalised))
    .map((trial) => ({
      title: `${share(trial.normalised)} of the score is left`,
      why: `Cut at ${share(trial.level)} of the evidence, ${deletionWords(trial.from, titles[trial.from.family])}.`,
      id: `trial:${trial.number}`,
    }));
}

/**
 * The text under the title of pictures of trials. That a rule fails says how much of the score is left, not which
 * answer the model gives.
 *
 * @param {RuleTest} found
 * @param {{control?: boolean, failed?: boolean}} which
 * @returns {string}
 */
export function trialNote({ preserves }, { control = false, failed = false }) {
  const moved = "What the model saw: the changed picture with the region moved elsewhere, ";
  const stayed = "What the model saw: the changed picture ";
  const what = control
    ? `${moved}${preserves ? "and all but that deleted." : "and deleted there."}`
    : `${stayed}${preserves ? "with all but the region deleted." : "with the region deleted."}`;
  if (!failed) return what;
  const left = preserves ? "Less than four fifths of the score is left." : "More than a fifth of the score is left.";
  return `${what} ${left}`;
}

/** @param {number} strength @param {string} unit @returns {string} */
export function strengthWords(strength, unit) {
  return strength === 0 ? "as it is" : `${amount(strength)}${unit}`;
}
