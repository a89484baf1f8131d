/**
 * A study that several workers share. Its task in the first worker gets all results, says which parts are wanted, and
 * returns the same figures as if it had done everything itself.
 */
import { poolOf } from "./pool.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../types.js").TaskFinished} TaskFinished */
/** @typedef {{kind: string, settings: object}} Asked */
/** @typedef {{tick: (tick: import("../types.js").TaskTick) => void, lost: () => void}} Watch */
/** @typedef {import("./pool.js").Verdict} Verdict */

/** Kinds of studies that can be divided. */
const DIVISIBLE = ["attack", "concept", "cues", "deletion", "evaluate", "invariance", "parts"];
/** Faults after which no part may follow in any worker. */
const OVER = ["ended", "superseded", "device"];

/** Interval at which the page hears the progress of a study, because showing it takes time. */
const TICK_MS = 150;

/** Numbers the studies in rising order. */
let studies = Date.now();

/**
 * Runs a study, in several workers if it can be divided and there is room for them.
 *
 * @param {Context} context
 * @param {Asked} asked
 * @param {Watch} watch
 * @returns {Promise<TaskFinished>}
 */
export function share(context, asked, watch) {
  const several = DIVISIBLE.includes(asked.kind) && poolOf(context).size > 1;
  return several ? new Sharing(context, asked, watch).run() : context.jobs.task(asked.kind, asked, watch);
}

/** Starts the workers that will share a study. @param {Context} context @returns {Promise<void>} */
export function prepare(context) {
  return poolOf(context).prepare();
}

/** The parts of one study, in the form of a pool's supply. */
class Sharing {
  #context;
  #asked;
  #watch;
  /** The results of parts, for another task if the first worker is lost with the one that got them. @type {string[]} */
  #lines = [];
  /** Parts that nobody has begun, and those that are being done or not yet reported. @type {string[]} */
  #wanted = [];
  /** @type {Set<string>} */
  #away = new Set();
  /** The task in the first worker; 0 before it begins, or while none has got all results. */
  #task = 0;
  /** @type {Promise<void> | null} */
  #beginning = null;
  #ended = false;
  /** Time at which the page last heard the progress. */
  #told = 0;
  /** The reason of a failure. @type {unknown} */
  #why = null;
  /** Functions that wait for news. @type {(() => void)[]} */
  #waiting = [];

  /** @param {Context} context @param {Asked} asked @param {Watch} watch */
  constructor(context, asked, watch) {
    this.#context = context;
    this.#asked = { ...asked, study: ++studies };
    this.#watch = watch;
  }

  /** @returns {Promise<TaskFinished>} */
  async run() {
    await poolOf(this.#context).share(this.#asked.kind, this, Infinity, (part, run) => this.#work(part, run));
    if (this.#why) throw this.#why;
    const last = this.#task ? await this.#tell(["[]"], this.#task, true).catch(() => null) : null;
    return { task: this.#task, found: last?.found ?? null, end: last?.progress.done ? "done" : "cancelled" };
  }

  // -------- The supply

  /** All workers begin the task at the same time. @param {import("./client.js").EngineClient} worker */
  async join(worker) {
    if (worker === this.#context.client) return this.#begin().then(() => true);
    const begun = worker.call("taskShare", { ...this.#asked, lines: ["[]"], task: 0, last: false });
    return begun.then(() => true, () => false);
  }

  left() {
    return this.#task ? this.#wanted.length : 1;
  }

  end() {
    this.#ended = true;
    this.#hear();
  }

  /** @returns {Promise<string | undefined>} */
  async next() {
    while (!this.#ended) {
      const part = this.#wanted.shift();
      if (part !== undefined) return this.#away.add(part), part;
      if (this.#away.size) await new Promise((resolve) => this.#waiting.push(() => resolve(null)));
      else if (this.#task) return undefined;
      else await this.#begin();
    }
    return undefined;
  }

  #hear() {
    for (const tell of this.#waiting.splice(0)) tell();
  }

  // -------- A part

  /** @param {string} part @param {import("./pool.js").Run} run @returns {Promise<Verdict>} */
  async #work(part, run) {
    let told = Promise.resolve();
    const tick = (/** @type {any} */ { lines }) => void (told = this.#add(lines));
    try {
      const { end } = await run(/** @type {any} */ ({ ...this.#asked, part }), { tick });
      // The next part need not wait until the first worker has got this one's result.
      const heard = told.then(() => (this.#away.delete(part), this.#hear()));
      return end === "done" ? "next" : (await heard, "over");
    } catch (error) {
      this.#away.delete(part);
      return this.#failed(part, error);
    } finally {
      this.#hear();
    }
  }

  /** @param {string} part @param {unknown} error @returns {Verdict} */
  #failed(part, error) {
    const { kind } = /** @type {{kind?: string}} */ (error);
    // What the worker has not reported of the part is done again.
    if (kind === "panic") return this.#wanted.unshift(part), "lost";
    if (kind && OVER.includes(kind)) this.#context.handle(error);
    else this.#why = error;
    return "over";
  }

  // -------- The task in the first worker

  /** @param {string} lines the results of a part */
  async #add(lines) {
    if (lines === "[]") return;
    this.#lines.push(lines);
    const task = this.#task;
    if (task && !(await this.#tell([lines], task).catch((error) => this.#lost(task, error)))) await this.#begin();
  }

  /** @param {number} task @param {unknown} error */
  #lost(task, error) {
    if (/** @type {any} */ (error).kind === "superseded") this.end();
    if (this.#task === task) this.#task = 0;
    return null;
  }

  /** Begins the task, or a replacement that gets all results again. */
  #begin() {
    const first = !this.#lines.length;
    const begin = async () => void (await this.#tell(["[]", ...this.#lines], 0));
    const again = async () => {
      // The engine may have to be restarted first.
      await this.#context.opening.attempt("share", () => begin().catch((error) => void this.#lost(0, error)));
      if (!this.#task) this.end();
    };
    return (this.#beginning ??= (first ? begin() : again()).finally(() => (this.#beginning = null)));
  }

  /**
   * @param {string[]} lines
   * @param {number} task 0 for a new one
   * @param {boolean} [last] whether it must say what it has found
   */
  async #tell(lines, task, last = false) {
    const said = await this.#context.call("taskShare", { ...this.#asked, lines, task, last });
    this.#task = said.task;
    const parts = said.parts.map((/** @type {unknown} */ part) => JSON.stringify(part));
    this.#wanted = parts.filter((/** @type {string} */ part) => !this.#away.has(part));
    this.#hear();
    if (said.found || performance.now() - this.#told > TICK_MS) {
      this.#told = performance.now();
      this.#watch.tick({ ...said, rate: 0 });
    }
    return said;
  }
}
