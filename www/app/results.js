/** The results that the page keeps: the present one, and the last ones, which can be shown again. */

/** @typedef {import("../core/result.js").Result} Result */
/** @typedef {import("./store.js").Store} Store */

/** Keeps a result and shows it. @param {Store} store @param {Result} result */
export function keep(store, result) {
  store.now.recall.keep(result);
  show(store, result, false);
}

/**
 * Shows an existing result.
 *
 * @param {Store} store
 * @param {Result} result
 * @param {boolean} recalled whether it was computed earlier
 */
export function show(store, result, recalled) {
  const { recall } = store.now;
  store.change({ recall, shown: recall.results.find(({ key }) => key === result.key) ?? result, recalled });
}
