/** A set of pictures explained one after the other, each for its own first answer. It goes on out of sight. */
import { EngineError } from "../../app/client.js";
import { coloursOf } from "../../app/facts.js";
import { maskPicture } from "../../core/colours.js";
import { NO_TARGET } from "../../core/link.js";
import { settingsOf } from "../../core/registry.js";
import { fromReport } from "../../core/result.js";
import { setRows, setWords } from "../../core/set-table.js";
import { el, paint } from "../dom.js";
import { drawOverlay } from "../heat-map.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../core/set-table.js").SetRow} SetRow */

/** Faults after which the next picture may not follow. */
const OVER = ["ended", "superseded", "panic", "device"];

export class SetRun {
  /** @type {SetRow[]} */
  rows;
  running = false;
  #context;

  /** @param {Context} context @param {{name: string, file: Blob}[]} files */
  constructor(context, files) {
    this.#context = context;
    this.rows = setRows(files);
  }

  /** Says that something is new. */
  #changed() {
    this.#context.store.change({ series: this });
  }

  async run() {
    const { jobs, voice } = this.#context;
    const { cancels } = jobs;
    this.running = true;
    for (const row of this.rows) {
      if (jobs.cancels !== cancels) break;
      row.state = "running";
      this.#changed();
      const goesOn = await this.#explain(row);
      this.#changed();
      if (!goesOn) break;
    }
    for (const row of this.rows) if (row.state === "waiting") row.state = "stopped";
    this.running = false;
    this.#changed();
    voice.say(`${setWords(this.rows)}.`);
  }

  /** @param {SetRow} row @returns {Promise<boolean>} whether the next may follow */
  async #explain(row) {
    const { jobs, store, handle } = this.#context;
    try {
      if (!(await this.#open(row))) return this.#stop(row);
      const { registry, state } = store.now;
      if (!registry) return this.#stop(row);
      const settings = settingsOf(registry, { ...state, ...NO_TARGET });
      const tick = (/** @type {import("../../types.js").Tick} */ { pictures }) => store.change({ worn: pictures });
      const { last, report, end } = await jobs.run("series", { kind: "explain", settings }, { tick });
      if (!last || !report || end !== "done") return this.#stop(row);
      await this.#keep(row, report, last.pictures);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (OVER.includes(error.kind)) handle(error);
      else Object.assign(row, { state: "refused", why: error.message });
      return OVER.includes(error.kind) ? this.#stop(row) : true;
    }
  }

  /** @param {SetRow} row */
  #stop(row) {
    row.state = "stopped";
    return false;
  }

  /**
   * Opens a picture in the place of the one before.
   *
   * @param {SetRow} row
   * @returns {Promise<boolean>} not where a person opened another meanwhile
   * @throws {unknown} what is wrong with it
   */
  async #open({ name, file }) {
    const { opening, store } = this.#context;
    let came = false;
    /** @type {unknown} */
    let fault = null;
    await opening.attempt("picture", async () => {
      came = true;
      await opening.takePicture({ name, blob: file }).catch((error) => (fault = error));
      if (fault) return;
      store.changeState(NO_TARGET);
      await opening.classify().catch((error) => (fault = error));
    });
    if (fault) throw fault;
    return came;
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
