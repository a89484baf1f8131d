/** Two pictures in the same place, divided by a slider. */
import { fromMarkup, paint, pen, within } from "../dom.js";

/**
 * @typedef {Pick<import("../../types.js").Pictures, "width" | "height" | "original" | "deleted" | "preserved">} Sides
 */

const MARKUP = `
  <div class="frame two-up" id="two-up">
    <canvas id="compare-left" role="img" aria-label="Left: the original"></canvas>
    <canvas id="compare-right" role="img" aria-label="Right: the deleted picture"></canvas>
    <span class="split" aria-hidden="true"></span>
  </div>
  <div class="compare-bar">
    <label for="compare-split">Original</label>
    <input id="compare-split" type="range" min="0" max="100" step="1" value="50"
      aria-label="Divide between the original and the other picture" />
    <label class="unseen" for="compare-with">Compare the original with</label>
    <select id="compare-with">
      <option value="deleted">Deleted</option>
      <option value="preserved">Preserved</option>
      <option value="heat">Heat map</option>
    </select>
  </div>`;

/** Titles of the right side, by the value of the choice. */
const NAMES = /** @type {Record<string, string>} */ ({ deleted: "Deleted", preserved: "Preserved", heat: "Heat map" });

export class TwoUp {
  /** @type {(Sides & {heat: HTMLCanvasElement}) | null} */
  #sides = null;
  #box;
  #left;
  #right;
  #split;
  #choice;

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(fromMarkup(MARKUP));
    this.#box = within(root, "two-up", HTMLDivElement);
    this.#left = within(root, "compare-left", HTMLCanvasElement);
    this.#right = within(root, "compare-right", HTMLCanvasElement);
    this.#split = within(root, "compare-split", HTMLInputElement);
    this.#choice = within(root, "compare-with", HTMLSelectElement);
    this.#split.addEventListener("input", () => this.#move());
    this.#choice.addEventListener("change", () => this.#draw());
    // The slider is the control. Dragging on the picture moves it.
    for (const kind of /** @type {const} */ (["pointerdown", "pointermove"])) {
      this.#box.addEventListener(kind, (event) => this.#follow(event));
    }
    this.#move();
  }

  /** @param {Sides & {heat: HTMLCanvasElement}} sides */
  show(sides) {
    this.#sides = sides;
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    if (event.type !== "pointerdown" && event.buttons === 0) return;
    const { left, width } = this.#box.getBoundingClientRect();
    this.#split.value = String(Math.round(((event.clientX - left) / width) * 100));
    this.#move();
  }

  #draw() {
    if (!this.#sides) return;
    const { width, height, original, deleted, preserved, heat } = this.#sides;
    paint(this.#left, original, width, height);
    if (this.#choice.value === "heat") {
      Object.assign(this.#right, { width, height });
      pen(this.#right).drawImage(heat, 0, 0);
    } else paint(this.#right, this.#choice.value === "preserved" ? preserved : deleted, width, height);
    this.#right.setAttribute("aria-label", `Right: ${NAMES[this.#choice.value]}`);
  }

  #move() {
    this.#box.style.setProperty("--split", `${this.#split.value}%`);
    this.#split.setAttribute("aria-valuetext", `${this.#split.value} % original`);
  }
}
