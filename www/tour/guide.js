/** What a step of the tour does on the page, by the same functions as the views. */
import { explain } from "../app/explain.js";
import { builtin, isReady, methodTitle, sampleOf } from "../app/facts.js";
import { aboutModel, aboutPicture, study } from "../app/studies.js";
import { parse } from "../core/link.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../core/result.js").Result} Result */
/** @typedef {import("./outcomes.js").Tested} Tested */
/** @typedef {import("./steps.js").Step} Step */

/** Time after which a view that has not opened is not expected any more. */
const VIEW_MS = 20_000;
const LOOK_MS = 50;

/** The step did not finish: it was left, stopped or failed, with a sentence if there is one. */
export class Unfinished extends Error {}

export class Guide {
  #context;
  #still;

  /** @param {Context} context @param {() => boolean} still whether the step is still the one that is shown */
  constructor(context, still) {
    this.#context = context;
    this.#still = still;
  }

  get #now() {
    return this.#context.store.now;
  }

  /** Brings the page into the state of a step, as the step's link would. @param {Step} step @param {number} tour */
  async arrive({ link, at }, tour) {
    const wanted = parse(link);
    const { colours, opacity, device, hide } = this.#now.state;
    this.#context.follow({ ...wanted, tour, colours, opacity, device, hide });
    await this.#until(() => this.#now.booted && !this.#now.busy);
    const open = builtin(this.#now) === wanted.model && sampleOf(this.#now) === wanted.critter;
    if (!open || !isReady(this.#now)) throw new Unfinished("This step’s picture or model could not be opened.");
    await this.#opened(wanted.view, at);
    this.look(at);
  }

  /** Scrolls a part of the page into view. @param {string} selector */
  look(selector) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.querySelector(selector)?.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
  }

  // -------- Actions

  /** @param {Record<string, string>} [own] settings to change first @returns {Promise<Result>} one with a report */
  async explain(own) {
    const { store } = this.#context;
    if (own) store.changeState({ own });
    const before = this.#now.shown;
    await explain(this.#context, () => {});
    this.#check();
    const { shown } = this.#now;
    if (!shown?.report || shown.ended || shown === before) throw new Unfinished("The explanation was not finished.");
    return shown;
  }

  /** The test of an explanation on unseen deletions. @param {Result} result @returns {Promise<any>} */
  rule({ report }) {
    return this.#study("deletion", { report }, report ?? "");
  }

  /**
   * An explanation and its test.
   *
   * @param {string} title
   * @param {Record<string, string>} own
   * @returns {Promise<Tested>}
   */
  async finding(title, own) {
    const result = await this.explain(own);
    return { title, result, rule: await this.rule(result) };
  }

  /** @returns {Promise<any>} the changes that the answer survives */
  changes() {
    return this.study("invariance", { report: null }, "picture");
  }

  /**
   * @param {string} kind
   * @param {object} settings
   * @param {"model" | "picture"} about the subject by which its view finds it
   * @returns {Promise<any>} what was found
   */
  study(kind, settings, about) {
    return this.#study(kind, settings, about === "model" ? aboutModel(this.#now) : aboutPicture(this.#now));
  }

  /** @param {string[]} methods @returns {Promise<import("./outcomes.js").Row[]>} those that were judged */
  async compare(methods) {
    const { comparison } = this.#now;
    await comparison.run(methods, 1);
    this.#check();
    /** @type {import("./outcomes.js").Row[]} */
    const rows = comparison.rows;
    if (rows.some((row) => /** @type {any} */ (row).state === "stopped"))
      throw new Unfinished("The comparison was stopped.");
    const judged = rows.filter(({ verdict }) => verdict);
    return judged.map((row) => ({ ...row, title: methodTitle(this.#now, row.method) }));
  }

  /** @param {string} kind @param {object} settings @param {string} about @returns {Promise<any>} */
  async #study(kind, settings, about) {
    const { state, found, why } = await study(this.#context, kind, settings, about);
    this.#check();
    if (state !== "done" || !found) throw new Unfinished(why || "The test was stopped.");
    return found;
  }

  // -------- Waiting

  #check() {
    if (!this.#still()) throw new Unfinished();
  }

  /** @param {() => boolean} holds @returns {Promise<void>} */
  async #until(holds) {
    await new Promise((resolve) => {
      const over = () => {
        if (this.#still() && !holds()) return;
        silence();
        resolve(undefined);
      };
      const silence = this.#context.store.listen(over);
      over();
    });
    this.#check();
  }

  /**
   * Waits for a view, whose code may have to be fetched first. @param {string} view @param {string} at a selector in it
   */
  async #opened(view, at) {
    for (let waited = 0; !document.querySelector(`[data-open="${view}"] ${at}`); waited += LOOK_MS) {
      this.#check();
      if (waited > VIEW_MS) throw new Unfinished("The view of this step could not be opened.");
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#check();
  }
}
