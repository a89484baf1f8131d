/** The bench's questions and findings, in words. Pure. */
import { share } from "../../core/trials.js";
import { percent } from "../../core/words.js";

/** @typedef {import("../../types.js").DuelTold} Told */
/** @typedef {import("../../types.js").ToldMask} ToldMask */
/** @typedef {import("../../types.js").Named} Named */
/** @typedef {import("../../types.js").ToldSide} ToldSide */
/** @typedef {import("../../types.js").ToldDetector} ToldDetector */

/** The ways that are controls of a mask: its values at other places. The blur of everything is not one. */
const CONTROLS = [1, 2];
const BLURRED = 3;

/** What none, one and both of the controls do, beside the mask. */
const BESIDE = {
  back: [
    "; none of its 2 controls does",
    "; so does 1 of its 2 controls, and then the place may not matter",
    "; so do both of its controls, and then the place does not matter",
  ],
  not: [", nor does any of its 2 controls", ", and 1 of its 2 controls does", ", and both of its controls do"],
};

/** The blur with which each recipe learns, in pixels. @type {Record<string, number>} */
export const SIGMAS = { paper: 10, "log-odds": 2 };

/** @param {Named} answer @returns {string} */
export function answerWords({ label, probability }) {
  return probability === null ? label : `${label} ${percent(probability).replaceAll(" ", "\u00a0")}`;
}

/** @param {Told} told @returns {string} the effect of the attack */
export function attackWords({ attack }) {
  if (!attack) return "";
  const { name, before, after, noise, goal, l_inf, l2, zero_gradients: zero } = attack;
  const size = `no value changed by more than ${l_inf}/255 (norm ${l2.toFixed(2)})`;
  const aim = goal && attack.succeeded && goal !== after.label ? `, though it went for ${goal}` : "";
  const did = attack.succeeded
    ? `The answer went from ${answerWords(before)} to ${answerWords(after)}${aim}: ${size}.`
    : `The attack failed: the answer is still ${answerWords(after)}, and was ${answerWords(before)}; ${size}.`;
  const control = ` Noise of the same size leaves ${answerWords(noise)}.`;
  const caution = zero > 0 ? ` Of its gradients ${percent(zero)} were zero: a failure may be theirs.` : "";
  return `${did}${control}${caution} The attack was ${name}.`;
}

/** @param {ToldSide | null | undefined} side @param {string} recipe @returns {ToldMask | undefined} */
export function maskOf(side, recipe) {
  return side?.masks.find((mask) => mask.recipe === recipe);
}

/**
 * What the masks show, with a sentence about shifts if a mask leaves the score standing.
 *
 * @param {Told} told
 * @param {string} recipe
 * @returns {string}
 */
export function masksWords({ attack, clean, attacked }, recipe) {
  if (attack && !attack.succeeded) return "An attack that failed has no masks to compare.";
  const [before, after] = [maskOf(clean, recipe), maskOf(attacked, recipe)];
  if (!after || !attack) return "";
  if (after.refused) return `The attacked answer has no mask: ${after.refused}.`;
  const area = `The mask deletes ${percent(after.area)} of the attacked picture${before ? `, and ${percent(before.area)} of the clean one` : ""}.`;
  const stands = after.deleted.class === attack.after.class;
  const shifts =
    recipe === "paper"
      ? "It was learned without shifts, since a shift alone can undo an attack."
      : "It had to work on shifted pictures, and a shift alone can undo an attack: compare the paper’s recipe, without shifts.";
  return stands ? `${area} It leaves ${answerWords(after.deleted)} standing. ${shifts}` : area;
}

/**
 * What restores the answer, one row for each way.
 *
 * @param {Told} told
 * @param {{clean?: ToldMask, attacked?: ToldMask}} masks as the sliders are set
 * @returns {{title: string, clean?: Named, attacked?: Named, way: number}[]} `way`: the picture's number; −1 without
 *   one
 */
export function ways({ clean, attacked }, masks) {
  const of = (/** @type {"deleted" | "rotated" | "random" | "blurred"} */ name) => ({
    clean: masks.clean?.[name] ?? undefined,
    attacked: masks.attacked?.[name] ?? undefined,
  });
  const by = (/** @type {"vote" | "ensemble" | "settled"} */ name) => ({
    clean: clean?.[name] ?? undefined,
    attacked: attacked?.[name] ?? undefined,
  });
  return [
    { title: "Its mask", ...of("deleted"), way: 0 },
    { title: "Control: the mask turned by half", ...of("rotated"), way: 1 },
    { title: "Control: a random mask", ...of("random"), way: 2 },
    { title: "A blur of the whole picture", ...of("blurred"), way: 3 },
    { title: "The vote of light edits", ...by("vote"), way: -1 },
    { title: "What forty random edits agree on", ...by("ensemble"), way: -1 },
    { title: "Its own answer; if the wide rule flags it, another by all edits", ...by("settled"), way: -1 },
  ].filter(({ way, attacked: answer }) => way >= 0 || answer);
}

