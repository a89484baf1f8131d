/**
 * Several workers for work in parts that need nothing of each other: methods, pictures, trials. The first is the page's
 * own worker; the others are started when there is such work, open copies of its model and picture, and end when they
 * have been idle for a while. They share no memory, so that the page needs no special headers.
 */
import { EngineClient } from "./client.js";
import { askedWorkers } from "./router.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./jobs.js").Watch} Watch */
/** @typedef {(params: import("./jobs.js").Params, watch: Watch) => Promise<any>} Run in one worker */
/** @typedef {"next" | "lost" | "over"} Verdict what may follow: the next part; the next in another worker; none */
/** @typedef {{client: EngineClient, ready: Promise<unknown>}} Other a worker beside the first, with what it last opened */
/**
 * Parts of a job, which may become known while others are done.
 *
 * @template T
 * @typedef {object} Supply
 * @property {(worker: EngineClient) => Promise<boolean>} [join] whether that worker can do parts, before the first
 * @property {() => T | undefined | Promise<T | undefined>} next the next part; nothing when there are no more
 * @property {() => number} left how many wait, as far as it is known
 * @property {() => void} end None that waits is begun.
 */

/** More workers than this are waiting for memory rather than computing. */
const MOST = 4;
/** Of a device's memory, this share is for all workers; browsers that do not tell have so many bytes. */
const SHARE = 1 / 4;
const UNTOLD_BYTES = 4e9;
/**
 * What a worker takes beside its model's file, weights and activations, the latter two several times over. Measured in
 * Chromium, another worker takes 20 MB with the built-in model, 90 to 120 MB with SqueezeNet and MobileNet, and 400 MB
 * with ResNet-50.
 */
const WORKER_BYTES = 50e6;
const TIMES = 3;
const IDLE_MS = 60_000;
/** So many crashes in a row in one worker: the next part would crash, too. */
const MOST_CRASHES = 3;

/** @typedef {Pick<import("../types.js").ModelInfo, "size" | "memory">} Model what is known of its size */

/**
 * @param {Model} model
 * @param {{cores: number, memoryBytes: number}} device
 * @returns {number} how many workers it has room for, the first included; one core is left to the page
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
  /** How many jobs use them: one that was replaced is over a little later. */
  #users = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;
  #context;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /**
   * Does `work` for each item, as one job, each item in the next worker that is free. One worker does them in their
   * order; several begin with the longest, or all but one would wait for it at the end.
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
   * Does `work` for each part of a supply, as one job, by at most so many workers.
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

  /** Starts the others for work that will come. @returns {Promise<void>} */
  prepare() {
    return this.#using(async () => {
      const others = this.size > 1 ? await this.#open(this.size - 1) : [];
      for (const { there } of others) await there;
    });
  }

  /** The others are kept while something uses them, and a while longer. @param {() => Promise<void>} work */
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
      // Where the first has done all, nobody waits for others that were to help.
      let over = () => {};
      const late = /** @type {Promise<void>} */ (new Promise((resolve) => (over = resolve)));
      const first = async () => void (await serve(client), (going() && supply.left()) || over());
      await Promise.all([this.#serveByOthers(size - 1, serve, late), first()]);
    });
  }

  /** How many workers there are to be. Several would share one GPU, and take turns on it. @returns {number} */
  get size() {
    const { model, device } = this.#context.store.now;
    return model && device?.kind === "cpu" ? sizeFor(model.info) : 1;
  }

  /**
   * Starts so many workers beside the first; each begins when it is ready, unless it is too late then.
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

  /** So many others, each with whether it has opened what the first has open. @param {number} count */
  async #open(count) {
    const copies = await this.#context.call("copies").catch(() => null);
    if (!copies) return [];
    this.#others = this.#others.filter(({ client }) => client.running);
    const used = this.#context.engine();
    while (used && this.#others.length < count) this.#others.push(started(used));
    return this.#others.slice(0, count).map((other) => ({ client: other.client, there: opened(other, copies) }));
  }

  /**
   * After a crash. The page's own worker is started again with what it had open, and that is said elsewhere.
   *
   * @param {EngineClient} worker
   * @param {number} left so many items wait for one
   * @returns {Promise<boolean>} whether it is there again
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
   * Nothing that is left is begun, and what goes on in others ends: where the job was cancelled or replaced they know it
   * already, and may be at work for the next.
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

/** @param {Model} model @returns {number} how many workers there are to be on this device */
function sizeFor(model) {
  const { hardwareConcurrency: cores, deviceMemory } = /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const memoryBytes = deviceMemory ? deviceMemory * 1e9 : UNTOLD_BYTES;
  return askedWorkers() ?? roomFor(model, { cores, memoryBytes });
}

/** @param {import("../types.js").EngineUsed} used by the first worker @returns {Other} */
function started({ script, asked }) {
  const client = new EngineClient({ loading: () => {}, crashed: () => {} });
  client.start(script);
  // Where the first tried a GPU, and it computes on the CPU all the same, the others need not try.
  const ready = client.call("boot", asked.noAdapter ? asked : { ...asked, preference: "cpu" });
  return { client, ready };
}

/**
 * Opens in another worker what the first has open, after what it may still be opening.
 *
 * @param {Other} other
 * @param {object} copies
 * @returns {Promise<boolean>} false where it cannot, for want of memory most likely: the first goes on without it
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
