/** The curve of a score under a change, as SVG, with where the answer stays and where it does not. */

/** @typedef {import("../../types.js").ChangeCurve} Curve */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [240, 120, 26, 8, 8, 18];

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [words] */
function make(tag, attributes, words = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.textContent = words;
  return made;
}

/**
 * @param {Curve} curve
 * @param {string} label of the answer
 * @returns {{element: SVGElement, mark: (point: number) => void}} `mark` shows which point is read
 */
export function changeChart({ title, unit, points, range, words }, label) {
  const [low, high] = [points[0].strength, points[points.length - 1].strength];
  const x = (/** @type {number} */ strength) => LEFT + ((WIDTH - LEFT - RIGHT) * (strength - low)) / (high - low || 1);
  const y = (/** @type {number} */ score) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - score);
  const name = `Score of ${label} under ${title}: ${words}`;
  const svg = make("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": name,
    class: "change-chart",
  });
  const [from, to] = range.map(x);
  const bottom = HEIGHT - BOTTOM;
  svg.append(
    make("rect", { class: "stays", x: from - 1, y: TOP, width: Math.max(2, to - from + 2), height: bottom - TOP }),
    make("path", { class: "axis", d: `M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}` }),
    make("text", { x: LEFT - 4, y: TOP + 4, "text-anchor": "end" }, "1"),
    make("text", { x: LEFT - 4, y: bottom + 3, "text-anchor": "end" }, "0"),
    make(
      "text",
      { x: LEFT, y: HEIGHT - 4, "text-anchor": "start" },
      `${low}${unit.length < 4 ? unit : ""}`.replace("-", "−"),
    ),
    make("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" }, `${high}${unit.length < 4 ? unit : ""}`),
    make("path", {
      class: "line",
      d: `M${points.map((p) => `${x(p.strength).toFixed(1)} ${y(p.score).toFixed(1)}`).join("L")}`,
    }),
  );
  const dots = points.map((point) =>
    make("circle", { class: point.kept ? "kept" : "lost", cx: x(point.strength), cy: y(point.score), r: 3 }),
  );
  svg.append(...dots);
  const mark = (/** @type {number} */ at) => dots.forEach((dot, i) => dot.classList.toggle("read", i === at));
  return { element: /** @type {SVGElement} */ (svg), mark };
}
