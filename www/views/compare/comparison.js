/**
 * Methods that run on the same picture and class, in several workers, and the results of each. It continues while the
 * view is closed.
 */
import { labelOf, targetIndex } from "../../app/facts.js";
import { EngineError } from "../../app/client.js";
import { poolOf } from "../../app/pool.js";
import { methodOf } from "../../core/registry.js";
import { fromReport } from "../../core/result.js";
import { passesOf, rowsOf, tally } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("../../types.js").Context} Context */

/** The initial choice: learned and attributing methods that take seconds. */
const USUAL = ["meaningful", "fast", "gradient", "integrated", "gradcam", "occlusion"];
/** Faults after which no method may follow. After a bug, none may follow in the same worker. */
const OVER = ["ended", "superseded", "device"];

export class Comparison {
  /** @type {Row[]} */
  rows = [];
  /** The subject of the rows, in words. */
  about = "";
  /** What the model sees, once known. @type {import("../../types.js").Pictures | null} */
  seen = null;
  /** The true evidence; empty if it is not known. */
  truth = new Float32Array();
  running = false;
  /** The user's choices, kept while another view is open. */
  chosen = { methods: USUAL, seeds: "1", order: "" };
  /** Number of rows that are over, and number that were begun. */
  count = 0;
  begun = 0;
  /** The running rows, each with the last look at it. @type {Map<Row, import("../../types.js").Tick | null>} */
  now = new Map();
  #context;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /** Tells the store that something has changed. */
  #changed() {
    this.#context.store.change({ comparison: this });
  }

  /** @param {string[]} methods @param {number} seeds number of seeds with which every method runs */
  async run(methods, seeds) {
    const { store, voice, call, handle } = this.#context;
    const { model, picture, registry, state, device } = store.now;
    const index = targetIndex(store.now);
    if (!model || !picture || !registry || index === undefined) return voice.fail("Open a picture and a model first.");
    if (!methods.length) return voice.fail("Choose at least one method to compare.");
    const seeded = (/** @type {string} */ method) => methodOf(registry, method).settings.includes("seed");
    this.rows = rowsOf(methods, Number(state.own.seed ?? 0), seeds, seeded);
    const kind = device?.kind.toUpperCase();
    this.about = [labelOf(store.now, index), picture.info.name, model.info.name, kind].join(" · ");
    Object.assign(this, { seen: null, running: true, begun: this.begun + 1 });
    this.#changed();
    this.truth = await call("truth", { index }).catch((error) => (handle(error), new Float32Array()));
    const on = [model.info.sha256, picture.info.sha256].join();
    const length = (/** @type {Row} */ { method }) => passesOf(methodOf(registry, method).preset);
    await poolOf(this.#context).forEach("compare", this.rows, length, (row, run) => this.#run(row, run, index, on));
    for (const row of this.rows) if (row.state === "waiting") Object.assign(row, { state: "stopped", why: "not run" });
    Object.assign(this, { running: false, count: this.count + 1 });
    this.#changed();
    return voice.say(tally(this.rows));
  }

  /**
   * Runs one method to its end.
   *
   * @param {Row} row
   * @param {import("../../app/pool.js").Run} run
   * @param {number} index
   * @param {string} on model and picture
   * @returns {Promise<import("../../app/pool.js").Verdict>}
   */
  async #run(row, run, index, on) {
    row.state = "running";
    this.now.set(row, null);
    this.#changed();
    try {
      const params = { kind: "explain", settings: this.#settingsOf(row, index), judged: true };
      return this.#done(row, await run(params, this.#watch(row)), on);
    } catch (error) {
      return this.#failed(row, error);
    } finally {
      this.now.delete(row);
      this.#changed();
    }
  }

  /** @param {Row} row @param {import("../../types.js").Finished} finished @param {string} on */
  #done(row, { last, report, verdict, end }, on) {
    const proof = JSON.parse(report ?? "null");
    // Another model or picture may have been opened between two runs.
    const same = proof && [proof.model.sha256, proof.image.sha256].join() === on;
    if (!last || !verdict || !same) throw new EngineError({ kind: "superseded", message: "" });
    const { pictures, curves } = last;
    Object.assign(row, { state: "done", verdict, result: { ...fromReport(proof, report ?? ""), pictures, curves } });
    return end === "done" ? "next" : "over";
  }

  /** @param {Row} row @param {unknown} error */
  #failed(row, error) {
    if (!(error instanceof EngineError)) throw error;
    const [lost, over] = [error.kind === "panic", OVER.includes(error.kind)];
    const why = lost ? `stopped by a bug: ${error.message}` : over ? "stopped" : error.message;
    Object.assign(row, { state: lost || over ? "stopped" : "refused", why });
    if (over) this.#context.handle(error);
    return lost ? "lost" : over ? "over" : "next";
  }

  /** @param {Row} row @param {number} index */
  #settingsOf({ method, seed }, index) {
    const { registry } = this.#context.store.now;
    const seeded = registry && methodOf(registry, method).settings.includes("seed");
    return { method, ...(seeded && { seed }), target: { index } };
  }

  /** @param {Row} row @returns {import("../../app/jobs.js").Watch} */
  #watch(row) {
    return {
      tick: (tick) => {
        this.seen ??= tick.pictures;
        this.now.set(row, tick);
        this.#changed();
      },
    };
  }
}
