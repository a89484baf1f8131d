/** The table of an evaluation: methods by figures, with intervals. Each number opens its pictures. */
import { coloursOf } from "../../app/facts.js";
import { layer } from "../../core/colours.js";
import { number, table } from "../../parts/bar.js";
import { el, paint, pen } from "../../parts/dom.js";
import { behind, cellText, figureText } from "./figures.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").EvaluationTold} Told */
/** @typedef {import("../../types.js").EvaluationColumn} Column */

export class Table {
  #place;
  #context;
  #exhibit;
  #told = "";

  /** @param {HTMLElement} place @param {Context} context @param {import("../../parts/exhibit.js").Exhibit} exhibit */
  constructor(place, context, exhibit) {
    this.#place = place;
    this.#context = context;
    this.#exhibit = exhibit;
  }

  /** @param {Told} told @param {number} task @param {(name: string) => string} titleOf */
  show(told, task, titleOf) {
    const { rows, columns } = told.summary;
    const look = JSON.stringify([task, rows, columns.map(({ cells }) => cells.map(({ mean, n }) => [mean, n]))]);
    if (look === this.#told) return;
    this.#told = look;
    const body = rows.map(({ name, control, refused, reason }, row) => {
      const title = control ? `${name.replace("-", " ")} (control)` : titleOf(name);
      const head = el("span", control ? { class: "hint" } : {}, title);
      if (refused) head.title = reason ?? "";
      return [head, ...columns.map((column) => this.#cell(told, task, column, row, title))];
    });
    const heads = ["Method", ...columns.map(({ name, better }) => `${name} ${better === "higher" ? "↑" : "↓"}`)];
    const made = table("Methods and controls by figure", heads, body);
    const marks = made.querySelectorAll("thead th");
    columns.forEach(({ meaning }, at) => marks[at + 1].setAttribute("title", meaning));
    this.#place.replaceChildren(made);
  }

  /** @param {Told} told @param {number} task @param {Column} column @param {number} row @param {string} title */
  #cell(told, task, column, row, title) {
    const { control } = told.summary.rows[row];
    const { text, interval, best, tie } = cellText(column.cells[row], column, row, control);
    const pictures = behind(told, column, row);
    const label = `pictures of ${title}, ${column.name}`;
    const open = pictures.length ? () => this.#open(told, task, column, row, title) : null;
    const shown = number(tie ? `= ${text}` : text, label, open);
    if (best) shown.classList.add("best");
    return el("span", { class: "figure" }, shown, el("span", { class: "hint numbers" }, interval));
  }

  /** @param {Told} told @param {number} task @param {Column} column @param {number} row @param {string} title */
  #open(told, task, column, row, title) {
    const method = told.summary.rows[row].name;
    const items = behind(told, column, row).map(({ number: at, name, label, value }) => ({
      title: figureText(value, column.digits),
      why: `${label}, ${name}`,
      id: `photo:${at}`,
      draw: (/** @type {HTMLCanvasElement} */ canvas) => this.#drawMap(canvas, task, `map:${at}:${method}`),
    }));
    return this.#exhibit.show(`${title}: ${column.name}`, `${column.meaning} The worst first.`, task, items);
  }

  /** Draws a small map over the picture. @param {HTMLCanvasElement} canvas @param {number} task @param {string} id */
  async #drawMap(canvas, task, id) {
    const { call, store } = this.#context;
    const map = await call("taskMap", { task, id }).catch(() => null);
    if (!map) return;
    const side = Math.round(Math.sqrt(map.length));
    const small = el("canvas");
    paint(small, layer(map, coloursOf(store.now), store.now.state.opacity), side, side);
    const to = pen(canvas);
    to.imageSmoothingQuality = "high";
    to.drawImage(small, 0, 0, canvas.width, canvas.height);
  }
}
