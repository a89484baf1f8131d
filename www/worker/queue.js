/**
 * The order of the worker's work: one call of the engine at a time, and only the newest request of each kind.
 */
import { newestOf } from "../core/newest.js";

/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * Runs `work` when the engine is free.
 *
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export function alone(work) {
  const result = queue.then(work);
  queue = result.catch(() => {});
  return result;
}

/** Its check throws if a newer request of the kind has come. */
export const onlyNewest = newestOf(superseded);

/** @returns {never} */
export function superseded() {
  throw { kind: "superseded", message: "A newer request took this one’s place." };
}

const channel = new MessageChannel();

/** Lets waiting messages in. @returns {Promise<void>} */
export function breathe() {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}
