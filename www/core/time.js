/** Limits how often work is done. */

/**
 * @param {() => void} work
 * @param {number} ms
 * @returns {() => void} runs it at most once in `ms`, and always after the last call
 */
export function atMostEvery(work, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let last = -Infinity;
  const go = () => {
    timer = undefined;
    last = performance.now();
    work();
  };
  return () => {
    timer ??= setTimeout(go, Math.max(0, last + ms - performance.now()));
  };
}
