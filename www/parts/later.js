/** A part of a view whose code is loaded when the user asks for it, or when the page is idle. */

/** @typedef {import("../app/store.js").Names} Names */
/** @typedef {{update: (names: Names) => void}} Piece */

export class Later {
  /** @type {Piece | null} */
  #piece = null;
  /** @type {Promise<void> | null} */
  #coming = null;
  /** What changed before the part was loaded. @type {Set<any>} */
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
   * Loads the part, once.
   *
   * @returns {Promise<void>} rejected if its code cannot be loaded; the next call tries again
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

/** Work that waits for the page's first answer; null from then on. @type {(() => void)[] | null} */
let held = [];

/** @param {() => void} work done when the page has its first answer and is idle */
export function whenIdle(work) {
  if (held) held.push(work);
  else if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work, 1000);
}

/** Called when the page has its first answer. Further loading no longer competes with it. */
export function letIdle() {
  const works = held ?? [];
  held = null;
  works.forEach(whenIdle);
}
