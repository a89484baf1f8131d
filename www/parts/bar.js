/** Figures in tables: a share as a bar, an effect with its interval, and a number that opens its pictures. */
import { el } from "./dom.js";

/**
 * A table with its headings.
 *
 * @param {string} caption for screen readers
 * @param {string[]} heads
 * @param {(Node | string)[][]} rows the first cell of each is its heading
 * @returns {HTMLTableElement}
 */
export function table(caption, heads, rows) {
  const head = el("tr", {}, ...heads.map((words) => el("th", { scope: "col" }, words)));
  const body = rows.map(([first, ...cells]) =>
    el("tr", {}, el("th", { scope: "row" }, first), ...cells.map((cell) => el("td", {}, cell))),
  );
  const title = el("caption", { class: "unseen" }, caption);
  return el("table", { class: "figures" }, title, el("thead", {}, head), el("tbody", {}, ...body));
}

/**
 * A number that opens the pictures from which it was computed.
 *
 * @param {string} text
 * @param {string} label what it opens
 * @param {(() => unknown) | null} open null if there is nothing to see
 * @returns {HTMLElement}
 */
export function number(text, label, open) {
  if (!open) return el("span", { class: "numbers" }, text);
  const button = el("button", { type: "button", class: "number numbers", "aria-label": `${text}: ${label}` }, text);
  button.addEventListener("click", () => void open());
  return button;
}

/** A share in [0, 1] as a bar behind its number. @param {number | null} share @param {HTMLElement} shown */
export function bar(share, shown) {
  const fill = el("span", { class: "fill", "aria-hidden": "true" });
  fill.style.setProperty("--share", String(Math.min(1, Math.max(0, share ?? 0))));
  return el("span", { class: "bar-cell" }, fill, shown);
}

/**
 * An effect in [−1, 1] as a point with its interval.
 *
 * @param {number | null} value
 * @param {{low: number, high: number} | null} interval
 * @param {number | null} [exact] the true effect, if it is known
 * @returns {SVGSVGElement}
 */
export function whisker(value, interval, exact = null) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-1.05 -0.1 2.1 0.2");
  svg.setAttribute("class", "whisker");
  svg.setAttribute("aria-hidden", "true");
  const add = (/** @type {string} */ tag, /** @type {Record<string, number | string>} */ attributes) => {
    const made = document.createElementNS(svg.namespaceURI ?? "", tag);
    for (const [name, set] of Object.entries(attributes)) made.setAttribute(name, String(set));
    svg.append(made);
  };
  add("line", { class: "zero", x1: 0, x2: 0, y1: -0.1, y2: 0.1 });
  if (interval) add("line", { class: "span", x1: interval.low, x2: interval.high, y1: 0, y2: 0 });
  if (value !== null) add("circle", { class: "at", cx: value, cy: 0, r: 0.05 });
  if (exact !== null) add("line", { class: "exact", x1: exact, x2: exact, y1: -0.09, y2: 0.09 });
  return svg;
}
