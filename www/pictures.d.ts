/** What crosses from the engine as arrays, for the page and for the package. */

/** What the model sees and what became of it; RGBA, row by row, width × height × 4. */
export interface Pictures {
  width: number;
  height: number;
  original: Uint8Array;
  deleted: Uint8Array;
  preserved: Uint8Array;
  /** width × height, row by row; 1 keeps, 0 deletes. */
  mask: Float32Array;
  /** How much each pixel is evidence, in the same order: 0 none, 1 all. */
  evidence: Float32Array;
  /** The finer order of the pixels, higher is earlier; empty where none was computed. */
  order: Float32Array;
}
