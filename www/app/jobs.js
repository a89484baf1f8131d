/**
 * What takes long: one job at a time, started, watched, paused and cancelled with patience, whatever its kind. A new
 * one takes the place of the one before it. A job is a run in a worker, or many runs in several.
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
 * @property {(report: string) => void} [found] The report.json once the mask is learned, where it is asked for `early`.
 * @property {(tick: import("../types.js").Tick) => void} [tick]
 * @property {(loading: import("../types.js").Loading) => void} [loading]
 * @property {() => void} [lost] The worker is ended with the job in it: what was seen of it is all there will be.
 */

/**
 * @typedef {object} Job
 * @property {(() => void) | undefined} lost
 * @property {Set<EngineClient>} clients whose workers run a part of it
 */

/** @typedef {import("./client.js").EngineClient} EngineClient */
/** @typedef {import("../worker/job.js").Asked} Params */
/**
 * Runs a part of a job in a worker.
 *
 * @callback RunPart
 * @param {EngineClient} client
 * @param {Params} params
 * @param {Watch} watch
 * @returns {Promise<import("../types.js").Finished>}
 */

/**
 * @typedef {object} Troubles
 * @property {() => void} stuck It was asked to stop twice, and does not.
 * @property {() => void} silent The GPU does not answer any more.
 */

export class Jobs {
  /** How often a job was asked to stop, for those who run several in a row. */
  cancels = 0;

  /** @type {Job | null} */
  #job = null;
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
   * @param {Params} params
   * @param {Watch} watch
   * @returns {Promise<import("../types.js").Finished>}
   */
  run(owner, params, watch) {
    return this.together(owner, (run) => run(this.#client, params, watch), watch.lost ?? (() => {}));
  }

  /**
   * Many runs as one job, which is cancelled, paused and replaced as one. Without `lost` its parts need nothing of each
   * other: it outlives a crash of the first worker.
   *
   * @template T
   * @param {string} owner
   * @param {(run: RunPart, going: () => boolean) => Promise<T>} work `going`: it was neither cancelled nor replaced
   * @param {() => void} [lost] The workers are ended with the job in them.
   * @returns {Promise<T>}
   */
  async together(owner, work, lost) {
    for (const client of this.#others()) client.call("cancel").catch(() => {});
    const mine = (this.#job = /** @type {Job} */ ({ lost, clients: new Set() }));
    this.#cancelled = 0;
    this.#heard = { at: 0, longest: -1 };
    this.#store.change({ job: { owner, phase: "running", ending: false } });
    try {
      return await work(
        (client, params, watch) => this.#runPart(mine, client, params, watch),
        () => this.#job === mine && !this.#cancelled,
      );
    } finally {
      if (this.#job === mine) this.#over();
    }
  }

  /**
   * @param {Job} mine
   * @param {EngineClient} client
   * @param {Params} params
   * @param {Watch} watch
   */
  async #runPart(mine, client, params, watch) {
    const tick = (/** @type {import("../types.js").Tick} */ news) => {
      if (this.#job !== mine) return;
      if (client === this.#client) this.#listen();
      watch.tick?.(news);
    };
    mine.clients.add(client);
    try {
      const done = client.call("run", params, /** @type {any} */ ({ ...watch, tick }));
      if (this.#store.now.job?.phase === "paused") client.call("pause", { paused: true }).catch(() => {});
      return await done;
    } finally {
      mine.clients.delete(client);
    }
  }

  /**
   * The same for a task, which leaves figures.
   *
   * @param {string} owner
   * @param {Params} params
   * @param {{tick: (tick: import("../types.js").TaskTick) => void, lost: () => void}} watch
   * @returns {Promise<import("../types.js").TaskFinished>}
   */
  task(owner, params, watch) {
    return /** @type {Promise<any>} */ (this.run(owner, params, /** @type {any} */ (watch)));
  }

  /** The first worker is about to be ended, and what runs in others with it, unless a job of parts is to go on. */
  lose(partsGoOn = false) {
    const [job, others] = [this.#job, this.#others()];
    if (partsGoOn && job && !job.lost) return;
    for (const client of others) client.stop();
    this.#over();
    job?.lost?.();
  }

  /** Those beside the first whose workers run a part of the job. @returns {EngineClient[]} */
  #others() {
    return [...(this.#job?.clients ?? [])].filter((client) => client !== this.#client);
  }

  /** Asks once; asked again after a while, the job is stuck. */
  cancel() {
    const { job } = this.#store.now;
    if (!job) return;
    const now = performance.now();
    if (this.#cancelled) return void (now - this.#cancelled > PATIENCE_MS && this.#troubles.stuck());
    this.#cancelled = now;
    this.cancels += 1;
    this.#tellAll("cancel");
    this.#store.change({ job: { ...job, ending: true } });
  }

  /** Holds the job, or lets it go on. */
  pause() {
    const { job } = this.#store.now;
    if (!job) return;
    const phase = job.phase === "paused" ? "running" : "paused";
    clearTimeout(this.#alarm);
    this.#tellAll("pause", { paused: phase === "paused" });
    this.#store.change({ job: { ...job, phase } });
  }

  /** @param {string} method @param {object} [params] */
  #tellAll(method, params) {
    for (const client of this.#job?.clients ?? []) client.call(method, params).catch(() => {});
  }

  #over() {
    clearTimeout(this.#alarm);
    this.#job = null;
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
