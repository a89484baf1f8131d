/** The model's answers as buttons that choose the class, and a search over all labels. */
import { matches, percent, shortLabel } from "../core/words.js";
import { el, fromMarkup, within } from "./dom.js";

const MOST_OPTIONS = 60;

/** @typedef {"" | "with" | "against"} Role what choosing a class does */
/** @typedef {{choose: (index: number, role: Role) => void, leaveOut: (index: number) => void}} Deeds */
/** @typedef {import("../types.js").Answer} Answer */

const MARKUP = `
  <div id="answers" class="answers" role="group" aria-labelledby="answers-title"></div>
  <ul id="beside" class="beside" aria-label="Classes beside it" hidden></ul>
  <div class="search">
    <label class="unseen" for="class-role">What choosing a class does</label>
    <select id="class-role">
      <option value="">Explain</option>
      <option value="with">Add to the answer</option>
      <option value="against">Hold against it</option>
    </select>
    <input id="class-search" type="text" aria-label="Search all classes" role="combobox" autocomplete="off"
      spellcheck="false" aria-expanded="false" aria-controls="class-options" aria-autocomplete="list"
      placeholder="any class: search all labels" />
    <ul id="class-options" role="listbox" aria-label="Classes" tabindex="-1" hidden></ul>
  </div>`;

export class ClassSearch {
  element = el("div", { class: "class-search" });
  /** @type {string[]} */
  #labels = [];
  /** The classes that are offered, in the order of the list. @type {number[]} */
  #offered = [];
  #active = -1;
  /** The field's text while nobody searches: a chosen class that is not among the answers. */
  #resting = "";
  /** @type {Answer[] | null} */
  #answers = null;
  #deeds;
  #places;

  /** @param {Deeds} deeds */
  constructor(deeds) {
    this.#deeds = deeds;
    this.element.append(fromMarkup(MARKUP));
    const { element } = this;
    this.#places = {
      answers: within(element, "answers", HTMLDivElement),
      beside: within(element, "beside", HTMLUListElement),
      role: within(element, "class-role", HTMLSelectElement),
      search: within(element, "class-search", HTMLInputElement),
      options: within(element, "class-options", HTMLUListElement),
    };
    this.#listen();
  }

  #listen() {
    const { search, options } = this.#places;
    search.addEventListener("input", () => this.#open());
    search.addEventListener("focus", () => this.#open());
    search.addEventListener("blur", () => {
      this.#show(false);
      search.value = this.#resting;
    });
    search.addEventListener("keydown", (event) => this.#key(event));
    // This comes before the blur, which would close the list.
    options.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option?.dataset.index) this.#take(Number(option.dataset.index));
    });
  }

  /**
   * @param {Answer[]} answers
   * @param {number | undefined} target the explained class
   * @param {string[]} labels of all classes
   * @param {{sign: string, index: number}[]} besides summed with the target or contrasted with it
   */
  show(answers, target, labels, besides) {
    this.#labels = labels;
    if (this.#answers !== answers) this.#showAnswers((this.#answers = answers));
    for (const button of this.#places.answers.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.index === String(target)));
    }
    const outside = target !== undefined && !answers.some(({ index }) => index === target);
    const resting = outside ? this.#nameOf(target) : "";
    if (resting !== this.#resting || !this.#places.search.matches(":focus")) this.#places.search.value = resting;
    this.#resting = resting;
    this.#showBeside(besides);
  }

  /** @param {number} index @returns {string} */
  #nameOf(index) {
    return shortLabel(this.#labels[index] ?? String(index));
  }

  /** @param {Answer[]} answers */
  #showAnswers(answers) {
    const buttons = answers.map((answer) => {
      const button = answerButton(answer);
      button.addEventListener("click", () => this.#choose(answer.index));
      return button;
    });
    this.#places.answers.replaceChildren(...buttons);
  }

  /** @param {{sign: string, index: number}[]} besides */
  #showBeside(besides) {
    const place = this.#places.beside;
    place.hidden = besides.length === 0;
    const items = besides.map(({ sign, index }) => {
      const name = this.#nameOf(index);
      const button = el("button", { type: "button", "aria-label": `Leave out ${name}` }, "×");
      button.addEventListener("click", () => this.#deeds.leaveOut(index));
      return el("li", {}, `${sign} ${name} `, button);
    });
    place.replaceChildren(...items);
  }

  /** @param {number} index */
  #choose(index) {
    const { role } = this.#places;
    const chosen = /** @type {Role} */ (role.value);
    // This applies once. Otherwise the next click would not do what a click on an answer usually does.
    role.value = "";
    this.#deeds.choose(index, chosen);
  }

  #open() {
    this.#offered = matches(this.#labels, this.#places.search.value, MOST_OPTIONS);
    this.#active = -1;
    const items = this.#offered.map((index, at) => {
      const attributes = { role: "option", id: `class-${at}`, "data-index": String(index), "aria-selected": "false" };
      return el("li", attributes, this.#labels[index]);
    });
    this.#places.options.replaceChildren(...items);
    this.#show(items.length > 0);
  }

  /** @param {boolean} visible */
  #show(visible) {
    const { search, options } = this.#places;
    options.hidden = !visible;
    search.setAttribute("aria-expanded", String(visible));
    if (!visible) search.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #take(index) {
    this.#show(false);
    this.#choose(index);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { hidden } = this.#places.options;
    if (event.key === "Escape" && !hidden) {
      this.#show(false);
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hidden) this.#open();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const index = this.#offered[Math.max(0, this.#active)];
      if (!hidden && index !== undefined) this.#take(index);
    }
  }

  /** @param {number} by */
  #move(by) {
    const count = this.#offered.length;
    if (!count) return;
    this.#active = (this.#active + by + count) % count;
    const items = this.#places.options.querySelectorAll("li");
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.#active)));
    items[this.#active].scrollIntoView({ block: "nearest" });
    this.#places.search.setAttribute("aria-activedescendant", items[this.#active].id);
  }
}

/** @param {Answer} answer @returns {HTMLButtonElement} */
function answerButton({ index, label, probability }) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(probability));
  return el(
    "button",
    { type: "button", class: "answer", "data-index": String(index), title: label },
    el("span", { class: "answer-label" }, shortLabel(label)),
    el("span", { class: "answer-score numbers" }, percent(probability)),
    bar,
  );
}
