/** A heat map over a picture, and the legend of its colours. */
import { layer, table } from "../core/colours.js";
import { el, paint, pen } from "./dom.js";

/** @typedef {import("../core/colours.js").ColourMap} ColourMap */
/** @typedef {Pick<import("../types.js").Pictures, "width" | "height" | "original" | "evidence">} Shown */

/** @param {HTMLCanvasElement} canvas @param {Shown} pictures @param {ColourMap} colours @param {number} opacity */
export function drawOverlay(canvas, { width, height, original, evidence }, colours, opacity) {
  paint(canvas, original, width, height);
  const over = new OffscreenCanvas(width, height);
  over.getContext("2d")?.putImageData(new ImageData(layer(evidence, colours, opacity), width, height), 0, 0);
  pen(canvas).drawImage(over, 0, 0);
}

/**
 * A scale from 0 (no evidence) to 1 (all evidence).
 *
 * @param {string} label
 * @param {string[]} marks along the scale
 * @returns {{element: HTMLElement, canvas: HTMLCanvasElement, draw: (colours: ColourMap) => void}}
 */
export function legend(label, marks) {
  const canvas = el("canvas", { width: "256", height: "1", role: "img", "aria-label": label });
  const numbers = marks.map((mark) => el("span", {}, mark));
  const line = el("div", { class: "legend-numbers numbers", "aria-hidden": "true" }, ...numbers);
  return {
    element: el("div", { class: "legend" }, canvas, line),
    canvas,
    draw: (colours) => drawScale(canvas, colours),
  };
}

/** @param {HTMLCanvasElement} canvas @param {ColourMap} colours */
function drawScale(canvas, colours) {
  const rgb = table(colours);
  const rgba = new Uint8ClampedArray(256 * 4).fill(255);
  for (let i = 0; i < 256; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  paint(canvas, rgba, 256, 1);
}
