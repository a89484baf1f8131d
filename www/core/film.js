/** The film of a run: small pictures of its evidence at some of its steps. Pure. */

/** Side of a frame in pixels. A frame takes its square in bytes. */
export const SIDE = 64;
/** Largest number of frames that are kept: 400 kB. */
const MOST = 96;

/** @typedef {{iteration: number, evidence: Uint8Array}} Frame evidence from 0 to 255, SIDE × SIDE */

export class Film {
  /** @type {Frame[]} */
  frames = [];
  /** One of this many looks at the run is kept. */
  #every = 1;
  #looks = 0;

  /** @param {number} iteration @param {import("../types.js").Pictures} pictures */
  take(iteration, { evidence, width, height }) {
    if (this.#looks++ % this.#every) return;
    this.frames.push({ iteration, evidence: shrunk(evidence, width, height) });
    if (this.frames.length <= MOST) return;
    this.frames = this.frames.filter((_, at) => at % 2 === 0);
    this.#every *= 2;
  }

  /** The last frame up to a step, or the first one. @param {number} iteration @returns {Frame | undefined} */
  at(iteration) {
    return this.frames.filter((frame) => frame.iteration <= iteration).at(-1) ?? this.frames[0];
  }
}

/**
 * @param {Float32Array} map
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array} the means of the map's blocks
 */
function shrunk(map, width, height) {
  const out = new Uint8Array(SIDE * SIDE);
  const edge = (/** @type {number} */ at, /** @type {number} */ size) => Math.floor((at * size) / SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let col = 0; col < SIDE; col++) {
      const [top, left] = [edge(row, height), edge(col, width)];
      const bottom = Math.max(top + 1, edge(row + 1, height));
      const right = Math.max(left + 1, edge(col + 1, width));
      let sum = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += map[y * width + x];
      out[row * SIDE + col] = Math.round((255 * sum) / ((bottom - top) * (right - left)));
    }
  }
  return out;
}
