/**
 * The page's end of the worker: requests with answers, events, and a worker that can be ended and restarted.
 *
 * The worker starts from a blob, so that the page's Content-Security-Policy binds it too. A worker loaded from its own
 * address could fetch from anywhere.
 */

/** @typedef {import("../types.js").Fault} Fault */
/** @typedef {Record<string, (news: any) => void>} Listeners Listeners for events before the answer, by event. */
/**
 * @typedef {object} Events
 * @property {(loading: import("../types.js").Loading) => void} loading
 * @property {(fault: Fault) => void} crashed The worker is unusable: it met a bug, or could not be started.
 */

/** The clients that have a worker now. @type {Set<EngineClient>} */
export const running = new Set();

/** The page's folder, to which the addresses of all its files are relative. @returns {string} */
export function base() {
  return new URL(".", location.href).href;
}

/** The message about a worker whose script did not run. */
export const UNSTARTED = "the worker could not be started";

/** A failure described for the user. */
export class EngineError extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault.message);
    this.kind = fault.kind;
  }
}

/** @param {string} text @returns {[Worker, string]} a worker from its text, with the blob's address */
function fromText(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return [new Worker(url, { type: "module", name: "vanish" }), url];
}

export class EngineClient {
  /** @type {Worker | null} */
  #worker = null;
  #next = 1;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: EngineError) => void, on: Listeners}>} */
  #waiting = new Map();
  /** Requests held until the worker listens. @type {object[] | null} */
  #held = null;
  /** @type {Events} */
  #events;

  /** @param {Events} events */
  constructor(events) {
    this.#events = events;
  }

  /** Whether there is a worker. */
  get running() {
    return this.#worker !== null;
  }

  /**
   * Starts a worker and ends the previous one. @param {string | (() => Worker)} script its text, or a function that
   * starts it
   */
  start(script) {
    this.stop({ kind: "ended", message: "The engine was started anew." });
    const [worker, url] = typeof script === "string" ? fromText(script) : [script(), ""];
    worker.addEventListener("message", (event) => this.#hear(worker, url, event.data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#crash(worker, { kind: "panic", message: event.message || UNSTARTED });
    });
    // Requests wait in the worker's own queue, but one sent before its module runs would be lost.
    this.#held = [];
    this.#worker = worker;
    running.add(this);
  }

  /** @param {Fault} [fault] the reason that waiting requests get */
  stop(fault = { kind: "ended", message: "The engine was ended." }) {
    this.#worker?.terminate();
    this.#worker = null;
    running.delete(this);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new EngineError(fault));
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {Listeners} [on]
   * @returns {Promise<any>}
   */
  call(method, params = {}, on = {}) {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new EngineError({ kind: "ended", message: "The engine is not running." }));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, on });
      if (this.#held) this.#held.push({ id, method, params });
      else worker.postMessage({ id, method, params });
    });
  }

  /** @param {Worker} worker @param {string} url @param {any} message */
  #hear(worker, url, { id, event, news, value, fault }) {
    if (worker !== this.#worker) return;
    const heard = event && this.#waiting.get(id)?.on[event];
    if (heard) heard(news);
    else if (event === "ready") this.#release(worker, url);
    else if (event === "loading") this.#events.loading(news);
    else if (event === "fault") this.#crash(worker, news);
    else if (!event) this.#answer(worker, id, value, fault);
  }

  /** @param {Worker} worker @param {string} url */
  #release(worker, url) {
    URL.revokeObjectURL(url);
    for (const request of this.#held ?? []) worker.postMessage(request);
    this.#held = null;
  }

  /** @param {Worker} worker @param {number} id @param {unknown} value @param {Fault} [fault] */
  #answer(worker, id, value, fault) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!fault) return waiting?.resolve(value);
    waiting?.reject(new EngineError(fault));
    if (fault.kind === "panic") this.#crash(worker, fault);
  }

  /** @param {Worker} worker @param {Fault} fault */
  #crash(worker, fault) {
    if (worker !== this.#worker) return;
    this.stop(fault);
    this.#events.crashed(fault);
  }
}
