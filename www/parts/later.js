/** A piece of a view whose code comes when a person asks for it, or when the page has nothing else to do. */

/** @typedef {import("../app/store.js").Names} Names */
/** @typedef {{update: (names: Names) => void}} Piece */

export class Later {
  /** @type {Piece | null} */
  #piece = null;
  /** @type {Promise<void> | null} */
  #coming = null;
  /** What was new before the piece was there. @type {Set<any>} */
  #missed = new Set();
  #load;

  /** @param {() => Promise<Piece>} load */
  constructor(load) {
    this.#load = load;
  }

  /** @param {Names} names what is new */
  update(names) {
    if (this.#piece) return this.#piece.update(names);
    for (const name of names) this.#missed.add(name);
  }

  /**
   * Brings the piece, once.
   *
   * @returns {Promise<void>} rejected where its code cannot be had; the next call tries again
   */
  need() {
    return (this.#coming ??= this.#bring().catch((error) => {
      this.#coming = null;
      throw error;
    }));
  }

  async #bring() {
    this.#piece = await this.#load();
    this.#piece.update(this.#missed);
  }
}

/** @param {() => void} work done when the page has nothing else to do */
export function whenIdle(work) {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 1000);
}
