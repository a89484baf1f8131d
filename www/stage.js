/** The large picture: the part of the photo the model sees, and the heat map growing on it. */
import { layer } from "./colour.js";
import { byId, context, paint } from "./dom.js";

/** Device pixels of the stage's longer side; the photo is drawn at it, the heat map scaled up to it. */
const SIDE = 896;

const canvas = byId("stage", HTMLCanvasElement);
const frame = byId("stage-frame", HTMLDivElement);
const loading = byId("stage-loading", HTMLParagraphElement);
const heat = document.createElement("canvas");
const base = document.createElement("canvas");

/**
 * @param {{width: number, height: number, original: Uint8Array}} seen what the model sees, at its size
 * @param {{bitmap: ImageBitmap, crop: {x: number, y: number, side: number} | null} | null} photo
 *   the photo, with the crop in the bitmap's pixels, where it can be shown finer than the model sees it
 */
export function setPicture(seen, photo) {
  const scale = SIDE / Math.max(seen.width, seen.height);
  base.width = canvas.width = Math.round(seen.width * scale);
  base.height = canvas.height = Math.round(seen.height * scale);
  const to = context(base);
  to.imageSmoothingQuality = "high";
  if (photo?.crop) {
    const { x, y, side } = photo.crop;
    to.drawImage(photo.bitmap, x, y, side, side, 0, 0, base.width, base.height);
  } else {
    paint(heat, seen.original, seen.width, seen.height);
    to.drawImage(heat, 0, 0, base.width, base.height);
  }
  clearHeat();
}

/** The picture alone, without a heat map. */
function clearHeat() {
  context(canvas).drawImage(base, 0, 0);
}

/** @typedef {"heat" | "deleted" | "original"} View */

/**
 * A run's pictures on the stage.
 *
 * @param {import("./types.js").Pictures} pictures
 * @param {View} view
 * @param {import("./colour.js").ColourMap} colours
 * @param {number} opacity
 */
export function drawView({ width, height, mask, deleted }, view, colours, opacity) {
  clearHeat();
  if (view === "original") return;
  paint(heat, view === "heat" ? layer(mask, colours, opacity) : deleted, width, height);
  const to = context(canvas);
  to.imageSmoothingQuality = "high";
  to.drawImage(heat, 0, 0, canvas.width, canvas.height);
}

/** @param {string} text in words what the stage shows */
export function describe(text) {
  canvas.setAttribute("aria-label", text);
}

/** @param {string} caption @param {string[]} notes */
export function setCaption(caption, notes) {
  byId("stage-caption", HTMLElement).textContent = caption;
  byId("stage-notes", HTMLElement).textContent = notes.join(" ");
}

/** @param {string} text what is being waited for; empty when nothing is */
export function setLoading(text) {
  loading.textContent = text;
  frame.toggleAttribute("data-loading", text !== "");
}
