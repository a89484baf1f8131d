/**
 * What takes long: one job at a time, started, watched, paused and cancelled with patience, whatever its kind. A new
 * one takes the place of the one before it.
 */

/** A second press on Cancel ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;
/** A GPU that was lost may just fall silent: the least silence that counts, and in terms of the longest one before. */
const SILENCE_MS = 30_000;
const SILENCE_TIMES = 20;
const GRACE_MS = 5_000;

/**
 * @typedef {object} Watch who hears of a job
 * @property {(started: import("../types.js").Started) => void} [started]
 * @property {(tick: import("../types.js").Tick) => void} [tick]
 * @property {(loading: import("../types.js").Loading) => void} [loading]
 * @property {() => void} [lost] The worker is ended with the job in it: what was seen of it is all there will be.
 */

/**
 * @typedef {object} Troubles
 * @property {() => void} stuck It was asked to stop twice, and does not.
 * @property {() => void} silent The GPU does not answer any more.
 */

export class Jobs {
  /** How often a job was asked to stop, for those who run several in a row. */
  cancels = 0;

  /** @type {Watch | null} */
  #watch = null;
  /** When Cancel was pressed; 0 before. */
  #cancelled = 0;
  /** When the job was last heard of, the longest pause between two times, and the alarm for a longer one. */
  #heard = { at: 0, longest: -1 };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #alarm;
  #client;
  #store;
  #troubles;

  /**
   * @param {import("./client.js").EngineClient} client
   * @param {import("./store.js").Store} store
   * @param {Troubles} troubles
   */
  constructor(client, store, troubles) {
    this.#client = client;
    this.#store = store;
    this.#troubles = troubles;
  }

  /**
   * @param {string} owner who started it, for those who look at `job` of the store
   * @param {{kind: string, settings: object, judged?: boolean}} params
   * @param {Watch} watch
   * @returns {Promise<import("../types.js").Finished>}
   */
  async run(owner, params, watch) {
    const mine = (this.#watch = watch);
    this.#cancelled = 0;
    this.#heard = { at: 0, longest: -1 };
    this.#store.change({ job: { owner, phase: "running", ending: false } });
    const tick = (/** @type {import("../types.js").Tick} */ news) => {
      if (this.#watch === mine) this.#listen();
      if (this.#watch === mine) watch.tick?.(news);
    };
    try {
      return await this.#client.call("run", params, /** @type {any} */ ({ ...watch, tick }));
    } finally {
      if (this.#watch === mine) this.#over();
    }
  }

  /**
   * The same for a task, which leaves figures.
   *
   * @param {string} owner
   * @param {{kind: string, settings: object}} params
   * @param {{tick: (tick: import("../types.js").TaskTick) => void, lost: () => void}} watch
   * @returns {Promise<import("../types.js").TaskFinished>}
   */
  task(owner, params, watch) {
    return /** @type {Promise<any>} */ (this.run(owner, params, /** @type {any} */ (watch)));
  }

  /** The worker is about to be ended. */
  lose() {
    const watch = this.#watch;
    this.#over();
    watch?.lost?.();
  }

  /** Asks once; asked again after a while, the job is stuck. */
  cancel() {
    const { job } = this.#store.now;
    if (!job) return;
    const now = performance.now();
    if (this.#cancelled) return void (now - this.#cancelled > PATIENCE_MS && this.#troubles.stuck());
    this.#cancelled = now;
    this.cancels += 1;
    this.#client.call("cancel").catch(() => {});
    this.#store.change({ job: { ...job, ending: true } });
  }

  /** Holds the job, or lets it go on. */
  pause() {
    const { job } = this.#store.now;
    if (!job) return;
    const phase = job.phase === "paused" ? "running" : "paused";
    clearTimeout(this.#alarm);
    this.#client.call("pause", { paused: phase === "paused" }).catch(() => {});
    this.#store.change({ job: { ...job, phase } });
  }

  #over() {
    clearTimeout(this.#alarm);
    this.#watch = null;
    if (this.#store.now.job) this.#store.change({ job: null });
  }

  /** The GPU goes on answering, or is given up. */
  #listen() {
    const now = performance.now();
    const { at, longest } = this.#heard;
    const first = longest < 0;
    this.#heard = { at: now, longest: first ? 0 : Math.max(longest, now - at) };
    clearTimeout(this.#alarm);
    if (first || this.#store.now.device?.kind !== "gpu") return;
    const giveUp = () => this.#store.now.job?.phase === "running" && this.#troubles.silent();
    // After a sleep of the whole machine the alarm comes before the next answer: that one is waited for.
    const wait = Math.max(SILENCE_MS, SILENCE_TIMES * this.#heard.longest);
    this.#alarm = setTimeout(() => (this.#alarm = setTimeout(giveUp, GRACE_MS)), wait);
  }
}
