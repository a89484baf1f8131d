/** Compare: several methods on the same picture and answer, as small multiples with their scores. */
import { coloursOf, isReady, methodTitle } from "../../app/facts.js";
import { show } from "../../app/results.js";
import { fileName } from "../../core/shown.js";
import { spreadOf } from "../../core/seeds.js";
import { click, el, fromMarkup, save, within } from "../../parts/dom.js";
import { drawOverlay, legend } from "../../parts/heat-map.js";
import { mounting } from "../../parts/mounting.js";
import { Subject } from "../../parts/subject.js";
import { Tiles } from "../../parts/tiles.js";
import { Comparison } from "./comparison.js";
import { MARKUP } from "./markup.js";
import { cells, sorted, tally, toJson } from "./rows.js";
import { sheet } from "./sheet.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */
/** @typedef {import("../../parts/tiles.js").Tile} Tile */

export const id = "compare";
export const title = "Compare";

class View {
  #root;
  #context;
  #subject;
  #legend = legend("One colour scale for all maps, from 0, no evidence, to 1, all evidence", [
    "0 no evidence",
    "1 evidence",
  ]);
  /**
   * The map of each tile, and what it was drawn from.
   *
   * @type {Map<string, {canvas: HTMLCanvasElement, from: unknown[]}>}
   */
  #maps = new Map();
  /** @type {{of: Float32Array[], spread: Float32Array[]}[]} */
  #spreads = [];
  #tiles;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    root.append(fromMarkup(MARKUP));
    this.#tiles = new Tiles(within(root, "tiles", HTMLUListElement));
    const { store, jobs } = context;
    if (!store.now.comparison) store.change({ comparison: new Comparison(context) });
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "An answer to explain");
    within(root, "compare-order", HTMLSelectElement).closest("label")?.after(this.#legend.element);
    this.#restore();
    within(root, "compare-body", HTMLElement).addEventListener("change", () => this.#remember());
    click(root, "compare-all", () => this.#checkAll());
    click(root, "compare-start", () => this.#start());
    click(root, "compare-stop", () => jobs.cancel());
    click(root, "compare-png", () => this.#savePicture());
    click(root, "compare-json", () => this.#saveJson());
  }

  /** @returns {Comparison} */
  get #comparison() {
    return this.#context.store.now.comparison;
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    if (names.has("registry")) this.#showMethods();
    if (names.has("comparison") || names.has("state")) this.#show();
    within(this.#root, "compare-start", HTMLButtonElement).disabled =
      this.#comparison.running || !isReady(this.#context.store.now);
  }

  // -------- The choice

  #showMethods() {
    const { registry } = this.#context.store.now;
    const labels = (registry?.methods ?? []).map(({ name, title: words, summary }) => {
      const box = el("input", {
        type: "checkbox",
        value: name,
        checked: this.#comparison.chosen.methods.includes(name),
      });
      return el("label", { title: summary }, box, words);
    });
    within(this.#root, "compare-methods", HTMLDivElement).replaceChildren(...labels);
  }

  /** @returns {HTMLInputElement[]} */
  #boxes() {
    return [...within(this.#root, "compare-methods", HTMLDivElement).querySelectorAll("input")];
  }

  /** @returns {string[]} */
  #chosen() {
    return this.#boxes()
      .filter((box) => box.checked)
      .map((box) => box.value);
  }

  #checkAll() {
    const all = this.#chosen().length < this.#boxes().length;
    for (const box of this.#boxes()) box.checked = all;
    this.#remember();
  }

  #restore() {
    const { seeds, order } = this.#comparison.chosen;
    within(this.#root, "compare-seeds", HTMLInputElement).value = seeds;
    within(this.#root, "compare-order", HTMLSelectElement).value = order;
  }

  /** Keeps the choices for when the view is opened again. */
  #remember() {
    const seeds = within(this.#root, "compare-seeds", HTMLInputElement).value;
    const order = within(this.#root, "compare-order", HTMLSelectElement).value;
    this.#comparison.chosen = { methods: this.#chosen(), seeds, order };
    this.#arrange();
  }

  #start() {
    const seeds = within(this.#root, "compare-seeds", HTMLInputElement);
    if (seeds.reportValidity()) void this.#comparison.run(this.#chosen(), seeds.valueAsNumber);
  }

  // -------- The results

  #show() {
    const { running, rows, count, about } = this.#comparison;
    within(this.#root, "compare-stop", HTMLButtonElement).hidden = !running;
    within(this.#root, "compare-after", HTMLDivElement).hidden = !rows.length;
    const body = within(this.#root, "compare-body", HTMLDivElement);
    if (count) body.dataset.compared = String(count);
    const doing = running ? this.#doing() : ".";
    within(this.#root, "compare-state", HTMLElement).textContent = rows.length
      ? `${about}: ${tally(rows)}${doing}`
      : "";
    this.#arrange();
  }

  /** What is running, and its progress, in words. @returns {string} */
  #doing() {
    const words = [...this.#comparison.now].map(([row, tick]) => {
      const far = tick ? `${tick.progress.iteration} of ${tick.progress.total}` : "…";
      return `; ${this.#titleOf(row)} ${far}`;
    });
    return words.join("");
  }

  /** Puts the tiles in order, and marks the best of each score. */
  #arrange() {
    this.#legend.draw(coloursOf(this.#context.store.now));
    const rows = this.#ordered();
    this.#tiles.show([...this.#references(), ...rows.map((row) => this.#tileOf(row))]);
  }

  /** @returns {Row[]} */
  #ordered() {
    return sorted(this.#comparison.rows, within(this.#root, "compare-order", HTMLSelectElement).value);
  }

  /** @param {Row} row @returns {string} */
  #titleOf({ method, seed }) {
    const several = this.#comparison.rows.some((row) => row.method === method && row.seed !== seed);
    return `${methodTitle(this.#context.store.now, method)}${several ? `, seed ${seed}` : ""}`;
  }

  /** @param {Row} row @returns {Tile} */
  #tileOf(row) {
    const { store, reveal } = this.#context;
    const { result, state, why, method } = row;
    const name = this.#titleOf(row);
    const pictures = result?.pictures ?? this.#comparison.now.get(row)?.pictures ?? null;
    const key = `${this.#comparison.begun} ${method} ${row.seed}`;
    const canvas = this.#map(key, pictures, store.now.state.opacity);
    canvas.setAttribute("aria-label", result ? `Heat map by ${name}` : `${name}: no map`);
    const open = () => {
      if (result) show(store, result, false);
      reveal();
    };
    const numbers = cells(row, this.#comparison.rows);
    const data = { "data-method": method, "data-state": state };
    return { key, title: name, canvas, why, caveat: state === "refused", numbers, data, ...(result && { open }) };
  }

  /**
   * A map on its canvas, drawn again if something has changed.
   *
   * @param {string} key
   * @param {import("../../parts/heat-map.js").Shown | null} pictures
   * @param {number} opacity
   * @returns {HTMLCanvasElement}
   */
  #map(key, pictures, opacity) {
    const known = this.#maps.get(key);
    const canvas = known?.canvas ?? el("canvas", { width: "1", height: "1", role: "img" });
    const colours = coloursOf(this.#context.store.now);
    const from = [pictures?.original, pictures?.evidence, colours, opacity];
    const same = known && from.every((each, at) => each === known.from[at]);
    if (pictures && !same) drawOverlay(canvas, pictures, colours, opacity);
    this.#maps.set(key, { canvas, from });
    return canvas;
  }

  /** The references for the maps, and the mean and deviation over several seeds. @returns {Tile[]} */
  #references() {
    const { seen, truth, rows } = this.#comparison;
    if (!seen) return [];
    const { opacity } = this.#context.store.now.state;
    const tiles = [this.#reference("What the model sees", seen.evidence, 0)];
    if (truth.length) tiles.push(this.#reference("True evidence", truth, opacity));
    for (const method of new Set(rows.map((row) => row.method))) {
      const maps = rows.flatMap((row) => (row.method === method ? (row.result?.pictures?.evidence ?? []) : []));
      if (maps.length < 2) continue;
      this.#spreadOf(maps).forEach((map, at) => {
        const words = `${at ? "deviation" : "mean"} of ${maps.length} seeds`;
        tiles.push(this.#reference(`${methodTitle(this.#context.store.now, method)}, ${words}`, map, opacity));
      });
    }
    return tiles;
  }

  /** Mean and deviation, computed once for the same maps. @param {Float32Array[]} maps @returns {Float32Array[]} */
  #spreadOf(maps) {
    const known = this.#spreads.find(({ of }) => of.length === maps.length && of.every((map, at) => map === maps[at]));
    if (known) return known.spread;
    const spread = spreadOf(maps);
    this.#spreads.push({ of: maps, spread });
    return spread;
  }

  /** @param {string} words @param {Float32Array} evidence @param {number} opacity @returns {Tile} */
  #reference(words, evidence, opacity) {
    const { seen } = this.#comparison;
    const canvas = this.#map(words, seen && { ...seen, evidence }, opacity);
    canvas.setAttribute("aria-label", words);
    return { key: words, title: words, canvas };
  }

  // -------- Saving

  /** @param {string} kind @param {Blob | null} blob */
  #saveAs(kind, blob) {
    const result = this.#comparison.rows.find((row) => row.result)?.result;
    const name = `comparison.${kind}`;
    if (blob) save(result ? fileName(result, name) : name, blob);
  }

  async #savePicture() {
    const tiles = [...this.#references(), ...this.#ordered().map((row) => this.#tileOf(row))];
    const drawn = await sheet(tiles, this.#comparison.about, this.#legend.canvas);
    drawn.toBlob((blob) => this.#saveAs("png", blob));
  }

  #saveJson() {
    const tool = `vanish ${this.#context.store.now.version}`;
    this.#saveAs("json", new Blob([toJson(this.#ordered(), { tool })]));
  }
}

export const { mount, unmount, onEvent } = mounting(View);
