/** A set of pictures, each explained for its own first answer, in several workers, even while the view is closed. */
import { EngineError } from "../../app/client.js";
import { readerScript } from "../../app/engine-files.js";
import { coloursOf } from "../../app/facts.js";
import { poolOf } from "../../app/pool.js";
import { maskPicture } from "../../core/colours.js";
import { NO_TARGET } from "../../core/link.js";
import { settingsOf } from "../../core/registry.js";
import { answering, fromReport } from "../../core/result.js";
import { setRows, setWords } from "../../core/set-table.js";
import { el, paint } from "../dom.js";
import { drawOverlay } from "../heat-map.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../core/set-table.js").SetRow} SetRow */

/** @typedef {import("../../app/pool.js").Verdict} Verdict */

/** Faults after which no picture may follow. After a bug, none may follow in the same worker. */
const OVER = ["ended", "superseded", "device"];

export class SetRun {
  /** @type {SetRow[]} */
  rows;
  running = false;
  #context;
  /** All rows use the settings with which the set began, whatever is changed meanwhile. */
  #settings;
  #model;

  /** @param {Context} context @param {{name: string, file: Blob}[]} files */
  constructor(context, files) {
    this.#context = context;
    this.rows = setRows(files);
    const { registry, state } = context.store.now;
    this.#settings = registry && settingsOf(registry, { ...state, ...NO_TARGET });
    this.#model = this.#present;
  }

  /** The model that is open now. @returns {string} */
  get #present() {
    const { model } = this.#context.store.now;
    return model ? answering(model.info) : "";
  }

  /** Whether a picture was stopped that the same model could still explain. @returns {boolean} */
  get canGoOn() {
    const stopped = !this.running && this.rows.some(({ state }) => state === "stopped");
    return stopped && this.#present === this.#model;
  }

  /** Tells the store that something has changed. */
  #changed() {
    this.#context.store.change({ series: this });
  }

  /** Explains the pictures that wait, and those that were stopped before. */
  async run() {
    this.running = true;
    for (const row of this.rows) if (row.state === "stopped") Object.assign(row, { state: "waiting", why: "" });
    this.#changed();
    // How long a picture takes is not known beforehand, so the table fills from its top.
    const left = this.rows.filter(({ state }) => state === "waiting");
    await poolOf(this.#context).forEach("series", left, () => 0, (row, run) => this.#explain(row, run));
    for (const row of this.rows) if (row.state === "waiting") row.state = "stopped";
    this.running = false;
    this.#changed();
    this.#context.voice.say(`${setWords(this.rows)}.`);
  }

  /** @param {SetRow} row @param {import("../../app/pool.js").Run} run @returns {Promise<Verdict>} */
  async #explain(row, run) {
    row.state = "running";
    this.#changed();
    try {
      return await this.#explained(row, run);
    } catch (error) {
      return this.#failed(row, error);
    } finally {
      this.#changed();
    }
  }

  /** @param {SetRow} row @param {import("../../app/pool.js").Run} run @returns {Promise<Verdict>} */
  async #explained(row, run) {
    const settings = this.#settings;
    if (!settings) throw new EngineError({ kind: "ended", message: "" });
    const picture = { name: row.name, blob: row.file, reader: await readerScript() };
    const { last, report, end } = await run({ kind: "explain", settings, picture }, {});
    if (!last || !report || end !== "done") row.state = "stopped";
    else await this.#keep(row, report, last.pictures);
    return row.state === "done" ? "next" : "over";
  }

  /** @param {SetRow} row @param {unknown} error @returns {Verdict} */
  #failed(row, error) {
    if (!(error instanceof EngineError)) throw error;
    const [lost, over] = [error.kind === "panic", OVER.includes(error.kind)];
    const why = lost ? `by a bug: ${error.message}` : over ? "" : error.message;
    Object.assign(row, { state: lost || over ? "stopped" : "refused", why });
    if (over) this.#context.handle(error);
    return lost ? "lost" : over ? "over" : "next";
  }

  /** @param {SetRow} row @param {string} report @param {import("../../types.js").Pictures} pictures */
  async #keep(row, report, pictures) {
    const { now } = this.#context.store;
    const heat = el("canvas");
    drawOverlay(heat, pictures, coloursOf(now), now.state.opacity);
    const mask = el("canvas");
    paint(mask, maskPicture(pictures.mask), pictures.width, pictures.height);
    const result = fromReport(JSON.parse(report), report);
    Object.assign(row, { state: "done", result, maps: { heatmap: await png(heat), mask: await png(mask) } });
  }
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
function png(canvas) {
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? new Blob()), "image/png"));
}
