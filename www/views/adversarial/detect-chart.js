/** A detector's scores on one line: clean pictures as strokes, the threshold, and the two compared pictures. */

/** @typedef {import("../../types.js").ToldDetector} ToldDetector */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, LINE] = [560, 92, 12, 12, 48];

/**
 * The ends of the lines; a score beyond lies at the end. The wide rule counts in units of clean pictures, without a
 * bound.
 */
const [BOUND, FARTHEST] = [2, 10];

/** @param {ToldDetector} told @param {string} words the chart's description @returns {SVGElement} */
export function detectChart({ detector, clean, attacked, threshold, scores }, words) {
  const both = [clean?.score ?? 0, attacked?.score ?? 0, threshold ?? 0];
  const most = detector === "rule" ? BOUND : Math.min(FARTHEST, Math.ceil(Math.max(BOUND, ...both, ...scores)));
  const along = (/** @type {number} */ score) => Math.min(1, Math.max(0, score / most));
  const x = (/** @type {number} */ score) => LEFT + (WIDTH - LEFT - RIGHT) * along(score);
  const svg = make("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": words,
    class: "detect-chart",
  });
  svg.append(make("path", { class: "axis", d: `M${LEFT} ${LINE}H${WIDTH - RIGHT}` }));
  for (const score of [0, 0.25, 0.5, 0.75, 1].map((part) => part * most))
    svg.append(make("text", { x: x(score), y: HEIGHT - 6, "text-anchor": "middle" }, String(score)));
  for (const score of scores) svg.append(make("path", { class: "calm", d: `M${x(score)} ${LINE - 6}v12` }));
  if (threshold !== null) {
    svg.append(make("path", { class: "threshold", d: `M${x(threshold)} ${LINE - 26}V${LINE + 18}` }));
    svg.append(make("text", { x: x(threshold) + 4, y: LINE + 20 }, "threshold"));
  }
  const mark = (/** @type {number} */ score, /** @type {string} */ kind, /** @type {number} */ up) => {
    svg.append(make("circle", { class: kind, cx: x(score), cy: LINE, r: 6 }));
    const anchor = along(score) > 0.8 ? "end" : "start";
    svg.append(make("text", { class: kind, x: x(score), y: LINE - up, "text-anchor": anchor }, kind));
  };
  if (clean) mark(clean.score, "clean", 14);
  if (attacked) mark(attacked.score, "attacked", 30);
  return svg;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [words] @returns {SVGElement} */
function make(tag, attributes, words = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.textContent = words;
  return /** @type {SVGElement} */ (made);
}
