/** The outcome of a step, in figures and words. All are computed from what the engine found. Pure. */
import { leftByRegion } from "../core/shown.js";
import { share, signed } from "../core/trials.js";
import { percent, score } from "../core/words.js";

/** @typedef {import("../core/result.js").Result} Result */
/** @typedef {import("../types.js").RuleTest} RuleTest */
/** @typedef {import("../types.js").DuelTold} DuelTold */
/** @typedef {{title: string, result: Result, rule: RuleTest}} Tested an explanation with its test */
/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {{method: string, title: string, result: Result | null, verdict: Verdict | null}} Row */

/** @typedef {[name: string, value: string, note: string]} Figure */

/**
 * @typedef {object} Outcome
 * @property {Figure[]} figures
 * @property {string} words
 * @property {{title: string, result: Result}[]} maps shown side by side
 */

/** The threshold of the deletion game at which the score counts as gone: the second one. */
const GONE = 1;

/** @param {string} name @param {string} value @param {string} [note] @returns {Figure} */
function figureOf(name, value, note = "") {
  return [name, value, note];
}

/** @param {import("../types.js").InvarianceTest} found @returns {Outcome} */
export function invariance({ label, curves }) {
  const ends = curves.filter(({ points, range }) => {
    const strengths = points.map(({ strength }) => strength);
    return range[0] > Math.min(...strengths) || range[1] < Math.max(...strengths);
  });
  // Each kind begins with the unchanged picture, which keeps its answer.
  const changed = curves.flatMap(({ points }) => points.filter(({ strength }) => strength !== 0));
  const [tried, kept] = [changed.length, changed.filter((point) => point.kept).length];
  const rows = curves
    .filter(({ kind }) => ["rotation", "shift-across", "blur", "noise"].includes(kind))
    .map(({ title, words }) => figureOf(title, words.replace(title, "").trim()));
  const where = ends.length
    ? `It ends somewhere for ${ends.length} of ${curves.length} kinds of change.`
    : "It held at every strength that was tried.";
  return {
    figures: [["Changed pictures", `${kept} of ${tried}`, `are still called ${label}`], ...rows],
    words: `The rule “this change keeps the name ${label}” was tested for ${curves.length} kinds of change. ${where}`,
    maps: [],
  };
}

/** @param {Tested} tested @returns {Outcome} */
export function deletion({ title, result, rule }) {
  return {
    figures: [
      ["Score", `${score(result.scores.original)} → ${score(leftByRegion(result))}`, "when the region is blurred"],
      ["Area", percent(result.area), "of the picture is the region"],
      ["Held", share(rule.held), "of unseen deletions"],
      ["Control", share(rule.control), "the same region, moved elsewhere"],
    ],
    words: `${result.sentence} ${rule.sentence}`,
    maps: [{ title, result }],
  };
}

/** @param {Tested} rough @param {Tested} smooth @returns {Outcome} */
export function artefacts(rough, smooth) {
  const figures = [rough, smooth].map(({ title, result, rule }) => {
    const { original, deleted } = result.scores;
    const note = `the mask takes the score from ${score(original)} to ${score(deleted)}`;
    return figureOf(title, `held in ${share(rule.held)}`, note);
  });
  const [less, more] = [rough.rule.held ?? 0, smooth.rule.held ?? 0];
  // Two shares of one picture always differ a little, so only separate intervals mean something.
  const [free, tied] = [rough.rule.held_interval, smooth.rule.held_interval];
  const shares = `The free mask’s rule holds in ${share(less)} of unseen deletions, and the smooth one’s in ${share(more)}`;
  const apart = free && tied && free.high < tied.low;
  const words = apart
    ? `Without regularisers the score falls, but the rule holds in only ${share(less)} of unseen deletions; with ` +
      `them, in ${share(more)}. On this picture what the free mask found hangs on the one deletion it was learned ` +
      `on, as an artefact does. It covers ${percent(rough.result.area)} of the picture, the smooth one ` +
      `${percent(smooth.result.area)}, and a larger region holds more easily.`
    : `${shares}: their intervals do not tell them apart, so no artefact is shown this time.`;
  return { figures, words, maps: [rough, smooth].map(({ title, result }) => ({ title, result })) };
}

/** @param {Row[]} rows the judged rows @returns {Outcome} */
export function comparison(rows) {
  const pixels = (/** @type {Row} */ row) => row.result?.pictures?.evidence.length ?? NaN;
  const box = (/** @type {Row} */ row) => row.verdict?.deletion_game?.[GONE] ?? Infinity;
  const overlap = (/** @type {Row} */ row) => row.verdict?.overlap ?? -Infinity;
  const figures = rows.map((row) => {
    const gone = Number.isFinite(box(row)) ? `a box of ${percent(box(row) / pixels(row))}` : "no box";
    const value = Number.isFinite(overlap(row)) ? overlap(row).toFixed(2) : "–";
    const seconds = (row.verdict?.seconds ?? NaN).toFixed(1);
    const note = `overlap; 90 % of the score goes with ${gone}; ${seconds} s`;
    return figureOf(row.title, value, note);
  });
  const best = (/** @type {(row: Row) => number} */ rank) =>
    rows.reduce((first, row) => (rank(row) > rank(first) ? row : first), rows[0])?.title;
  const smallest = best((row) => -box(row));
  const overlaps = `The largest overlap with the true evidence is that of ${best(overlap)}`;
  const words = `${overlaps}; the smallest box, of ${smallest}.`;
  const maps = rows.flatMap(({ title, result }) => (result ? [{ title, result }] : []));
  return { figures, words: rows.length ? words : "No method could be judged.", maps };
}

