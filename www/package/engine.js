/** An engine of the package: requests to its worker, with the terms of api.d.ts. */
import { EngineError } from "../app/client.js";
import { newestOf } from "../core/newest.js";
import { shortLabel } from "../core/words.js";
import { isText, plain, wrong } from "./arguments.js";
import { imageNetLabels, modelFiles, pictureFile } from "./files.js";
import { studySettings } from "./studies.js";

/** @typedef {import("./api.js").Engine} Api */
/** @typedef {import("./api.js").Settings} Settings */
/** @typedef {import("./api.js").OpenModel} OpenModel */
/** @typedef {import("../types.js").Finished} Finished */
/** @typedef {import("../types.js").TaskFinished} TaskFinished */

/** A sample of the built-in world, by its number. */
const SAMPLE = /^critter:(\d{1,9})$/;

/** @implements {Api} */
export class Engine {
  #client;
  #alive = true;
  /** Identifies the latest run. @type {object | null} */
  #newest = null;
  /** The names of the open model's classes; nothing before one is open. @type {string[] | null} */
  #labels = null;
  /** A file that comes late opens nothing if another was asked for since. */
  #newestOf = newestOf(() => {
    throw unfinished("replaced");
  });

  /**
   * @param {import("../app/client.js").EngineClient} client
   * @param {WebAssembly.Module} wasm
   * @param {import("../types.js").Booted} booted
   */
  constructor(client, wasm, { version, device, registry }) {
    this.#client = client;
    this.wasm = wasm;
    this.version = version;
    this.device = device;
    this.registry = registry;
  }

  get alive() {
    return this.#alive;
  }

  close() {
    this.#alive = false;
    this.#client.stop();
  }

  // -------- Opening

  /** @type {Api["openModel"]} */
  async openModel(source, { onLoading = () => {} } = {}) {
    const check = this.#newestOf("model");
    const files = await modelFiles(source, onLoading);
    check();
    const model = await this.#named(await this.#client.call("openModel", files, { loading: onLoading }));
    check();
    this.#labels = model.labels;
    return model;
  }

  /**
   * Gives ImageNet's names to a thousand classes without names.
   *
   * @param {OpenModel} model
   * @returns {Promise<OpenModel>}
   */
  async #named(model) {
    const { labelled, classes, sha256 } = model.info;
    const labels = labelled || classes !== 1000 ? undefined : await imageNetLabels();
    return labels === undefined ? model : this.#client.call("nameClasses", { sha256, labels });
  }

  /** @type {Api["openPicture"]} */
  async openPicture(source) {
    const sample = SAMPLE.exec(String(source));
    if (!sample && /^critter:/.test(String(source)))
      throw wrong(`“${source}” is no sample: critter: is followed by a number of at most nine digits.`);
    const check = this.#newestOf("picture");
    if (sample) return this.#client.call("openCritter", { seed: Number(sample[1]) });
    const file = await pictureFile(source);
    check();
    return this.#client.call("openPicture", file);
  }

  /** @type {Api["samples"]} */
  samples() {
    return this.#client.call("gallery");
  }

  // -------- Asking

  /** @type {Api["classify"]} */
  async classify({ topK = 5 } = {}) {
    if (!Number.isInteger(topK) || topK < 1) throw wrong("topK is a number of classes: a whole number from 1 on.");
    return (await this.#client.call("classify", { topK })).answers;
  }

  /** @type {Api["explain"]} */
  async explain(settings = {}, { onProgress, onLoading, signal } = {}) {
    const hears = { tick: onProgress ?? (() => {}), loading: onLoading ?? (() => {}), started: () => {} };
    const params = { kind: "explain", settings: this.#settingsOf(plain(settings)) };
    const { last, report, regions, end } = /** @type {Finished} */ (await this.#run(params, hears, signal));
    if (!last || !report || end === "replaced") throw unfinished(end);
    const { pictures, curves } = last;
    return { report: JSON.parse(report), json: report, pictures, curves, regions, complete: end === "done" };
  }

  /** @type {Api["study"]} */
  async study(kind, settings = /** @type {any} */ ({}), { onProgress, onLoading, signal } = {}) {
    const hears = { tick: onProgress ?? (() => {}), loading: onLoading ?? (() => {}) };
    const params = { kind, settings: studySettings(kind, plain(settings), this.registry) };
    const { found, end } = /** @type {TaskFinished} */ (await this.#run(params, hears, signal));
    if (end === "replaced") throw unfinished(end);
    return found;
  }

  /**
   * A run in the worker, which a signal can end.
   *
   * @param {{kind: string, settings: object}} params
   * @param {import("../app/client.js").Listeners} hears
   * @param {AbortSignal} [signal]
   * @returns {Promise<unknown>}
   */
  async #run(params, hears, signal) {
    signal?.throwIfAborted();
    const mine = (this.#newest = {});
    // A newer run has ended this one already, and must not be stopped in its place.
    const abort = () => void (this.#newest === mine && this.stop());
    signal?.addEventListener("abort", abort);
    try {
      const finished = await this.#client.call("run", params, hears);
      signal?.throwIfAborted();
      return finished;
    } catch (error) {
      // A caller who aborts and then closes the engine gets the abort's reason.
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  stop() {
    // An engine that has been closed meanwhile has nothing to stop.
    if (this.#alive) this.#client.call("cancel").catch(() => {});
  }

  /** @type {Api["readReport"]} */
  async readReport(text) {
    if (!isText(text)) throw wrong("readReport takes the text of a report.");
    return this.#client.call("importReport", { text });
  }

  /** The settings in the engine's form. @param {Settings} settings @returns {object} */
  #settingsOf({ target, ...rest }) {
    const method = rest.method ?? this.registry.default;
    const index = target === undefined || target === null ? {} : { target: { index: this.#indexOf(target) } };
    return { ...rest, method, ...index };
  }

  /** @param {number | string} target @returns {number} */
  #indexOf(target) {
    if (/^\d+$/.test(String(target))) return Number(target);
    if (!this.#labels) throw new EngineError({ kind: "model", message: "There is no model yet; choose one first." });
    const labels = this.#labels;
    const wanted = String(target).toLowerCase();
    const named = (/** @type {(label: string) => string} */ name) =>
      labels.findIndex((label) => name(label).toLowerCase() === wanted);
    const index = [named((label) => label), named(shortLabel)].find((found) => found >= 0);
    if (index !== undefined) return index;
    throw new EngineError({ kind: "settings", message: `The model has no class “${target}”.` });
  }
}

/** @param {"done" | "cancelled" | "replaced"} end @returns {EngineError} */
function unfinished(end) {
  return end === "replaced"
    ? new EngineError({ kind: "superseded", message: "A newer request took this one’s place." })
    : new EngineError({ kind: "stopped", message: "The run was stopped before its first step." });
}
