/** Model: the file, how a picture becomes its input, and every answer that it can give. */
import { targetIndex } from "../../app/facts.js";
import { count, matches } from "../../core/words.js";
import { el, fromMarkup, within } from "../../parts/dom.js";
import { ModelDetails } from "../../parts/model-details.js";
import { mounting } from "../../parts/mounting.js";
import { Subject } from "../../parts/subject.js";
import { MARKUP } from "./markup.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */

export const id = "model";
export const title = "Model";

/** Largest number of classes that are listed at once. */
const MOST = 120;

class View {
  #root;
  #context;
  #subject;
  #details;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    root.append(fromMarkup(MARKUP));
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "An answer to explain");
    this.#details = new ModelDetails(within(root, "details", HTMLElement), context);
    within(root, "classes-search", HTMLInputElement).addEventListener("input", () => this.#showClasses());
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    this.#details.update(names);
    if (names.has("model") || names.has("answers") || names.has("state")) this.#showClasses();
  }

  /** The classes that match the typed text. Pressing one asks why the model would give that answer. */
  #showClasses() {
    const { now } = this.#context.store;
    const labels = now.model?.labels ?? [];
    const found = matches(labels, within(this.#root, "classes-search", HTMLInputElement).value, labels.length);
    const some = found.slice(0, MOST);
    const chosen = targetIndex(now);
    within(this.#root, "classes-line", HTMLElement).textContent = labels.length
      ? `It knows ${count(labels.length)} classes. Choose one to explain what would speak for it in this picture.`
      : "";
    const rest = found.length > some.length ? `; the first ${some.length} are listed` : "";
    within(this.#root, "classes-found", HTMLElement).textContent = `${count(found.length)} match${rest}.`;
    const items = some.map((index) => this.#item(index, labels[index], index === chosen));
    within(this.#root, "classes", HTMLUListElement).replaceChildren(...items);
  }

  /** @param {number} index @param {string} label @param {boolean} chosen @returns {HTMLLIElement} */
  #item(index, label, chosen) {
    const number = el("span", { class: "hint numbers" }, String(index));
    const button = el("button", { type: "button", "aria-pressed": String(chosen) }, number, " ", label);
    button.addEventListener("click", () => {
      this.#context.opening.choose(index, "");
      this.#context.go("explain");
    });
    return el("li", {}, button);
  }
}

export const { mount, unmount, onEvent } = mounting(View);