/** @param {Result} result @param {import("../types.js").CuesTold} found @returns {Outcome} */
export function mistake(result, { sentence, pictures, cues }) {
  const wrong = cues.filter((cue) => cue.wrongly_learned);
  const confirmed = cues.filter(({ cue }) => cue.confirmed);
  const outside = (/** @type {import("../types.js").ToldCue} */ { label, cue }) =>
    `${label}, from a cue that lies to ${percent(cue.outside ?? NaN)} outside of the animal`;
  const found = wrong.length
    ? `Wrongly learned is ${wrong.map(outside).join(", and ")}.`
    : "No confirmed cue lies mostly outside of the animals this time.";
  return {
    figures: [
      ["Looked at", String(pictures.looked), "pictures"],
      ["Confirmed", `${confirmed.length} of ${cues.length}`, "cues that were tested"],
      ["Wrongly learned", String(wrong.length), wrong.map(({ label }) => label).join(", ")],
    ],
    words: `${result.sentence} ${sentence} ${found}`,
    maps: [{ title: "One answer explained", result }],
  };
}

/** @param {import("../types.js").PartsTest} found @returns {Outcome} */
export function parts({ sentence, looked, right, parts: all }) {
  const rows = all
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.importance - a.importance)
    .map(({ name, importance, n }) => figureOf(name, signed(importance), `${n} pictures`));
  const words = sentence || "No class shows both parts.";
  const counted = `${right} of ${looked} pictures have a probability above 0.5 for their true kind and so counted.`;
  return { figures: rows, words: `${words} ${counted}`, maps: [] };
}

/** @param {DuelTold} told @returns {Outcome} */
export function attack(told) {
  const { attack: made, attacked, detectors } = told;
  if (!made || !attacked) return { figures: [], words: "The attack told nothing.", maps: [] };
  const { before, after, l_inf: most, succeeded } = made;
  const said = `${named(before)} before, ${named(after)} after; no value changed by more than ${most}/255`;
  // The cheaper of the two detectors, which the step is about.
  const { attacked: seen, clean, threshold } = detectors[0];
  const beside = clean ? `${clean.score.toFixed(2)} for the clean picture; ` : "";
  const mask = maskThatTells(attacked, before.class);
  /** @type {Figure[]} */
  const figures = [
    ["Answer", `${before.label} → ${after.label}`, said],
    ["Detector", seen?.score.toFixed(2) ?? "–", `${beside}threshold ${threshold?.toFixed(2) ?? "not known"}`],
    ["Vote of light edits", attacked.vote.label, "on the whole picture"],
  ];
  const control = mask && `by the recipe “${mask.recipe}”; control, turned by half: ${named(mask.rotated)}`;
  if (mask && control) figures.push(["Mask deleted", named(mask.deleted), control]);
  const words = succeeded ? exposed(told, mask) : `The attack failed: the answer is still ${after.label}.`;
  return { figures, words, maps: [] };
}

/** @param {import("../types.js").Named} answer @returns {string} */
function named({ label, probability }) {
  return probability === null ? label : `${label} ${percent(probability)}`;
}

/**
 * A mask of the attacked answer that restores the first answer if there is one, or else any learned mask.
 *
 * @param {import("../types.js").ToldSide} attacked
 * @param {number} first the class of the first answer
 * @returns {import("../types.js").ToldMask | undefined}
 */
function maskThatTells({ masks }, first) {
  const learned = masks.filter(({ refused }) => !refused);
  return learned.find((mask) => mask.deleted.class === first) ?? learned[0];
}

/** Whether the detector flags it; unknown without a threshold. @type {Record<string, string>} */
const DETECTED = {
  true: "It is detected.",
  false: "It is not detected.",
  null: "Too few clean pictures were seen to say whether it is detected.",
};

/**
 * Whether an attack that succeeded is exposed.
 *
 * @param {DuelTold} told
 * @param {import("../types.js").ToldMask} [mask]
 * @returns {string}
 */
function exposed({ attack: made, attacked, detectors }, mask) {
  const first = made?.before.class;
  const back = (/** @type {import("../types.js").Named | undefined} */ answer) => answer?.class === first;
  const flagged = detectors[0].attacked?.flagged;
  const controls = [mask?.rotated, mask?.random].filter(back).length;
  const place = ["none of its 2 controls does", "so does 1 of its 2 controls", "so do both of its controls"][controls];
  const deleted = back(mask?.deleted)
    ? `Deleting its mask brings the first answer back; ${place}.`
    : "Deleting its mask does not bring the first answer back.";
  const voted = `The vote of light edits says ${attacked?.vote.label}.`;
  return `The attack changed the answer. ${DETECTED[`${flagged ?? null}`]} ${deleted} ${voted}`;
}
