/** What is seen of a run while it lasts: the stage with the growing heat map, progress, curves. */
import { byId, context, paint } from "./dom.js";
import { drawCurve, layer } from "./draw.js";
import { duration, rate, score, shortLabel } from "./words.js";

// -------- The large picture

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
 * @param {import("./draw.js").ColourMap} colours
 * @param {number} opacity
 */
export function drawView({ width, height, evidence, deleted }, view, colours, opacity) {
  clearHeat();
  if (view === "original") return;
  paint(heat, view === "heat" ? layer(evidence, colours, opacity) : deleted, width, height);
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

// -------- What is seen of a run while it lasts

const bar = byId("progress-bar", HTMLProgressElement);
const text = byId("progress-text", HTMLSpanElement);
const see = byId("see", HTMLButtonElement);

/** @typedef {"idle" | "running" | "paused"} Phase */

/** @param {Phase} phase @param {{label: string, ready: boolean}} what */
export function showPhase(phase, { label, ready }) {
  const running = phase !== "idle";
  const run = byId("run", HTMLButtonElement);
  const pause = byId("pause", HTMLButtonElement);
  run.disabled = !ready;
  run.textContent = running ? "Start again" : `Explain ${label ? `“${shortLabel(label)}”` : ""}`;
  run.classList.toggle("primary", !running);
  pause.hidden = !running;
  pause.textContent = phase === "paused" ? "Go on" : "Pause";
  pause.setAttribute("aria-pressed", String(phase === "paused"));
  byId("cancel", HTMLButtonElement).hidden = !running;
  document.body.toggleAttribute("data-running", running);
}

/** @param {string} words before the first step */
export function showWaiting(words) {
  byId("progress", HTMLDivElement).hidden = false;
  bar.removeAttribute("value");
  see.hidden = true;
  text.textContent = words;
}

/** @param {import("./types.js").Tick} tick @returns {string} in words, as for a screen reader */
export function showTick({ progress, rate: perSecond }) {
  byId("progress", HTMLDivElement).hidden = false;
  bar.max = progress.total;
  bar.value = progress.iteration;
  const left = perSecond > 0 ? (progress.total - progress.iteration) / perSecond : NaN;
  const words = [
    `${progress.iteration} of ${progress.total}`,
    `${rate(perSecond)} it/s`,
    progress.done ? "done" : `${duration(left)} left`,
    // Where nothing is minimised there is no score on the way.
    ...(progress.objective === null ? [] : [`score ${score(progress.score)}`]),
  ];
  text.textContent = words.join(" · ");
  return words.join(", ");
}

/**
 * @param {import("./types.js").Curves} curves
 * @param {number} total
 * @param {string} label
 * @param {number} start the score of the untouched picture, the top of its axis
 */
export function showCurves(curves, total, label, start) {
  byId("curves", HTMLDivElement).hidden = curves.objective.length === 0;
  byId("curve-label", HTMLElement).textContent = shortLabel(label);
  drawCurve(/** @type {any} */ (document.getElementById("curve-score")), `Score of ${shortLabel(label)}`, curves.score, total, [0, Math.max(start, 0.01)]);
  drawCurve(/** @type {any} */ (document.getElementById("curve-objective")), "Objective", curves.objective, total);
}

/** @param {string} words the last ones of a run; empty hides the line @param {boolean} [evidence] there is some to see */
export function showEnd(words, evidence = false) {
  see.hidden = !evidence;
  byId("progress", HTMLDivElement).hidden = words === "";
  if (!bar.hasAttribute("value")) bar.value = 0;
  text.textContent = words;
}
