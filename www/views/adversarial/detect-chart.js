/** The detector's scores on one line: clean pictures as strokes, the threshold, and the two that are compared. */

/** @typedef {import("../../types.js").DuelTold} Told */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, LINE] = [560, 92, 12, 12, 48];

/** @param {Told} told @param {string} words what it says @returns {SVGElement} */
export function detectChart({ clean, attacked, threshold, scores }, words) {
  const x = (/** @type {number} */ score) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.min(2, score)) / 2;
  const svg = make("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": words,
    class: "detect-chart",
  });
  svg.append(make("path", { class: "axis", d: `M${LEFT} ${LINE}H${WIDTH - RIGHT}` }));
  for (const score of [0, 0.5, 1, 1.5, 2])
    svg.append(make("text", { x: x(score), y: HEIGHT - 6, "text-anchor": "middle" }, String(score)));
  for (const score of scores) svg.append(make("path", { class: "calm", d: `M${x(score)} ${LINE - 6}v12` }));
  if (threshold !== null) {
    svg.append(make("path", { class: "threshold", d: `M${x(threshold)} ${LINE - 26}V${LINE + 18}` }));
    svg.append(make("text", { x: x(threshold) + 4, y: LINE + 20 }, "threshold"));
  }
  const mark = (/** @type {number} */ score, /** @type {string} */ kind, /** @type {number} */ up) => {
    svg.append(make("circle", { class: kind, cx: x(score), cy: LINE, r: 6 }));
    const anchor = score > 1.6 ? "end" : "start";
    svg.append(make("text", { class: kind, x: x(score), y: LINE - up, "text-anchor": anchor }, kind));
  };
  if (clean) mark(clean.rule, "clean", 14);
  if (attacked) mark(attacked.rule, "attacked", 30);
  return svg;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [words] @returns {SVGElement} */
function make(tag, attributes, words = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.textContent = words;
  return /** @type {SVGElement} */ (made);
}
