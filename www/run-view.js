/** What is seen of a run while it lasts: progress, rate, time left, curves. */
import { byId } from "./dom.js";
import { drawCurve } from "./curves.js";
import { duration, rate, score } from "./format.js";
import { shortLabel } from "./labels.js";

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
    `score ${score(progress.score)}`,
  ];
  text.textContent = words.join(" · ");
  return words.join(", ");
}

/** @param {import("./types.js").Curves} curves @param {number} total @param {string} label */
export function showCurves(curves, total, label) {
  byId("curves", HTMLDivElement).hidden = false;
  byId("curve-label", HTMLElement).textContent = shortLabel(label);
  drawCurve(/** @type {any} */ (document.getElementById("curve-score")), `Score of ${shortLabel(label)}`, curves.score, total, [0, 1]);
  drawCurve(/** @type {any} */ (document.getElementById("curve-objective")), "Objective", curves.objective, total);
}

/** @param {string} words the last ones of a run; empty hides the line @param {boolean} [evidence] there is some to see */
export function showEnd(words, evidence = false) {
  see.hidden = !evidence;
  byId("progress", HTMLDivElement).hidden = words === "";
  if (!bar.hasAttribute("value")) bar.value = 0;
  text.textContent = words;
}
