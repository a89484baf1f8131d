/** Which annotated parts carry the answer, on the built-in world. */
import { builtin } from "../../app/facts.js";
import { aboutModel, study, studyOf } from "../../app/studies.js";
import { signed } from "../../core/trials.js";
import { number, table, whisker } from "../../parts/bar.js";
import { el, within } from "../../parts/dom.js";
import { StudyBar } from "../../parts/study-bar.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").PartsTest} Found */

export class Parts {
  #root;
  #context;
  #bar;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    this.#bar = new StudyBar(context, "parts-test", "Delete the parts", () => this.#run());
    within(root, "parts-sentence", HTMLElement).before(this.#bar.element);
  }

  get #study() {
    return studyOf(this.#context.store.now, "parts", aboutModel(this.#context.store.now));
  }

  #run() {
    return study(this.#context, "parts", {}, aboutModel(this.#context.store.now));
  }

  update() {
    const known = builtin(this.#context.store.now) !== null;
    this.#bar.show(this.#study, known);
    if (!known) this.#bar.say("This needs a model of the built-in world: choose one above.");
    /** @type {Found | null} */
    const found = this.#study?.found?.right ? this.#study.found : null;
    within(this.#root, "parts-sentence", HTMLElement).hidden = !found?.sentence;
    within(this.#root, "parts-table", HTMLElement).hidden = !found;
    if (!found) return;
    within(this.#root, "parts-sentence", HTMLElement).textContent = found.sentence;
    const rows = found.parts.map(({ name, importance, interval, n }) => {
      const shown = number(signed(importance), "", null);
      return [name, el("span", { class: "effect" }, whisker(importance, interval), shown), String(n)];
    });
    const heads = ["Part", "Importance", "Pictures"];
    within(this.#root, "parts-table", HTMLElement).replaceChildren(table("Importance of parts", heads, rows));
  }
}
