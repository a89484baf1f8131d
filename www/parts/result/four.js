/** The four pictures of a result, with a common reading point. */
import { layer } from "../../core/colours.js";
import { evidenceOf } from "../../core/shown.js";
import { percent, score, shortLabel } from "../../core/words.js";
import { el, paint } from "../dom.js";
import { drawOverlay } from "../heat-map.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../core/colours.js").ColourMap} ColourMap */
/** @typedef {"original" | "heat" | "deleted" | "preserved"} Kind */
/** @typedef {{figure: HTMLElement, canvas: HTMLCanvasElement, cross: HTMLElement, note: HTMLElement}} Figure */

/** @type {Record<Kind, string>} */
const TITLES = { original: "What the model sees", heat: "Heat map", deleted: "Deleted", preserved: "Preserved" };

const ASK = "Point at a picture, or use the arrow keys on it, to read the mask.";

/** Pixels by which the arrow keys move the reading point. With Shift it is ten times as far. */
const MOVES = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

export class Four {
  /** @type {Result | null} */
  #result = null;
  #at = { x: 0, y: 0 };
  /** @type {Record<Kind, Figure>} */
  #figures;
  #place;
  #reading;

  /** @param {HTMLElement} place @param {HTMLElement} reading where the value under the point is written */
  constructor(place, reading) {
    this.#place = place;
    this.#reading = reading;
    const figures = Object.entries(TITLES).map(([kind, title]) => [kind, this.#figure(kind, title)]);
    this.#figures = Object.fromEntries(figures);
    place.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string} kind @param {string} title @returns {Figure} */
  #figure(kind, title) {
    const canvas = el("canvas", { role: "img", "aria-label": title });
    const cross = el("span", { class: "cross", "aria-hidden": "true", hidden: true });
    const note = el("span", { class: "numbers" });
    const frame = el("div", { class: "frame" }, canvas, cross);
    frame.addEventListener("pointermove", (event) => this.#point(event, canvas));
    frame.addEventListener("pointerdown", (event) => this.#point(event, canvas));
    const caption = el("figcaption", {}, el("span", {}, title), note);
    const figure = el("figure", { "data-kind": kind }, frame, caption);
    this.#place.append(figure);
    return { figure, canvas, cross, note };
  }

  /** @param {Result} result */
  show(result) {
    this.#result = result;
    const { pictures, grid } = result;
    this.#place.hidden = !pictures && !grid;
    for (const kind of /** @type {const} */ (["original", "deleted", "preserved"])) {
      this.#figures[kind].figure.hidden = !pictures;
      if (pictures) paint(this.#figures[kind].canvas, pictures[kind], pictures.width, pictures.height);
    }
    for (const [kind, words] of Object.entries(this.#notes(result))) {
      this.#figures[/** @type {Kind} */ (kind)].note.textContent = words;
    }
    for (const { cross } of Object.values(this.#figures)) cross.hidden = true;
    this.#reading.textContent = ASK;
  }

  /** @param {Result} result @returns {Record<Kind, string>} */
  #notes({ pictures, grid, label, scores, area }) {
    const scored = (/** @type {number | undefined} */ of) =>
      of === undefined ? "" : `${shortLabel(label)} ${score(of)}`;
    const { original, deleted, preserved } = scores;
    const heat = !pictures && grid ? `${grid.cols} × ${grid.rows}` : `${percent(area)} evidence`;
    return { original: scored(original), heat, deleted: scored(deleted), preserved: scored(preserved) };
  }

  /**
   * Draws the heat map in other colours, without computing anything. @param {ColourMap} colours @param {number} opacity
   */
  recolour(colours, opacity) {
    const { canvas } = this.#figures.heat;
    const { pictures, grid, keeps = false } = this.#result ?? {};
    if (pictures) drawOverlay(canvas, pictures, colours, opacity);
    // Only the mask is drawn for a report whose picture is not open.
    else if (grid) paint(canvas, layer(evidenceOf(grid.values, keeps), colours, 1), grid.cols, grid.rows);
    return canvas;
  }

  /** @param {PointerEvent} event @param {HTMLCanvasElement} canvas */
  #point(event, canvas) {
    const box = canvas.getBoundingClientRect();
    const [right, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    this.#read(right * canvas.width, down * canvas.height);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    this.#read(this.#at.x + step * move[0], this.#at.y + step * move[1]);
  }

  /** Reads the mask at a pixel, and shows the place on all pictures. @param {number} x @param {number} y */
  #read(x, y) {
    const shape = shapeOf(this.#result);
    if (!shape) return;
    const { width, height, mask, keeps } = shape;
    this.#at.x = Math.floor(Math.min(width - 1, Math.max(0, x)));
    this.#at.y = Math.floor(Math.min(height - 1, Math.max(0, y)));
    const value = mask[this.#at.y * width + this.#at.x];
    const evidence = keeps ? value : 1 - value;
    const place = `x ${this.#at.x}, y ${this.#at.y}`;
    this.#reading.textContent = `${place}: mask ${value.toFixed(2)}, evidence ${evidence.toFixed(2)}`;
    for (const { cross } of Object.values(this.#figures)) {
      cross.hidden = false;
      cross.style.left = `${((this.#at.x + 0.5) / width) * 100}%`;
      cross.style.top = `${((this.#at.y + 0.5) / height) * 100}%`;
    }
  }
}

/** @param {Result | null} result */
function shapeOf(result) {
  if (!result) return null;
  const { pictures, grid, keeps } = result;
  if (pictures) return { width: pictures.width, height: pictures.height, mask: pictures.mask, keeps };
  return grid && { width: grid.cols, height: grid.rows, mask: grid.values, keeps };
}
