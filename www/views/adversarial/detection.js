/** Whether the rule f(x) = f(T x) tells the attacked picture from clean ones. */
import { table } from "../../parts/bar.js";
import { within } from "../../parts/dom.js";
import { answerWords, detectWords } from "./bench.js";
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
    for (const part of ["sentence", "chart", "table"])
      within(this.#root, `detect-${part}`, HTMLElement).hidden = !there;
    if (!told?.attacked) return;
    const words = detectWords(told);
    within(this.#root, "detect-sentence", HTMLElement).textContent = words;
    within(this.#root, "detect-chart", HTMLElement).replaceChildren(detectChart(told, words));
    const rows = told.attacked.looks.map(({ title, answer, change }, at) => {
      const clean = told.clean?.looks[at];
      const beside = clean ? `${answerWords(clean.answer)}, ${clean.change.toFixed(2)}` : "…";
      return [title, `${answerWords(answer)}, ${change.toFixed(2)}`, beside];
    });
    const heads = ["Light edit", "Attacked: answer, change", "Clean: answer, change"];
    within(this.#root, "detect-table", HTMLElement).replaceChildren(table("Answers after light edits", heads, rows));
  }
}
