/**
 * Long work of any kind: one job at a time is started, watched, paused and cancelled. A new job replaces the previous
 * one. A job is one run in a worker, or many runs in several.
 */

/** A second press on Cancel ends the worker, unless it comes so soon that it belongs to the first. */
const PATIENCE_MS = 1500;
/**
 * A lost GPU may simply fall silent. These are the shortest silence that counts, and its multiple of the longest one
 * before.
 */
const SILENCE_MS = 30_000;
const SILENCE_TIMES = 20;
const GRACE_MS = 5_000;

/**
 * @typedef {object} Watch listeners to a job
 * @property {(started: import("../types.js").Started) => void} [started]
 * @property {(report: string) => void} [found] The report.json once the mask is learned, if `early` was asked for.
 * @property {(tick: import("../types.js").Tick) => void} [tick]
 * @property {(loading: import("../types.js").Loading) => void} [loading]
 * @property {() => void} [lost] The worker was ended with the job in it, so nothing more will come of it.
 */

/**
 * @typedef {object} Job
 * @property {(() => void) | undefined} lost
 * @property {Set<EngineClient>} clients those whose workers run a part of it
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
 * @property {() => void} stuck The job was asked to stop twice, and did not.
 * @property {() => void} silent The GPU no longer answers.
 */

export class Jobs {
  /** Number of times that a job was asked to stop, for callers that run several jobs in a row. */
  cancels = 0;

  /** @type {Job | null} */
  #job = null;
  /** Time at which Cancel was pressed; 0 before. */
  #cancelled = 0;
  /** Time of the last news of the job, the longest pause between two, and the timer for a longer pause. */
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
   * @param {string} owner who started it, for readers of the store's `job`
   * @param {Params} params
   * @param {Watch} watch
   * @returns {Promise<import("../types.js").Finished>}
   */
  run(owner, params, watch) {
    return this.together(owner, (run) => run(this.#client, params, watch), watch.lost ?? (() => {}));
  }

  /**
   * Runs many parts as one job, which is cancelled, paused and replaced as a whole. If its parts are independent, there
   * is no `lost`, and the job survives a crash of the first worker.
   *
   * @template T
   * @param {string} owner
   * @param {(run: RunPart, going: () => boolean) => Promise<T>} work `going`: it was neither cancelled nor replaced
   * @param {() => void} [lost] The workers were ended with the job in them.
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
   * Runs a task, which yields figures.
   *
   * @param {string} owner
   * @param {Params} params
   * @param {{tick: (tick: import("../types.js").TaskTick) => void, lost: () => void}} watch
   * @returns {Promise<import("../types.js").TaskFinished>}
   */
  task(owner, params, watch) {
    return /** @type {Promise<any>} */ (this.run(owner, params, /** @type {any} */ (watch)));
  }

  /** Called before the first worker is ended. Runs in other workers end with it, unless a job of parts may go on. */
  lose(partsGoOn = false) {
    const [job, others] = [this.#job, this.#others()];
    if (partsGoOn && job && !job.lost) return;
    for (const client of others) client.stop();
    this.#over();
    job?.lost?.();
  }

  /** The clients other than the first whose workers run a part of the job. @returns {EngineClient[]} */
  #others() {
    return [...(this.#job?.clients ?? [])].filter((client) => client !== this.#client);
  }

  /** Asks the job to stop. If it is asked again after a while, the job is stuck. */
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

  /** Pauses the job, or resumes it. */
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

  /** Waits for the GPU's next answer, or gives it up. */
  #listen() {
    const now = performance.now();
    const { at, longest } = this.#heard;
    const first = longest < 0;
    this.#heard = { at: now, longest: first ? 0 : Math.max(longest, now - at) };
    clearTimeout(this.#alarm);
    if (first || this.#store.now.device?.kind !== "gpu") return;
    const giveUp = () => this.#store.now.job?.phase === "running" && this.#troubles.silent();
    // After the machine has slept, the timer fires before the next answer, which is then waited for.
    const wait = Math.max(SILENCE_MS, SILENCE_TIMES * this.#heard.longest);
    this.#alarm = setTimeout(() => (this.#alarm = setTimeout(giveUp, GRACE_MS)), wait);
  }
}
