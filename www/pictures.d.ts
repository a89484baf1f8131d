/** The arrays that the engine returns, for the page and for the package. */

/** What the model sees, and the results; RGBA, row by row, width × height × 4. */
export interface Pictures {
  width: number;
  height: number;
  original: Uint8Array;
  deleted: Uint8Array;
  preserved: Uint8Array;
  /** width × height, row by row; 1 keeps, 0 deletes. */
  mask: Float32Array;
  /** The evidence of each pixel, in the same order, from 0 (none) to 1 (all). */
  evidence: Float32Array;
  /** The finer order of the pixels, the more important the larger; empty if none was computed. */
  order: Float32Array;
}
