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

/** What waits until nobody waits for the page; null from then on. @type {(() => void)[] | null} */
let held = [];

/** @param {() => void} work done when the page has its first answer and nothing else to do */
export function whenIdle(work) {
  if (held) held.push(work);
  else if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 1000);
}

/** The page has its first answer: what makes it complete no longer competes with that. */
export function letIdle() {
  const works = held ?? [];
  held = null;
  works.forEach(whenIdle);
}
