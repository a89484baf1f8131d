/**
 * The page's end of the worker: requests with answers, events, and a worker that can be ended and started again.
 *
 * The worker starts from a blob, so that the page's Content-Security-Policy binds it too: a worker loaded by its own
 * address would be free to fetch from anywhere.
 */

/** @typedef {import("./types.js").Fault} Fault */
/**
 * @typedef {object} Events
 * @property {(loading: import("./types.js").Loading) => void} loading
 * @property {(started: import("./types.js").Started) => void} started
 * @property {(tick: import("./types.js").Tick) => void} tick
 * @property {(fault: Fault) => void} crashed The worker is of no more use: a bug, or it could not be started.
 */

/** A failure in words for the user. */
export class EngineError extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault.message);
    this.kind = fault.kind;
  }
}

export class EngineClient {
  /** @type {Worker | null} */
  #worker = null;
  #next = 1;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: EngineError) => void}>} */
  #waiting = new Map();
  /** @type {Events} */
  #events;

  /** @param {Events} events */
  constructor(events) {
    this.#events = events;
  }

  /** Starts a worker, ending the one before it. */
  start() {
    this.stop({ kind: "ended", message: "The engine was started anew." });
    const script = new URL("www/worker.js", document.baseURI).href;
    const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module", name: "vanish" });
    worker.addEventListener("message", (event) => this.#hear(worker, url, event.data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#crash(worker, { kind: "panic", message: event.message || "the worker could not be started" });
    });
    // Requests wait in the worker's own queue, but one that is sent before its module runs would be lost.
    this.#held = [];
    this.#worker = worker;
  }

  /** @type {{id: number, method: string, params: object}[] | null} requests held until the worker listens */
  #held = null;

  /** @param {Fault} [fault] what those who wait are told */
  stop(fault = { kind: "ended", message: "The engine was ended." }) {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EngineError(fault));
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  call(method, params = {}) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new EngineError({ kind: "ended", message: "The engine is not running." }));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#held) this.#held.push({ id, method, params });
      else worker.postMessage({ id, method, params });
    });
  }

  /** @param {Worker} worker @param {string} url @param {any} message */
  #hear(worker, url, message) {
    if (worker !== this.#worker) return;
    if (message.event === "ready") {
      URL.revokeObjectURL(url);
      const held = this.#held ?? [];
      this.#held = null;
      for (const request of held) worker.postMessage(request);
    } else if (message.event === "loading") this.#events.loading(message.loading);
    else if (message.event === "started") this.#events.started(message.started);
    else if (message.event === "tick") this.#events.tick(message.tick);
    else if (message.event === "fault") this.#crash(worker, message.fault);
    else this.#answer(worker, message);
  }

  /** @param {Worker} worker @param {{id: number, value?: unknown, fault?: Fault}} message */
  #answer(worker, { id, value, fault }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!fault) waiting?.resolve(value);
    else {
      waiting?.reject(new EngineError(fault));
      if (fault.kind === "panic") this.#crash(worker, fault);
    }
  }

  /** @param {Worker} worker @param {Fault} fault */
  #crash(worker, fault) {
    if (worker !== this.#worker) return;
    this.stop(fault);
    this.#events.crashed(fault);
  }
}
