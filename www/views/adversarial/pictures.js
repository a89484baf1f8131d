/** The clean and the attacked picture with their difference, and the masks of both. */
import { coloursOf } from "../../app/facts.js";
import { el, paint, within } from "../../parts/dom.js";
import { drawOverlay } from "../../parts/heat-map.js";
import { Tiles } from "../../parts/tiles.js";
import { answerWords, maskOf, masksWords } from "./bench.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").DuelTold} Told */
/** @typedef {import("../../types.js").Rgba} Rgba */
/** @typedef {import("../../parts/tiles.js").Tile} Tile */

/** Number of answers below each picture. */
const TOP = 3;

export class Pictures {
  #root;
  #context;
  #tiles;
  #masks;
  /** What was fetched of the present task, by name. @type {Map<string, Promise<any>>} */
  #fetched = new Map();
  #task = 0;
  /** @type {Map<string, HTMLCanvasElement>} */
  #canvases = new Map();
  /** What each canvas shows, so that it is drawn only once. @type {Map<string, string>} */
  #drawn = new Map();

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    this.#tiles = new Tiles(within(root, "attack-pictures", HTMLUListElement));
    this.#masks = new Tiles(within(root, "masks-pictures", HTMLUListElement));
  }

  /** @param {Told | null} told @param {number} task */
  show(told, task) {
    if (task !== this.#task) this.#fetched.clear();
    this.#task = task;
    within(this.#root, "attack-pictures", HTMLElement).hidden = !told;
    const recipe = within(this.#root, "recipe", HTMLSelectElement).value;
    const words = told ? masksWords(told, recipe) : "";
    const sentence = within(this.#root, "masks-sentence", HTMLElement);
    sentence.hidden = !words;
    sentence.textContent = words;
    if (told) this.#tiles.show(this.#pair(told));
    const masks = told ? this.#maskTiles(told, recipe) : [];
    within(this.#root, "masks-pictures", HTMLElement).hidden = !masks.length;
    this.#masks.show(masks);
  }

  /** @returns {Promise<HTMLCanvasElement | null>} the attacked picture at the model's size */
  async attacked() {
    const canvas = el("canvas");
    const picture = await this.#picture("attacked");
    if (picture) paint(canvas, picture.rgba, picture.width, picture.height);
    return picture && canvas;
  }

  /** @param {Told} told @returns {Tile[]} */
  #pair({ attack, clean, attacked }) {
    const gain = within(this.#root, "gain", HTMLSelectElement).value;
    const answers = (/** @type {import("../../types.js").ToldSide | null} */ side, /** @type {any} */ first) =>
      (side?.top ?? [first]).slice(0, TOP).map(answerWords).join(", ");
    return [
      this.#tile("clean", "Clean", answers(clean, attack?.before), "clean"),
      this.#tile("difference", `The change, ${gain} times`, "Grey is no change.", `difference:${gain}`),
      this.#tile("attacked", "Attacked", answers(attacked, attack?.after), "attacked"),
    ];
  }

  /** @param {string} key @param {string} title @param {string} why @param {string} id @returns {Tile} */
  #tile(key, title, why, id) {
    const canvas = this.#canvas(key);
    canvas.setAttribute("aria-label", `${title}: ${why}`);
    void this.#once(key, `${this.#task} ${id}`, async () => {
      const picture = await this.#picture(id);
      if (picture) paint(canvas, picture.rgba, picture.width, picture.height);
    });
    return { key, title, canvas, why };
  }

  /** @param {Told} told @param {string} recipe @returns {Tile[]} */
  #maskTiles(told, recipe) {
    const sides = /** @type {const} */ (["clean", "attacked"]);
    const there = sides.filter((side) => maskOf(told[side], recipe) && !maskOf(told[side], recipe)?.refused);
    const tiles = there.map((side) => {
      const { area = 0 } = maskOf(told[side], recipe) ?? {};
      const title = side === "clean" ? "Mask of the clean answer" : "Mask of the attacked answer";
      const why = `It deletes ${(100 * area).toFixed(1)} %.`;
      return this.#map(`mask ${side}`, title, why, recipe, async () => this.#evidence(side, recipe));
    });
    if (there.length < 2) return tiles;
    const difference = async () => {
      const [clean, attacked] = await Promise.all(sides.map((side) => this.#evidence(side, recipe)));
      return clean && attacked && clean.map((value, i) => Math.abs(value - attacked[i]));
    };
    return [
      ...tiles,
      this.#map("mask difference", "Their difference", "Bright where they disagree.", recipe, difference),
    ];
  }

  /**
   * @param {string} key
   * @param {string} title
   * @param {string} why
   * @param {string} recipe
   * @param {() => Promise<Float32Array | null>} load
   * @returns {Tile}
   */
  #map(key, title, why, recipe, load) {
    const canvas = this.#canvas(key);
    const { now } = this.#context.store;
    const { opacity } = now.state;
    canvas.setAttribute("aria-label", `${title}. ${why}`);
    void this.#once(key, [this.#task, recipe, coloursOf(now), opacity].join(), async () => {
      const [evidence, under] = await Promise.all([
        load(),
        this.#picture(key.endsWith("clean") ? "clean" : "attacked"),
      ]);
      if (!evidence || !under) return;
      const { width, height, rgba } = under;
      drawOverlay(canvas, { width, height, original: rgba, evidence }, coloursOf(now), opacity);
    });
    return { key, title, canvas, why };
  }

  /** @param {string} key @returns {HTMLCanvasElement} */
  #canvas(key) {
    const canvas = this.#canvases.get(key) ?? el("canvas", { width: "64", height: "64", role: "img" });
    this.#canvases.set(key, canvas);
    return canvas;
  }

  /** Draws what has not been drawn yet. @param {string} key @param {string} look @param {() => Promise<void>} draw */
  async #once(key, look, draw) {
    if (this.#drawn.get(key) === look) return;
    this.#drawn.set(key, look);
    await draw();
  }

  /** @param {"clean" | "attacked"} side @param {string} recipe @returns {Promise<Float32Array | null>} */
  async #evidence(side, recipe) {
    const wish = JSON.stringify({ attacked: side === "attacked", recipe, threshold: null, sigma_px: 1 });
    const mask = await this.#fetch("taskMap", wish);
    return mask && /** @type {Float32Array} */ (mask).map((keep) => 1 - keep);
  }

  /** @param {string} id @returns {Promise<Rgba | null>} */
  #picture(id) {
    return this.#fetch("taskPicture", id);
  }

  /** @param {string} method @param {string} id @returns {Promise<any>} null if it is gone */
  #fetch(method, id) {
    const known = this.#fetched.get(id);
    if (known) return known;
    const { call, handle } = this.#context;
    const coming = call(method, { task: this.#task, id }).catch((error) => {
      if (error.kind !== "gone") handle(error);
      return null;
    });
    this.#fetched.set(id, coming);
    return coming;
  }
}
