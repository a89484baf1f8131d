/** The content of an element's shadow: picture or map, buttons, progress, and one sentence. */
import { el, paint } from "../parts/dom.js";
import { drawOverlay } from "../parts/heat-map.js";
import { STYLE } from "./panel-style.js";

/** @typedef {import("./api.js").Pictures} Pictures */
/** @typedef {"evidence" | "deleted" | "original"} View */
/** @typedef {"idle" | "running" | "done"} Phase */

/** The button's text. @type {Record<Phase, string>} */
const RUN = { idle: "Explain", running: "Stop", done: "Explain again" };
/** The views of a run. @type {Record<View, string>} */
const VIEWS = { evidence: "Evidence", deleted: "Deleted", original: "Picture" };
/** Opacity of the map over the picture. */
const OPACITY = 0.8;

export class Panel {
  /** @type {View} */
  #view = "evidence";
  /** @type {Pictures | null} */
  #pictures = null;
  #poster = el("img", { part: "poster", loading: "lazy", alt: "" });
  #map = el("canvas", { part: "map", role: "img", hidden: true });
  #run = el("button", { part: "button run", type: "button" });
  #views = el("span", { part: "views", role: "group", "aria-label": "What is shown", hidden: true });
  #progress = el("progress", { part: "progress", max: "1", "aria-label": "Progress", hidden: true });
  #sentence = el("span", { part: "sentence", role: "status" });
  #blank = el("div", { part: "blank" });
  #slot = el("slot", { name: "poster" }, this.#poster, this.#blank);

  /** @param {ShadowRoot} root @param {() => void} pressed called by the button that starts and stops */
  constructor(root, pressed) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#run.addEventListener("click", pressed);
    this.#views.append(...Object.keys(VIEWS).map((view) => this.#button(/** @type {View} */ (view))));
    const stage = el("div", { part: "stage" }, this.#slot, this.#map);
    const bar = el("div", { part: "bar" }, this.#run, this.#views);
    const caption = el("figcaption", { part: "caption" }, this.#sentence);
    root.append(el("figure", { part: "figure" }, stage, bar, this.#progress, caption));
    this.phase("idle");
  }

  /** @param {View} view @returns {HTMLElement} */
  #button(view) {
    const button = el("button", { part: "button view", type: "button", "data-view": view }, VIEWS[view]);
    button.addEventListener("click", () => {
      this.#view = view;
      this.#draw();
    });
    return button;
  }

  /** @param {Phase} phase */
  phase(phase) {
    this.#run.textContent = RUN[phase];
    this.#progress.hidden = phase !== "running";
    this.#progress.removeAttribute("value");
  }

  /** @param {string} words @param {boolean} [refused] */
  say(words, refused = false) {
    this.#sentence.toggleAttribute("data-refused", refused);
    if (this.#sentence.textContent !== words) this.#sentence.textContent = words;
  }

  /** @param {number} share the share of the run that is done */
  progress(share) {
    this.#progress.value = share;
  }

  /** Sets the picture's description, and its address if it has one. @param {string} alt @param {string} src */
  describe(alt, src) {
    this.#poster.alt = alt;
    this.#poster.hidden = !src;
    // A picture drawn by the engine has no address. Its space is kept, so that the page does not jump.
    this.#blank.hidden = !!src;
    if (src && this.#poster.getAttribute("src") !== src) this.#poster.src = src;
  }

  /**
   * Shows the pictures of a run, and a text; null restores the poster.
   *
   * @param {Pictures | null} pictures
   * @param {string} words
   */
  show(pictures, words) {
    this.#pictures = pictures;
    this.name(words);
    this.#map.hidden = this.#views.hidden = !pictures;
    this.#slot.hidden = !!pictures;
    this.#draw();
  }

  /** @param {string} words the map's label */
  name(words) {
    this.#map.setAttribute("aria-label", words);
  }

  #draw() {
    for (const button of this.#views.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.view === this.#view));
    if (!this.#pictures) return;
    const { width, height } = this.#pictures;
    if (this.#view === "evidence") drawOverlay(this.#map, this.#pictures, "viridis", OPACITY);
    else paint(this.#map, this.#pictures[this.#view], width, height);
  }
}
