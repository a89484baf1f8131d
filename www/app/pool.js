/**
 * Several workers for independent parts of a job: methods, pictures, trials. The first is the page's own worker. The
 * others are started when there is such work, open copies of its model and picture, and end after they have been idle
 * for a while. They share no memory, so the page needs no special headers.
 */
import { EngineClient } from "./client.js";
import { askedWorkers } from "./router.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./jobs.js").Watch} Watch */
/** @typedef {(params: import("./jobs.js").Params, watch: Watch) => Promise<any>} Run in one worker */
/** @typedef {"next" | "lost" | "over"} Verdict what may follow: the next part, the next in another worker, or none */
/** @typedef {{client: EngineClient, ready: Promise<unknown>}} Other another worker, with what it opened last */
/**
 * The parts of a job. Further parts may become known while others are done.
 *
 * @template T
 * @typedef {object} Supply
 * @property {(worker: EngineClient) => Promise<boolean>} [join] asked before the first part: can that worker do parts?
 * @property {() => T | undefined | Promise<T | undefined>} next the next part; undefined if there are no more
 * @property {() => number} left how many wait, as far as it is known
 * @property {() => void} end No waiting part is begun any more.
 */

/** Largest number of workers. More would wait for memory rather than compute. */
const MOST = 4;
/** Share of a device's memory that all workers may take, and the memory assumed if the browser does not tell. */
const SHARE = 1 / 4;
const UNTOLD_BYTES = 4e9;
/**
 * Memory of a worker besides its model's file, and the factor for weights and activations. In Chromium, another worker
 * was measured to take 20 MB with the built-in model, 90 to 120 MB with SqueezeNet and MobileNet, and 400 MB with
 * ResNet-50.
 */
const WORKER_BYTES = 50e6;
const TIMES = 3;
const IDLE_MS = 60_000;
/** Number of successive crashes in one worker after which the next part would crash, too. */
const MOST_CRASHES = 3;

/** @typedef {Pick<import("../types.js").ModelInfo, "size" | "memory">} Model what is known of its size */

/**
 * @param {Model} model
 * @param {{cores: number, memoryBytes: number}} device
 * @returns {number} how many workers it has room for, including the first; one core is left to the page
 */
export function roomFor({ size, memory }, { cores, memoryBytes }) {
  const each = WORKER_BYTES + size + TIMES * (memory.weights + memory.activations);
  return Math.max(1, Math.min(cores - 1, MOST, Math.floor((memoryBytes * SHARE) / each)));
}

/** One for each page. @type {WeakMap<Context["store"], Pool>} */
const pools = new WeakMap();

/** @param {Context} context @returns {Pool} */
export function poolOf(context) {
  const pool = pools.get(context.store) ?? new Pool(context);
  pools.set(context.store, pool);
  return pool;
}

class Pool {
  /** @type {Other[]} */
  #others = [];
  /** Number of jobs that use them. A replaced job ends a little later. */
  #users = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;
  #context;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /**
   * Does `work` for each item, as one job, in the next free worker. One worker keeps the order of the items. Several
   * begin with the longest, so that they do not all wait for it at the end.
   *
   * @template T
   * @param {string} owner
   * @param {T[]} items
   * @param {(item: T) => number} length of an item, in any unit, as far as it is known
   * @param {(item: T, run: Run) => Promise<Verdict>} work
   */
  forEach(owner, items, length, work) {
    const left = this.size < 2 ? [...items] : [...items].sort((a, b) => length(b) - length(a));
    const supply = { next: () => left.shift(), left: () => left.length, end: () => void (left.length = 0) };
    return this.share(owner, supply, items.length, work);
  }

  /**
   * Does `work` for each part of a supply, as one job, in at most `most` workers.
   *
   * @template T
   * @param {string} owner
   * @param {Supply<T>} supply
   * @param {number} most
   * @param {(item: T, run: Run) => Promise<Verdict>} work
   */
  share(owner, supply, most, work) {
    return this.#using(() => this.#serve(owner, supply, Math.min(this.size, most), work));
  }

