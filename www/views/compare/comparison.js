/**
 * Methods that run one after another on the same picture and class, and what became of each. It goes on out of sight.
 */
import { labelOf, targetIndex } from "../../app/facts.js";
import { EngineError } from "../../app/client.js";
import { methodOf } from "../../core/registry.js";
import { fromReport } from "../../core/result.js";
import { rowsOf, tally } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("../../types.js").Context} Context */

/** What is chosen at first: learned and attributing methods that take seconds. */
const USUAL = ["meaningful", "fast", "gradient", "integrated", "gradcam", "occlusion"];
/** Faults after which the next method may not follow. */
const OVER = ["ended", "superseded", "panic", "device"];

export class Comparison {
  /** @type {Row[]} */
  rows = [];
  /** What the rows are about, in words. */
  about = "";
  /** What the model sees, from the first look on. @type {import("../../types.js").Pictures | null} */
  seen = null;
  /** The true evidence, empty where nobody knows it. */
  truth = new Float32Array();
  running = false;
  /** What a person chose, kept while another view is open. */
  chosen = { methods: USUAL, seeds: "1", order: "" };
  /** How many are over, and how many were begun. */
  count = 0;
  begun = 0;
  /** The row that runs, and how far it is, in words. @type {{row: Row, words: string} | null} */
  now = null;
  /** The last look at the row that runs. @type {import("../../types.js").Tick | null} */
  tick = null;
  #context;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /** Says that something is new. */
  #changed() {
    this.#context.store.change({ comparison: this });
  }

  /** @param {string[]} methods @param {number} seeds under each of which every method runs */
  async run(methods, seeds) {
    const { store, voice, call, handle, jobs } = this.#context;
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
    await this.#runAll(index, [model.info.sha256, picture.info.sha256].join(), jobs.cancels);
    for (const row of this.rows) if (row.state === "waiting") Object.assign(row, { state: "stopped", why: "not run" });
    Object.assign(this, { running: false, now: null, tick: null, count: this.count + 1 });
    this.#changed();
    return voice.say(tally(this.rows));
  }

  /** @param {number} index @param {string} on model and picture @param {number} cancels so often stopped before */
  async #runAll(index, on, cancels) {
    for (const row of this.rows) {
      if (this.#context.jobs.cancels !== cancels) return;
      Object.assign(row, { state: "running" });
      Object.assign(this, { now: { row, words: "…" }, tick: null });
      this.#changed();
      const goesOn = await this.#runRow(row, index, on);
      this.#changed();
      if (!goesOn) return;
    }
  }

  /**
   * One method to its end.
   *
   * @param {Row} row
   * @param {number} index
   * @param {string} on
   * @returns {Promise<boolean>} whether the next may follow
   */
  async #runRow(row, index, on) {
    const { jobs, handle } = this.#context;
    try {
      const params = { kind: "explain", settings: this.#settingsOf(row, index), judged: true };
      const { last, report, verdict, end } = await jobs.run("compare", params, this.#watch(row));
      const proof = JSON.parse(report ?? "null");
      // Another model or picture may have come between two runs.
      const same = proof && [proof.model.sha256, proof.image.sha256].join() === on;
      if (!last || !verdict || !same) throw new EngineError({ kind: "superseded", message: "" });
      const { pictures, curves } = last;
      Object.assign(row, { state: "done", verdict, result: { ...fromReport(proof, report ?? ""), pictures, curves } });
      return end === "done";
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const over = OVER.includes(error.kind);
      Object.assign(row, over ? { state: "stopped", why: "stopped" } : { state: "refused", why: error.message });
      if (over) handle(error);
      return !over;
    }
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
        const { iteration, total } = tick.progress;
        Object.assign(this, { tick, now: { row, words: `${iteration} of ${total}` } });
        this.#changed();
      },
    };
  }
}
