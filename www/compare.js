/** Two pictures on one spot, divided by a slider. */
import { byId, paint } from "./dom.js";

const box = byId("two-up", HTMLDivElement);
const left = byId("compare-left", HTMLCanvasElement);
const right = byId("compare-right", HTMLCanvasElement);
const split = byId("compare-split", HTMLInputElement);
const choice = byId("compare-with", HTMLSelectElement);

/** @typedef {{width: number, height: number, original: Uint8Array, deleted: Uint8Array, preserved: Uint8Array, heat: HTMLCanvasElement}} Sides */

/** @type {Sides | null} */
let sides = null;

export function initCompare() {
  split.addEventListener("input", move);
  choice.addEventListener("change", draw);
  // The slider is the control; dragging on the picture is the same slider.
  const follow = (/** @type {PointerEvent} */ event) => {
    if (event.type !== "pointerdown" && event.buttons === 0) return;
    const { left: x, width } = box.getBoundingClientRect();
    split.value = String(Math.round(((event.clientX - x) / width) * 100));
    move();
  };
  box.addEventListener("pointerdown", follow);
  box.addEventListener("pointermove", follow);
  move();
}

/** @param {Sides} next */
export function setSides(next) {
  sides = next;
  draw();
}

/** Draws the chosen right side again, e.g. after the colours changed. */
export function draw() {
  if (!sides) return;
  const { width, height } = sides;
  paint(left, sides.original, width, height);
  if (choice.value === "heat") {
    right.width = width;
    right.height = height;
    right.getContext("2d")?.drawImage(sides.heat, 0, 0);
  } else paint(right, choice.value === "preserved" ? sides.preserved : sides.deleted, width, height);
  right.setAttribute("aria-label", `Right: ${choice.selectedOptions[0]?.textContent ?? ""}`);
}

function move() {
  box.style.setProperty("--split", `${split.value}%`);
  split.setAttribute("aria-valuetext", `${split.value} % original`);
}