  /** Starts the other workers for later work. @returns {Promise<void>} */
  prepare() {
    return this.#using(async () => {
      const others = this.size > 1 ? await this.#open(this.size - 1) : [];
      for (const { there } of others) await there;
    });
  }

  /** Keeps the other workers during `work` and a while longer. @param {() => Promise<void>} work */
  async #using(work) {
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      await work();
    } finally {
      this.#users -= 1;
      if (!this.#users) this.#idle = setTimeout(() => this.#end(), IDLE_MS);
    }
  }

  /**
   * @template T
   * @param {string} owner
   * @param {Supply<T>} supply
   * @param {number} size
   * @param {(item: T, run: Run) => Promise<Verdict>} work
   */
  #serve(owner, supply, size, work) {
    const { jobs, client } = this.#context;
    return jobs.together(owner, async (run, going) => {
      const serve = async (/** @type {EngineClient} */ worker) => {
        let crashes = 0;
        if (supply.join && !(await supply.join(worker))) return;
        for (let item = await supply.next(); item !== undefined && going(); item = await supply.next()) {
          const verdict = await work(item, (params, watch) => run(worker, params, watch));
          if (verdict === "over") return this.#cancel(supply, going());
          crashes = verdict === "lost" ? crashes + 1 : 0;
          if (crashes === MOST_CRASHES || (crashes && !(await this.#again(worker, supply.left())))) return;
        }
      };
      // If the first worker has done everything, nobody waits for workers that are still starting.
      let over = () => {};
      const late = /** @type {Promise<void>} */ (new Promise((resolve) => (over = resolve)));
      const first = async () => void (await serve(client), (going() && supply.left()) || over());
      await Promise.all([this.#serveByOthers(size - 1, serve, late), first()]);
    });
  }

  /** The number of workers. A GPU gets one, because several would take turns on it. @returns {number} */
  get size() {
    const { model, device } = this.#context.store.now;
    return model && device?.kind === "cpu" ? sizeFor(model.info) : 1;
  }

  /**
   * Starts `count` further workers. Each begins when it is ready, unless the work is over by then.
   *
   * @param {number} count
   * @param {(worker: EngineClient) => Promise<void>} serve
   * @param {Promise<void>} late
   */
  async #serveByOthers(count, serve, late) {
    const others = count < 1 ? null : await Promise.race([this.#open(count), late]);
    const served = (others ?? []).map(async ({ client, there }) => {
      if (await Promise.race([there, late])) await serve(client);
    });
    await Promise.all(served);
  }

  /** Opens `count` further workers, each with whether it has opened what the first has. @param {number} count */
  async #open(count) {
    const copies = await this.#context.call("copies").catch(() => null);
    if (!copies) return [];
    this.#others = this.#others.filter(({ client }) => client.running);
    const used = this.#context.engine();
    while (used && this.#others.length < count) this.#others.push(started(used));
    return this.#others.slice(0, count).map((other) => ({ client: other.client, there: opened(other, copies) }));
  }

  /**
   * Restarts a worker after a crash. The page's own worker gets back what it had open, which is reported elsewhere.
   *
   * @param {EngineClient} worker
   * @param {number} left how many items wait for a worker
   * @returns {Promise<boolean>} whether it has been restarted
   */
  async #again(worker, left) {
    const { client, opening, voice } = this.#context;
    const lost = "You found a bug in vanish: one of its workers stopped, and what it computed is lost.";
    if (worker !== client) voice.fail(`${lost} The others go on.`);
    if (worker !== client || !left) return false;
    let there = false;
    await opening.attempt("again", async () => void (there = true));
    return there;
  }

  /**
   * Begins nothing that is left, and ends the runs in other workers. If the job was cancelled or replaced, they know
   * already and may work on the next one.
   *
   * @param {Supply<any>} supply
   * @param {boolean} going
   */
  #cancel(supply, going) {
    supply.end();
    if (!going) return;
    for (const { client } of this.#others) client.call("cancel").catch(() => {});
  }

  #end() {
    for (const { client } of this.#others) client.stop();
    this.#others = [];
  }
}

/** @param {Model} model @returns {number} the number of workers for this device */
function sizeFor(model) {
  const { hardwareConcurrency: cores, deviceMemory } = /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const memoryBytes = deviceMemory ? deviceMemory * 1e9 : UNTOLD_BYTES;
  return askedWorkers() ?? roomFor(model, { cores, memoryBytes });
}

/** @param {import("../types.js").EngineUsed} used by the first worker @returns {Other} */
function started({ script, asked }) {
  const client = new EngineClient({ loading: () => {}, crashed: () => {} });
  client.start(script);
  // If the first worker tried a GPU but computes on the CPU, the others need not try.
  const ready = client.call("boot", asked.noAdapter ? asked : { ...asked, preference: "cpu" });
  return { client, ready };
}

/**
 * Opens in another worker what the first has open, after anything that it may still be opening.
 *
 * @param {Other} other
 * @param {object} copies
 * @returns {Promise<boolean>} false if it cannot, most likely for lack of memory; the first goes on without it
 */
async function opened(other, copies) {
  other.ready = other.ready.then(() => other.client.call("openCopies", copies));
  try {
    await other.ready;
    return true;
  } catch {
    other.client.stop();
    return false;
  }
}
