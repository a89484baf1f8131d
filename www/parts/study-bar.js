/** The button that begins a study, and its progress. */
import { isReady } from "../app/facts.js";
import { el } from "./dom.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/studies.js").Study} Study */

/** The stages of studies in words. @type {Record<string, string>} */
const STAGES = {
  rule: "Testing deletions",
  change: "Trying changes",
  look: "Looking at pictures",
  confirm: "Confirming",
  parts: "Deleting parts",
  attack: "Attacking",
  mask: "Learning masks",
  calibrate: "Calibrating the detector",
  judge: "Judging",
  learn: "Learning",
  collect: "Collecting cues",
};

export class StudyBar {
  #context;
  #begin;
  #stop = el("button", { type: "button", hidden: true }, "Stop");
  #bar = el("progress", { hidden: true, max: "1" });
  #words = el("p", { class: "hint numbers" });
  #label;
  #after = "";
  element;

  /**
   * @param {Context} context
   * @param {string} id of the button that begins
   * @param {string} label the button's text
   * @param {() => unknown} begin
   */
  constructor(context, id, label, begin) {
    this.#context = context;
    this.#label = label;
    this.#begin = el("button", { type: "button", id, class: "primary" }, label);
    this.#bar.setAttribute("aria-label", `Progress: ${label}`);
    this.#stop.id = `${id}-stop`;
    this.#begin.addEventListener("click", () => void begin());
    this.#stop.addEventListener("click", () => context.jobs.cancel());
    const row = el("div", { class: "row" }, this.#begin, this.#stop);
    this.element = el("div", { class: "study-bar" }, row, this.#bar, this.#words);
  }

  /** Shows a text instead of the progress. @param {string} words */
  say(words) {
    this.#words.textContent = words;
  }

  /** Sets the button's text. @param {string} label */
  name(label) {
    this.#label = label;
    this.#begin.textContent = label + this.#after;
  }

  /** @param {Study | undefined} study @param {boolean} [possible] whether it could begin now */
  show(study, possible = true) {
    const { now } = this.#context.store;
    const running = study?.state === "running";
    const { progress } = study ?? {};
    this.#begin.disabled = running || !possible || !isReady(now);
    this.#after = study && !running ? " again" : "";
    this.#begin.textContent = this.#label + this.#after;
    this.#begin.classList.toggle("primary", !study);
    this.#stop.hidden = !running;
    this.#stop.textContent = now.job?.ending ? "Stop at once" : "Stop";
    this.#bar.hidden = !running;
    if (progress) Object.assign(this.#bar, { max: Math.max(progress.total, 1), value: progress.iteration });
    this.#words.textContent = studyWords(study);
    this.element.dataset.state = study?.state ?? "none";
  }
}

/** @param {Study | undefined} study @returns {string} its progress */
export function studyWords(study) {
  if (!study) return "";
  const { state, progress, why } = study;
  if (state === "failed") return why;
  if (!progress) return state === "running" ? "Beginning…" : "Stopped before the first step.";
  const { iteration, total, stage, words } = progress;
  const far = `${iteration} of ${total}`;
  if (state === "stopped") return `Stopped at ${far}: what was found until then is shown.`;
  return state === "running" ? [STAGES[stage] ?? stage, far, words].filter(Boolean).join(" · ") : "";
}
