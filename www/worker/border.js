/** What passes between the worker and the page: answers, events, and failures in words. */
import { sentence } from "../core/words.js";

/** @typedef {import("../types.js").Fault} Fault */
/** @typedef {"loading" | "started" | "found" | "tick"} Happens the events before an answer */
/** @typedef {(event: Happens, news: unknown) => void} Tell */

const scope = /** @type {{postMessage: (message: unknown) => void} & EventTarget} */ (/** @type {unknown} */ (self));

/** @param {any} error @returns {Fault} a failure that the engine explains, or a bug */
export function faultOf(error) {
  const explained = error && typeof error === "object" && typeof error.kind === "string";
  if (explained) return { kind: error.kind, message: sentence(String(error.message)) };
  return { kind: "panic", message: String(error?.message ?? error) };
}

/**
 * Answers the page's requests, each under its number.
 *
 * @param {Record<string, (params: any, tell: Tell) => Promise<unknown>>} requests
 */
export function answer(requests) {
  scope.addEventListener("message", async (message) => {
    const { id, method, params } = /** @type {MessageEvent} */ (message).data;
    const tell = (/** @type {string} */ event, /** @type {unknown} */ news) => scope.postMessage({ id, event, news });
    try {
      scope.postMessage({ id, value: await requests[method](params ?? {}, tell) });
    } catch (error) {
      scope.postMessage({ id, fault: faultOf(error) });
    }
  });
  scope.postMessage({ event: "ready" });
}

/** Reports failures that settle no promise. A panic inside a future of wasm can only be seen here. */
export function tellOfFaults() {
  const tell = (/** @type {Event} */ event, /** @type {unknown} */ error) => {
    event.preventDefault();
    scope.postMessage({ event: "fault", news: faultOf(error) });
  };
  scope.addEventListener("error", (event) => tell(event, /** @type {ErrorEvent} */ (event).error ?? event));
  scope.addEventListener("unhandledrejection", (event) => tell(event, /** @type {any} */ (event).reason));
}
