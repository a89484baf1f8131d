/** What restores the clean answer: the mask as set by two sliders, its controls, a blur, and votes. */
import { el, within } from "../../parts/dom.js";
import { number, table } from "../../parts/bar.js";
import { SIGMAS, answerWords, maskOf, recoverWords, ways } from "./bench.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").DuelTold} Told */
/** @typedef {import("../../types.js").ToldMask} ToldMask */
/** @typedef {import("../../types.js").Named} Named */

export class Recovery {
  #root;
  #context;
  #exhibit;
  /** @type {Told | null} */
  #told = null;
  #task = 0;
  /**
   * The answers for the sliders' values, and their subject. @type {{of: string, clean?: ToldMask, attacked?: ToldMask}}
   */
  #masks = { of: "" };

  /** @param {HTMLElement} root @param {Context} context @param {import("../../parts/exhibit.js").Exhibit} exhibit */
  constructor(root, context, exhibit) {
    this.#root = root;
    this.#context = context;
    this.#exhibit = exhibit;
    for (const name of ["threshold", "sigma"])
      within(root, name, HTMLInputElement).addEventListener("input", () => void this.#ask());
    within(root, "recipe", HTMLSelectElement).addEventListener("change", () => this.#takeUsual());
    this.#takeUsual();
  }

  get #recipe() {
    return within(this.#root, "recipe", HTMLSelectElement).value;
  }

  #takeUsual() {
    within(this.#root, "sigma", HTMLInputElement).value = String(SIGMAS[this.#recipe]);
    void this.#ask();
  }

  /** @param {boolean} attacked @returns {object} the question to the bench */
  #wish(attacked) {
    const threshold = within(this.#root, "threshold", HTMLInputElement).valueAsNumber;
    const sigma_px = within(this.#root, "sigma", HTMLInputElement).valueAsNumber;
    return { attacked, recipe: this.#recipe, threshold: threshold || null, sigma_px };
  }

  /** @param {Told | null} told @param {number} task */
  show(told, task) {
    this.#told = told;
    this.#task = task;
    void this.#ask();
  }

  /** Asks with the sliders' values. Answers to an older question are dropped. */
  async #ask() {
    this.#showSliders();
    const told = this.#told;
    const sides = /** @type {const} */ (["clean", "attacked"]);
    const there = sides.filter((side) => told && maskOf(told[side], this.#recipe));
    const of = JSON.stringify([this.#task, this.#wish(true), there]);
    if (of !== this.#masks.of) {
      this.#masks = { ...this.#masks, of };
      const { call, handle } = this.#context;
      const ask = (/** @type {string} */ side) =>
        call("taskAsk", { task: this.#task, question: this.#wish(side === "attacked") });
      try {
        const answers = await Promise.all(there.map(ask));
        if (this.#masks.of !== of) return;
        this.#masks = { of, ...Object.fromEntries(there.map((side, at) => [side, answers[at]])) };
      } catch (error) {
        if (/** @type {any} */ (error).kind !== "gone") handle(error);
      }
    }
    // The view may have been left before the answers arrived.
    if (this.#root.querySelector("#recover-sentence")) this.#show();
  }

  #showSliders() {
    const threshold = within(this.#root, "threshold", HTMLInputElement);
    const sigma = within(this.#root, "sigma", HTMLInputElement);
    const cut = threshold.valueAsNumber ? `above ${threshold.valueAsNumber.toFixed(2)} deleted whole` : "the soft mask";
    within(this.#root, "threshold-note", HTMLOutputElement).value = cut;
    within(this.#root, "sigma-note", HTMLOutputElement).value = `${sigma.value} px`;
    threshold.setAttribute("aria-valuetext", cut);
    sigma.setAttribute("aria-valuetext", `${sigma.value} pixels`);
  }

  #show() {
    const told = this.#told;
    const rows = told ? ways(told, this.#masks) : [];
    const original = told?.attack?.before.class ?? -1;
    const words = told?.attack?.succeeded ? recoverWords(rows, original) : "";
    const sentence = within(this.#root, "recover-sentence", HTMLElement);
    const place = within(this.#root, "recover-table", HTMLElement);
    sentence.hidden = !words;
    sentence.textContent = words;
    place.hidden = !told?.attacked;
    if (!told?.attacked) return;
    const body = rows.map(({ title, clean, attacked, way }) => [
      title,
      this.#cell(attacked, original, title, way, true),
      this.#cell(clean, original, title, way, false),
    ]);
    const heads = ["What is done", "Attacked picture", "Clean picture"];
    place.replaceChildren(table("Answers after each way to recover", heads, body));
  }

  /**
   * @param {Named | undefined} answer
   * @param {number} original
   * @param {string} title
   * @param {number} way
   * @param {boolean} attacked
   */
  #cell(answer, original, title, way, attacked) {
    if (!answer) return el("span", { class: "hint" }, "…");
    const right = answer.class === original;
    const open = way < 0 ? null : () => this.#open(title, way, attacked);
    const mark = attacked ? (right ? "back" : "not back") : right ? "kept" : "broken";
    const state = el("span", { class: right ? "good" : "caveat" }, ` ${mark}`);
    return el(
      "span",
      {},
      number(answerWords(answer), `the ${attacked ? "attacked" : "clean"} picture, ${title}`, open),
      state,
    );
  }

  /** @param {string} title @param {number} way @param {boolean} attacked */
  #open(title, way, attacked) {
    const item = { title: attacked ? "Attacked" : "Clean", id: `${way}:${JSON.stringify(this.#wish(attacked))}` };
    const note = "What the model sees after it.";
    return this.#exhibit.show(title, note, this.#task, [item]);
  }
}