/**
 * @param {{title: string, clean?: Named, attacked?: Named, way: number}[]} rows
 * @param {number} original the clean answer's class
 * @returns {string}
 */
export function recoverWords(rows, original) {
  const [mask, ...rest] = rows;
  if (!mask.attacked) return "";
  const right = (/** @type {Named | undefined} */ answer) => answer?.class === original;
  const controls = rest.filter(({ way, attacked }) => CONTROLS.includes(way) && right(attacked)).length;
  const blurred = rest.some(({ way, attacked }) => way === BLURRED && right(attacked));
  const did = right(mask.attacked)
    ? "Blurring the mask brings the answer back"
    : "Blurring the mask does not bring the answer back";
  const beside = (right(mask.attacked) ? BESIDE.back : BESIDE.not)[controls];
  // It is not as strong as a mask. It says that a blur is enough, and nothing about the place.
  const whole = blurred ? " A blur of the whole picture brings it back." : "";
  const broken = rows.filter((row) => row.clean && !right(row.clean)).length;
  return `${did}${beside}.${whole} ${broken ? `${broken} of these ways would break the clean picture.` : "None of them breaks the clean picture."}`;
}

/** The name of each detector, with its question about a picture. @type {Record<string, string>} */
export const DETECTORS = {
  rule: "f(x) = f(T x): three light edits",
  wide: "The wide rule: all fifty-four edits",
};

/** Which of the two rules flag the attacked picture. @type {Record<string, string>} */
const ATTACKED = {
  "true true": "Both rules flag the attacked picture.",
  "true false": "Only the rule f(x) = f(T x) flags the attacked picture; the wide rule lets it pass.",
  "false true": "Only the wide rule flags the attacked picture; the rule f(x) = f(T x) lets it pass.",
  "false false": "Neither rule flags the attacked picture.",
  "true null": "The rule f(x) = f(T x) flags the attacked picture.",
  "false null": "The rule f(x) = f(T x) lets the attacked picture pass.",
};

/** The same for the clean picture, where it is wrong. @type {Record<string, string>} */
const CLEAN = {
  "true true": "Both flag the clean picture, too, wrongly.",
  "true false": "The rule f(x) = f(T x) flags the clean picture, too, wrongly.",
  "true null": "The rule f(x) = f(T x) flags the clean picture, too, wrongly.",
  "false true": "The wide rule flags the clean picture, too, wrongly.",
};

/** @param {Told} told @returns {string} which of the two rules flag the attacked picture, and where they differ */
export function detectWords({ attacked, detectors }) {
  if (!attacked) return "";
  const [rule, wide] = detectors;
  const flags = (/** @type {"attacked" | "clean"} */ side) =>
    `${rule[side]?.flagged ?? null} ${wide[side]?.flagged ?? null}`;
  const verdict = [ATTACKED[flags("attacked")], CLEAN[flags("clean")], missing(rule, wide)];
  return verdict.filter(Boolean).join(" ");
}

/**
 * @param {ToldDetector} rule @param {ToldDetector} wide @returns {string} why there is no threshold, if there is none
 */
function missing(rule, wide) {
  if (!rule.planned) return "Without clean pictures there is no threshold to hold it to.";
  if (rule.threshold === null) return `For a threshold the rule f(x) = f(T x) needs ${more(rule.lacking)}.`;
  if (wide.threshold !== null) return "";
  return wide.planned
    ? `For a threshold the wide rule needs ${more(wide.lacking)}.`
    : "The wide rule was not calibrated.";
}

/** @param {number} count @returns {string} */
function more(count) {
  return count === 1 ? "1 more clean picture" : `${count} more clean pictures`;
}

/** @param {ToldDetector} told @param {"attacked" | "clean"} side @returns {string} */
function suspicion(told, side) {
  const judged = told[side];
  if (!judged) return "–";
  const verdict = judged.flagged === null ? "" : judged.flagged ? ", flagged" : ", passes";
  return judged.score.toFixed(2) + verdict;
}

/** @param {Told} told @returns {string[][]} one row for each detector */
export function detectRows({ detectors }) {
  return detectors.map((told) => {
    const { detector, threshold, scores } = told;
    const above = scores.filter((score) => threshold !== null && score > threshold).length;
    return [
      DETECTORS[detector],
      suspicion(told, "attacked"),
      suspicion(told, "clean"),
      threshold === null ? "–" : threshold.toFixed(2),
      threshold !== null && scores.length ? `${above} of ${scores.length}, ${share(above / scores.length)}` : "–",
    ];
  });
}
