/** Whether two rules tell the attacked picture from clean ones: the cheap rule and the wide one. */
import { table } from "../../parts/bar.js";
import { el, within } from "../../parts/dom.js";
import { DETECTORS, answerWords, detectRows, detectWords } from "./bench.js";
import { detectChart } from "./detect-chart.js";

/** @typedef {import("../../types.js").DuelTold} Told */

export class Detection {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {Told | null} told */
  show(told) {
    const there = Boolean(told?.attacked);
    for (const part of ["sentence", "rules", "chart", "table"])
      within(this.#root, `detect-${part}`, HTMLElement).hidden = !there;
    if (!told?.attacked) return;
    const words = detectWords(told);
    within(this.#root, "detect-sentence", HTMLElement).textContent = words;
    const rules = ["Rule", "Attacked", "Clean", "Threshold", "Calibrating pictures above it"];
    within(this.#root, "detect-rules", HTMLElement).replaceChildren(table("The two rules", rules, detectRows(told)));
    // A detector without a score for the picture has nothing to draw.
    const charts = told.detectors.filter(({ attacked }) => attacked).map((told) => chart(told));
    within(this.#root, "detect-chart", HTMLElement).replaceChildren(...charts);
    const rows = told.attacked.looks.map(({ title, answer, change }, at) => {
      const clean = told.clean?.looks[at];
      const beside = clean ? `${answerWords(clean.answer)}, ${clean.change.toFixed(2)}` : "…";
      return [title.replace(/-(?=\d)/g, "−"), `${answerWords(answer)}, ${change.toFixed(2)}`, beside];
    });
    const heads = ["Light edit", "Attacked: answer, change", "Clean: answer, change"];
    within(this.#root, "detect-table", HTMLElement).replaceChildren(table("Answers after light edits", heads, rows));
  }
}

/** @param {import("../../types.js").ToldDetector} told @returns {HTMLElement} */
function chart(told) {
  const title = DETECTORS[told.detector];
  return el("figure", {}, el("figcaption", { class: "hint" }, title), detectChart(told, title));
}
