/** The comparison as one picture: every map with its scores, and the colour scale they share. */
import { context, el } from "./dom.js";

const TILE = 224;
const GAP = 20;
const LINE = 18;
const HEAD = 34;
const MOST_COLUMNS = 5;
const INK = "#1d1c1a";
const SOFT = "#5d5a54";
const FONT = "system-ui, sans-serif";

/**
 * @param {{title: string, lines: {name: string, text: string, top: boolean}[], why: string, canvas?: HTMLCanvasElement}[]} maps
 * @param {string} caption
 * @param {HTMLCanvasElement} legend the colour scale, from 0 to 1
 * @returns {HTMLCanvasElement}
 */
export function drawSheet(maps, caption, legend) {
  const columns = Math.min(MOST_COLUMNS, Math.max(2, maps.length));
  const canvas = el("canvas", { width: String(GAP + columns * (TILE + GAP)) });
  const to = context(canvas);
  const reasons = maps.map(({ why }) => (why ? wrap(to, why, TILE) : []));
  const tall = TILE + LINE * (2 + Math.max(...maps.map(({ lines }, at) => lines.length + reasons[at].length)));
  const captions = wrap(to, caption, canvas.width - 2 * GAP);
  const top = GAP + captions.length * LINE;
  canvas.height = top + Math.ceil(maps.length / columns) * (tall + GAP) + HEAD + GAP;
  to.fillStyle = "#fff";
  to.fillRect(0, 0, canvas.width, canvas.height);
  captions.forEach((line, at) => write(to, line, GAP, GAP + LINE * at));
  maps.forEach(({ title, lines, canvas: map }, at) => {
    const x = GAP + (at % columns) * (TILE + GAP);
    const y = top + Math.floor(at / columns) * (tall + GAP);
    to.fillStyle = "#cfcfcf";
    to.fillRect(x, y, TILE, TILE);
    if (map) to.drawImage(map, x, y, TILE, TILE);
    const line = (/** @type {number} */ n) => y + TILE + LINE * (n + 1);
    write(to, title, x, line(0), { weight: "600" });
    reasons[at].forEach((words, n) => write(to, words, x, line(n + 1)));
    lines.forEach(({ name, text, top: first }, n) => {
      write(to, name, x, line(reasons[at].length + n + 1), { colour: SOFT });
      write(to, text, x + TILE, line(reasons[at].length + n + 1), { align: "right", weight: first ? "600" : "" });
    });
  });
  const foot = canvas.height - GAP - HEAD;
  to.drawImage(legend, GAP, foot, TILE, 12);
  write(to, "0 no evidence", GAP, foot + 28, { colour: SOFT });
  write(to, "1 evidence", GAP + TILE, foot + 28, { colour: SOFT, align: "right" });
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} to @param {string} text @param {number} x @param {number} y
 * @param {{weight?: string, colour?: string, align?: CanvasTextAlign}} [how]
 */
function write(to, text, x, y, { weight = "", colour = INK, align = "left" } = {}) {
  to.font = `${weight} 13px ${FONT}`.trim();
  to.fillStyle = colour;
  to.textAlign = align;
  to.fillText(text, x, y);
}

/** @param {CanvasRenderingContext2D} to @param {string} text @param {number} width @returns {string[]} lines no wider than that */
function wrap(to, text, width) {
  to.font = `13px ${FONT}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (to.measureText(longer).width <= width || lines[lines.length - 1] === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
