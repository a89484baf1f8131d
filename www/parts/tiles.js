/** Small multiples: pictures of one kind, each with a title, a line and numbers below it. */
import { el } from "./dom.js";

/**
 * @typedef {object} Tile
 * @property {string} key Identifies the tile. A tile that has not changed is left as it is.
 * @property {string} title
 * @property {HTMLCanvasElement} canvas
 * @property {string} [why] a line below the title
 * @property {boolean} [caveat] whether the line is a warning
 * @property {{name: string, text: string, top: boolean}[]} [numbers] `top`: the best of all
 * @property {Record<string, string>} [data] attributes of the tile
 * @property {() => void} [open] called when the picture is selected
 */

export class Tiles {
  /** @type {Map<string, {item: HTMLLIElement, look: string}>} */
  #items = new Map();
  #place;

  /** @param {HTMLUListElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {Tile[]} tiles in order */
  show(tiles) {
    const items = tiles.map((tile) => this.#itemOf(tile));
    // Moving an element would take the focus from it.
    if (items.some((item, at) => item !== this.#place.children[at])) this.#place.replaceChildren(...items);
    while (this.#place.children.length > items.length) this.#place.lastElementChild?.remove();
  }

  /** @param {Tile} tile @returns {HTMLLIElement} */
  #itemOf(tile) {
    const known = this.#items.get(tile.key);
    const item = known?.item ?? el("li");
    const look = JSON.stringify([{ ...tile, canvas: 0 }, Boolean(tile.open)]);
    if (known?.look !== look || !item.contains(tile.canvas)) fill(item, tile);
    this.#items.set(tile.key, { item, look });
    return item;
  }
}

/** @param {HTMLLIElement} item @param {Tile} tile */
function fill(item, { title, canvas, why, caveat = false, numbers, data = {}, open }) {
  const frame = open ? el("button", { type: "button", class: "frame" }, canvas) : el("div", { class: "frame" }, canvas);
  if (open) frame.addEventListener("click", open);
  const line = why === undefined ? [] : [el("p", { class: caveat ? "caveat" : "hint" }, why)];
  const list = numbers ? [el("dl", { class: "numbers" }, ...numbers.map(numberItem))] : [];
  for (const [name, value] of Object.entries(data)) item.setAttribute(name, value);
  item.replaceChildren(frame, el("h3", {}, title), ...line, ...list);
}

/** @param {{name: string, text: string, top: boolean}} number @returns {HTMLDivElement} */
function numberItem({ name, text, top }) {
  const best = top ? el("strong", {}, text, el("span", { class: "unseen" }, ", the best")) : text;
  return el("div", {}, el("dt", {}, name), el("dd", {}, best));
}
