/** A short memory of results: the newest first, one of a key. Pure. */

/** @typedef {import("./result.js").Result} Result */

const MOST = 8;

export class Recall {
  /** @type {Result[]} */
  results = [];

  /** @param {Result} result */
  keep(result) {
    this.results = [result, ...this.results.filter((other) => other.key !== result.key)].slice(0, MOST);
  }

  /** A complete run of these very settings. @param {string} key @returns {Result | undefined} */
  find(key) {
    return this.results.find((result) => result.key === key && result.ended === "");
  }
}
