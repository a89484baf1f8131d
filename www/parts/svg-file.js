/** Charts as files. The page's style is written into the file, so that it looks the same elsewhere. */

/** The style properties with which a chart is drawn. */
const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "opacity"];
const SVG = "http://www.w3.org/2000/svg";
const GAP = 24;

/**
 * A single file of several charts, one below the other, each with its name.
 *
 * @param {SVGElement[]} charts as they are on the page
 * @param {string[]} names
 * @returns {Blob}
 */
export function svgFile(charts, names) {
  const sizes = charts.map((chart) => (chart.getAttribute("viewBox") ?? "0 0 300 100").split(" ").map(Number));
  const width = Math.max(...sizes.map((size) => size[2]));
  const file = make("svg", { xmlns: SVG });
  let top = 0;
  charts.forEach((chart, at) => {
    const title = make("text", { x: 0, y: top + GAP - 8, "font-family": "sans-serif", "font-size": 12 });
    title.textContent = names[at];
    const copy = withStyle(chart);
    const [, , wide, high] = sizes[at];
    for (const [name, value] of Object.entries({ x: 0, y: top + GAP, width: wide, height: high }))
      copy.setAttribute(name, String(value));
    file.append(title, copy);
    top += GAP + high;
  });
  file.setAttribute("viewBox", `0 0 ${width} ${top}`);
  file.prepend(make("rect", { width, height: top, fill: "#fff" }));
  return new Blob([new XMLSerializer().serializeToString(file)], { type: "image/svg+xml" });
}

/** @param {SVGElement} chart @returns {SVGElement} a copy that needs no style sheet */
function withStyle(chart) {
  const copy = /** @type {SVGElement} */ (chart.cloneNode(true));
  const [from, to] = [chart, copy].map((each) => [each, ...each.querySelectorAll("*")]);
  from.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const name of DRAWN) to[at].setAttribute(name, style.getPropertyValue(name));
    to[at].removeAttribute("class");
  });
  return copy;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @returns {SVGElement} */
function make(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (name !== "xmlns") made.setAttribute(name, String(value));
  return /** @type {SVGElement} */ (made);
}
