/** Work bounded in time. */

/**
 * @param {() => void} work
 * @param {number} ms
 * @returns {() => void} runs at most once in `ms`, the last call surely
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
