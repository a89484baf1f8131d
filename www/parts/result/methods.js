/** The methods paragraph of a result and its citations, for copying. */
import { studyOf } from "../../app/studies.js";
import { bibtex, methodsText } from "../../core/methods-text.js";
import { el, fromMarkup, within } from "../dom.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../types.js").Context} Context */

const MARKUP = `
  <details id="methods" class="methods-note">
    <summary>Methods paragraph and citations</summary>
    <div class="methods-body">
      <label id="methods-text-label" for="methods-text">What was done, with every setting of this run</label>
      <textarea id="methods-text" lang="en" rows="10" readonly></textarea>
      <label id="methods-bibtex-label" for="methods-bibtex">BibTeX</label>
      <textarea id="methods-bibtex" rows="10" readonly spellcheck="false"></textarea>
    </div>
  </details>`;

export class Methods {
  #root;
  #context;
  /** @type {Result | null} */
  #result = null;

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    place.append(fromMarkup(MARKUP));
    this.#root = within(place, "methods", HTMLDetailsElement);
    this.#context = context;
    this.#root.addEventListener("toggle", () => this.#write());
    for (const id of ["methods-text", "methods-bibtex"]) {
      const text = within(place, id, HTMLTextAreaElement);
      const copy = el("button", { type: "button", id: `${id}-copy`, "aria-describedby": `${id}-label` }, "Copy");
      copy.addEventListener("click", () => void this.#copy(text, copy));
      text.after(copy);
    }
  }

  /** @param {Result} result */
  show(result) {
    this.#result = result;
    this.#root.hidden = !result.report;
    this.#write();
  }

  /** A test of the result may have ended. */
  update() {
    this.#write();
  }

  #write() {
    const { now } = this.#context.store;
    const { report } = this.#result ?? {};
    if (!this.#root.open || !report || !now.registry) return;
    const { state, found } = studyOf(now, "deletion", report) ?? {};
    const read = JSON.parse(report);
    const text = methodsText(read, now.registry, state === "done" ? found : null);
    this.#say("methods-text", text);
    this.#say("methods-bibtex", bibtex(read));
  }

  /** Another text was not copied yet. @param {string} id @param {string} text */
  #say(id, text) {
    const place = within(this.#root, id, HTMLTextAreaElement);
    if (place.value === text) return;
    place.value = text;
    within(this.#root, `${id}-copy`, HTMLButtonElement).textContent = "Copy";
  }

  /** @param {HTMLTextAreaElement} text @param {HTMLButtonElement} button */
  async #copy(text, button) {
    try {
      await navigator.clipboard.writeText(text.value);
      button.textContent = "Copied";
      this.#context.voice.say("Copied.");
    } catch {
      text.select();
      this.#context.voice.note("The browser did not allow it: the text is selected, press Ctrl C or ⌘ C.");
    }
  }
}
