/** A small curve with the numbers of its axes, as SVG. */
import { axis } from "../core/words.js";

const WIDTH = 300;
const HEIGHT = 96;
const LEFT = 40;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;
const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {object} Plot
 * @property {string} path
 * @property {[number, number]} range of the vertical axis
 * @property {{x: number, y: number}} end the present end of the curve
 * @property {(i: number) => {x: number, y: number}} at the point of an iteration's value
 */

/**
 * @param {number[]} values one for each iteration
 * @param {number} total number of iterations on the axis
 * @param {[number, number]} [fixed] the vertical axis, if it is known beforehand
 * @returns {Plot}
 */
export function plot(values, total, fixed) {
  const finite = values.filter(Number.isFinite);
  const range = fixed ?? rangeOf(finite);
  const x = (/** @type {number} */ i) => LEFT + ((WIDTH - LEFT - RIGHT) * i) / Math.max(1, total - 1);
  const y = (/** @type {number} */ v) => {
    const share = (v - range[0]) / (range[1] - range[0]);
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(1, Math.max(0, share)));
  };
  let path = "";
  let end = { x: LEFT, y: HEIGHT - BOTTOM };
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    end = { x: x(i), y: y(value) };
    path += `${path ? "L" : "M"}${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  });
  return { path, range, end, at: (i) => ({ x: x(i), y: y(values[i]) }) };
}

/** @param {number[]} values @returns {[number, number]} */
function rangeOf(values) {
  if (!values.length) return [0, 1];
  // One by one, because the arguments of a call are limited and a report may hold more values.
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b));
  return high > low ? [low, high] : [low, low + 1];
}

/**
 * @param {SVGSVGElement} svg
 * @param {string} name what the curve shows
 * @param {number[]} values
 * @param {number} total
 * @param {[number, number]} [fixed]
 * @param {number} [read] the iteration whose value is marked; otherwise the last one
 */
export function drawCurve(svg, name, values, total, fixed, read) {
  const { path, range, end, at } = plot(values, total, fixed);
  const mark = read === undefined ? end : at(read);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const bottom = HEIGHT - BOTTOM;
  svg.replaceChildren(
    make("path", { class: "axis", d: `M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}` }),
    text(LEFT - 5, TOP + 4, "end", axis(range[1])),
    text(LEFT - 5, bottom + 3, "end", axis(range[0])),
    text(LEFT, HEIGHT - 4, "middle", "1"),
    text(WIDTH - RIGHT, HEIGHT - 4, "end", `${total} iterations`),
    make("path", { class: "line", d: path }),
  );
  if (path) svg.append(make("circle", { class: "now", cx: mark.x.toFixed(1), cy: mark.y.toFixed(1), r: "2.5" }));
  const last = values.length
    ? `${axis(values[0])} at the start, ${axis(values[values.length - 1])} now`
    : "no values yet";
  svg.setAttribute("aria-label", `${name} by iteration: ${last}`);
}

/** @param {string} tag @param {Record<string, string>} attributes @returns {SVGElement} */
function make(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** @param {number} x @param {number} y @param {string} anchor @param {string} content @returns {SVGElement} */
function text(x, y, anchor, content) {
  const made = make("text", { x: String(x), y: String(y), "text-anchor": anchor });
  made.textContent = content;
  return made;
}
