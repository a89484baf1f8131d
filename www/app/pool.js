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
/** @typedef {"next" | "lost" | "over"} Verdict what may follow a part: the next; none in this worker; none at all */
/** @typedef {{client: EngineClient, booted: Promise<unknown>}} Other a worker beside the first */

/** More workers than this are waiting for memory rather than computing. */
const MOST = 4;
/** Of a device's memory, this share is for all workers; browsers that do not tell have so many bytes. */
const SHARE = 1 / 4;
const UNTOLD_BYTES = 4e9;
/** What a worker takes: itself, and its model's bytes while they are read, as weights, and as what a step keeps. */
const WORKER_BYTES = 150e6;
const MODEL_TIMES = 4;
const IDLE_MS = 60_000;

/**
 * @param {number} modelBytes
 * @param {{cores: number, memoryBytes: number}} device
 * @returns {number} how many workers it has room for, the first included; one core is left to the page
 */
export function roomFor(modelBytes, { cores, memoryBytes }) {
  const each = WORKER_BYTES + MODEL_TIMES * modelBytes;
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
  async forEach(owner, items, length, work) {
    clearTimeout(this.#idle);
    const { jobs, client } = this.#context;
    await jobs.together(owner, async (run, going) => {
      const left = this.#alone ? [...items] : [...items].sort((a, b) => length(b) - length(a));
      const serve = async (/** @type {EngineClient} */ worker) => {
        for (let item = left.shift(); item !== undefined && going(); item = left.shift()) {
          const verdict = await work(item, (params, watch) => run(worker, params, watch));
          if (verdict === "lost") this.#sayLost(worker);
          if (verdict === "over") this.#cancel(left);
          if (verdict !== "next") return;
        }
      };
      await Promise.all([this.#serveByOthers(items.length - 1, serve), serve(client)]);
    });
    this.#idle = setTimeout(() => this.#end(), IDLE_MS);
  }

  /** There is room for one worker whatever the model. Several would share one GPU, and take turns on it. */
  get #alone() {
    return sizeFor(0) < 2 || this.#context.store.now.device?.kind === "gpu";
  }

  /**
   * Starts as many workers beside the first as there is room and work for; each begins when it is ready.
   *
   * @param {number} most
   * @param {(worker: EngineClient) => Promise<void>} serve
   */
  async #serveByOthers(most, serve) {
    if (most < 1 || this.#alone) return;
    const copies = await this.#context.call("copies").catch(() => null);
    if (!copies) return;
    this.#others = this.#others.filter(({ client }) => client.running);
    const count = Math.min(most, sizeFor(copies.model.file.size) - 1);
    const used = this.#context.engine();
    while (used && this.#others.length < count) this.#others.push(started(used));
    const served = this.#others.slice(0, count).map(async (other) => {
      if (await opened(other, copies)) await serve(other.client);
    });
    await Promise.all(served);
  }

  /** The page's own worker is started again, and that is said elsewhere. @param {EngineClient} worker */
  #sayLost(worker) {
    const lost = "You found a bug in vanish: one of its workers stopped, and what it computed is lost.";
    if (worker !== this.#context.client) this.#context.voice.fail(`${lost} The others go on.`);
  }

  /** Nothing that is left is begun, and what goes on in others ends. @param {unknown[]} left */
  #cancel(left) {
    left.length = 0;
    for (const { client } of this.#others) client.call("cancel").catch(() => {});
  }

  #end() {
    for (const { client } of this.#others) client.stop();
    this.#others = [];
  }
}

/** @param {number} modelBytes @returns {number} how many workers there are to be here */
function sizeFor(modelBytes) {
  const { hardwareConcurrency: cores, deviceMemory } = /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const memoryBytes = deviceMemory ? deviceMemory * 1e9 : UNTOLD_BYTES;
  return askedWorkers() ?? roomFor(modelBytes, { cores, memoryBytes });
}

/** @param {import("../types.js").EngineUsed} used by the first worker @returns {Other} */
function started({ script, asked }) {
  const client = new EngineClient({ loading: () => {}, crashed: () => {} });
  client.start(script);
  // Where the first tried a GPU, and it computes on the CPU all the same, the others need not try.
  const booted = client.call("boot", asked.noAdapter ? asked : { ...asked, preference: "cpu" });
  return { client, booted };
}

/**
 * Opens in another worker what the first has open.
 *
 * @param {Other} other
 * @param {object} copies
 * @returns {Promise<boolean>} false where it cannot, for want of memory most likely: the first goes on without it
 */
async function opened({ client, booted }, copies) {
  try {
    await booted;
    await client.call("openCopies", copies);
    return true;
  } catch {
    client.stop();
    return false;
  }
}
