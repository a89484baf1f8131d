/** The panel of the tour, beside the page, which blocks nothing. */
import { drawOverlay } from "../parts/heat-map.js";
import { click, el, fromMarkup, within } from "../parts/dom.js";
import { figure } from "../parts/figure.js";
import { Tiles } from "../parts/tiles.js";
import { STEPS } from "./steps.js";

/** @typedef {import("./outcomes.js").Outcome} Outcome */
/** @typedef {"running" | "done" | "unfinished"} Phase */

/**
 * @typedef {object} Deeds the buttons' actions
 * @property {(step: number) => void} open
 * @property {() => void} leave
 * @property {() => void} again
 * @property {() => void} stop
 * @property {() => void} look
 */

const MARKUP = `
  <div class="tour-head">
    <p id="tour-count" class="eyebrow"></p>
    <button id="tour-fold" type="button" class="plain" aria-expanded="true" aria-controls="tour-body">Fold</button>
    <button id="tour-leave" type="button" class="plain">Leave the tour</button>
  </div>
  <h2 id="tour-title" tabindex="-1"></h2>
  <div id="tour-body" class="tour-body" role="group" aria-labelledby="tour-title" tabindex="0">
    <p id="tour-says"></p>
    <div id="tour-doing" class="tour-doing">
      <progress id="tour-bar" aria-label="Progress of this step"></progress>
      <p id="tour-progress" class="hint numbers"></p>
      <button id="tour-stop" type="button">Stop</button>
    </div>
    <p id="tour-why" class="caveat"></p>
    <div id="tour-found" class="tour-found">
      <ul id="tour-maps" class="tiles"></ul>
      <dl id="tour-figures" class="facts"></dl>
      <p id="tour-words"></p>
      <p id="tour-lesson" class="tour-lesson"></p>
    </div>
  </div>
  <div class="row tour-foot">
    <button id="tour-back" type="button">Back</button>
    <button id="tour-next" type="button" class="primary">Next</button>
    <button id="tour-again" type="button" class="plain">Run again</button>
    <button id="tour-look" type="button" class="plain">Show it</button>
  </div>`;

export class Panel {
  #root;
  #tiles;
  #step = 0;

  /** @param {HTMLElement} root @param {Deeds} deeds */
  constructor(root, { open, leave, again, stop, look }) {
    this.#root = root;
    root.replaceChildren(fromMarkup(MARKUP));
    this.#tiles = new Tiles(within(root, "tour-maps", HTMLUListElement));
    click(root, "tour-leave", leave);
    click(root, "tour-again", again);
    click(root, "tour-stop", stop);
    click(root, "tour-look", look);
    click(root, "tour-fold", () => this.#fold());
    click(root, "tour-back", () => this.#turn(this.#step - 1, open));
    click(root, "tour-next", () => (this.#step < STEPS.length ? this.#turn(this.#step + 1, open) : leave()));
  }

  /** @param {string} id @returns {HTMLElement} */
  #at(id) {
    return within(this.#root, `tour-${id}`, HTMLElement);
  }

  /** @param {number} step @param {(step: number) => void} open */
  #turn(step, open) {
    open(step);
    this.focus();
  }

  /** Sets the focus, so that the step is read from its title on. */
  focus() {
    this.#at("title").focus();
  }

  /** @param {boolean} [folded] */
  #fold(folded = !this.#at("body").hidden) {
    this.#at("body").hidden = folded;
    this.#at("fold").textContent = folded ? "Unfold" : "Fold";
    this.#at("fold").setAttribute("aria-expanded", String(!folded));
  }

  /** @param {number} step 0 closes the panel */
  show(step) {
    this.#step = step;
    this.#root.hidden = step === 0;
    this.#root.dataset.step = String(step);
    if (!step) return;
    const { title, says, lesson } = STEPS[step - 1];
    this.#at("count").textContent = `Tour, step ${step} of ${STEPS.length}`;
    for (const [id, words] of Object.entries({ title, says, lesson })) this.#at(id).textContent = words;
    this.#at("next").textContent = step < STEPS.length ? "Next" : "Finish";
    within(this.#root, "tour-back", HTMLButtonElement).disabled = step === 1;
    this.#fold(false);
    this.#at("body").scrollTop = 0;
  }

  /** @param {Phase} phase */
  #phase(phase) {
    this.#root.dataset.state = phase;
    this.#at("doing").hidden = phase !== "running";
    this.#at("found").hidden = phase !== "done";
    this.#at("why").hidden = phase !== "unfinished";
    this.#at("again").hidden = phase === "running";
  }

  /** @param {import("../app/store.js").ProgressLine} line */
  running({ words, value, max }) {
    this.#phase("running");
    this.#at("progress").textContent = words;
    const bar = within(this.#root, "tour-bar", HTMLProgressElement);
    if (value === undefined) return bar.removeAttribute("value");
    bar.max = max || 1;
    bar.value = value;
  }

  /** @param {string} why */
  unfinished(why) {
    this.#phase("unfinished");
    this.#at("why").textContent = why;
  }

  /** @param {Outcome} outcome */
  done({ figures, words, maps }) {
    this.#phase("done");
    this.#at("figures").replaceChildren(...figures.map(figure));
    this.#at("words").textContent = words;
    this.#at("maps").hidden = !maps.length;
    this.#tiles.show(maps.map(({ title, result }, at) => tileOf(`${at} ${result.key}`, title, result)));
  }
}

/**
 * @param {string} key
 * @param {string} title
 * @param {import("../core/result.js").Result} result
 * @returns {import("../parts/tiles.js").Tile}
 */
function tileOf(key, title, { pictures }) {
  const canvas = el("canvas", { role: "img", "aria-label": `Heat map: ${title}` });
  if (pictures) drawOverlay(canvas, pictures, "viridis", 0.8);
  return { key, title, canvas };
}
