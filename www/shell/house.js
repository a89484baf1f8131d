/** Holds the views. One view is on the page at a time, and hears events while it is. */
import { el } from "../parts/dom.js";
import { laterParts, style } from "../parts/style.js";
import { VIEWS, entryOf } from "./views.js";

/** @typedef {import("../types.js").View} View */
/** @typedef {import("../types.js").ViewEvent} ViewEvent */

export class House {
  /** @type {View | null} */
  #view = null;
  /** The view that was requested last. Loading one takes time. */
  #wanted = "";
  /** Resolved when that view is open. */
  #opened = Promise.resolve();
  /** The scroll position of each view when it was left. @type {Map<string, number>} */
  #scrolled = new Map();
  #root;
  #navigation;
  #context;

  /**
   * @param {HTMLElement} root where the view goes
   * @param {HTMLElement} navigation
   * @param {import("../types.js").Context} context
   */
  constructor(root, navigation, context) {
    this.#root = root;
    this.#navigation = navigation;
    this.#context = context;
    navigation.append(...VIEWS.map((entry) => this.#button(entry)));
  }

  /** @param {import("./views.js").Entry} entry @returns {HTMLButtonElement} */
  #button({ id, title }) {
    const button = el("button", { type: "button", "data-open": id, "data-part": id }, title);
    // Each view is an entry of the history, so that the browser's Back leads to the previous one.
    button.addEventListener("click", () => this.#wanted !== id && this.#context.visit({ view: id }));
    return button;
  }

  /** @param {ViewEvent} event */
  tell(event) {
    this.#view?.onEvent(event);
  }

  /** Whether the view takes the dropped files. @param {File[]} files @param {(FileSystemEntry | null)[]} entries */
  offer(files, entries) {
    return this.#view?.take?.(files, entries) ?? false;
  }

  /** Opens a view in place of the previous one. @param {string} id @returns {Promise<void>} */
  open(id) {
    const entry = entryOf(id);
    return this.#wanted === entry.id ? this.#opened : (this.#opened = this.#open(entry));
  }

  /** @param {import("./views.js").Entry} entry */
  async #open(entry) {
    this.#wanted = entry.id;
    this.#mark(entry.id);
    const view = await this.#load(entry);
    if (!view || this.#wanted !== entry.id) return;
    this.#leave();
    this.#view = view;
    this.#root.dataset.open = view.id;
    view.mount(this.#root, this.#context);
    const names = /** @type {import("../app/store.js").Names} */ (new Set(Object.keys(this.#context.store.now)));
    view.onEvent({ type: "change", names });
    scrollTo({ top: this.#scrolled.get(view.id) ?? 0, behavior: "instant" });
  }

  /** Loads a view's code and style. @param {import("./views.js").Entry} entry @returns {Promise<View | null>} */
  async #load({ id, title, load }) {
    try {
      const [view] = await Promise.all([
        load(),
        style(`www/views/${id}/view.css`),
        entryOf("").id === id || laterParts(),
      ]);
      return view;
    } catch {
      this.#wanted = this.#view?.id ?? "";
      this.#mark(this.#wanted);
      this.#context.voice.fail(`The view “${title}” could not be fetched: is the connection there? Try it again.`);
      return null;
    }
  }

  #leave() {
    if (!this.#view) return;
    this.#scrolled.set(this.#view.id, scrollY);
    this.#view.unmount();
    this.#root.replaceChildren();
  }

  /** @param {string} id */
  #mark(id) {
    for (const button of this.#navigation.querySelectorAll("button")) {
      if (button.dataset.open === id) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }
}
