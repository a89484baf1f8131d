/** The comparison as one picture: every map with its scores, and their common colour scale. */
import { el, pen } from "../../parts/dom.js";
import { spoken } from "../../parts/spoken.js";

/** @typedef {import("../../parts/tiles.js").Tile} Tile */

/** Pixels of a map on the picture, of a gap, and of a line. */
const MAP = 224;
const GAP = 20;
const LINE = 18;
/** Lines with about as many letters as fit under a map, and the largest number of lines. */
const WORDS = /.{1,36}(\s|$)/g;
const MOST_LINES = 6;
/** Texts about the whole, and about the ends of the scale. */
const SCALE = ["all maps on one colour scale", "0 no evidence", "1 evidence"];

/**
 * @param {Tile[]} tiles
 * @param {string} about
 * @param {HTMLCanvasElement} scale
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function sheet(tiles, about, scale) {
  const said = [];
  for (const tile of tiles) said.push(await translated(tile));
  return drawn(said, await spoken(SCALE), about, scale);
}

/** @param {Tile} tile @returns {Promise<Tile>} with its texts in the language of the page */
async function translated(tile) {
  const numbers = tile.numbers ?? [];
  const [title, why, ...names] = await spoken([tile.title, tile.why ?? "", ...numbers.map(({ name }) => name)]);
  return { ...tile, title, why, numbers: numbers.map((number, at) => ({ ...number, name: names[at] })) };
}

/**
 * @param {Tile[]} tiles
 * @param {string[]} words of the scale
 * @param {string} about
 * @param {HTMLCanvasElement} scale
 * @returns {HTMLCanvasElement}
 */
function drawn(tiles, [oneScale, low, high], about, scale) {
  const columns = Math.min(5, Math.max(2, tiles.length));
  const tall = MAP + 7 * LINE + GAP;
  const height = 3 * GAP + tall * Math.ceil(tiles.length / columns) + 2 * LINE;
  const canvas = el("canvas", { width: String(GAP + columns * (MAP + GAP)), height: String(height) });
  const to = pen(canvas);
  to.fillStyle = "#fff";
  to.fillRect(0, 0, canvas.width, height);
  write(to, `${about}: ${oneScale}`, GAP, 1.25 * GAP, { most: canvas.width - 2 * GAP });
  tiles.forEach((tile, at) => {
    drawTile(to, tile, GAP + (at % columns) * (MAP + GAP), 2 * GAP + tall * Math.floor(at / columns));
  });
  to.drawImage(scale, GAP, height - GAP - 28, MAP, 12);
  write(to, low, GAP, height - GAP);
  write(to, high, GAP + MAP, height - GAP, { right: true });
  return canvas;
}

/** @param {CanvasRenderingContext2D} to @param {Tile} tile @param {number} x @param {number} y */
function drawTile(to, { title, canvas, why = "", numbers = [] }, x, y) {
  to.fillStyle = "#cfcfcf";
  to.fillRect(x, y, MAP, MAP);
  to.drawImage(canvas, x, y, MAP, MAP);
  const below = (/** @type {number} */ n) => y + MAP + (n + 1) * LINE;
  write(to, title, x, below(0), { bold: true });
  const lines = why.match(WORDS)?.slice(0, MOST_LINES) ?? [];
  lines.forEach((words, n) => write(to, words, x, below(n + 1), { most: MAP }));
  numbers.forEach(({ name, text, top }, n) => {
    write(to, name, x, below(n + 1));
    write(to, text, x + MAP, below(n + 1), { bold: top, right: true });
  });
}

/**
 * @param {CanvasRenderingContext2D} to
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{bold?: boolean, right?: boolean, most?: number}} [how] `most`: its largest width
 */
function write(to, text, x, y, { bold = false, right = false, most } = {}) {
  to.font = `${bold ? 600 : 400} 13px system-ui, sans-serif`;
  to.fillStyle = "#1d1c1a";
  to.textAlign = right ? "right" : "left";
  to.fillText(text, x, y, most);
}
