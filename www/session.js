/** What the page knows: one record, read by everything, changed only by the modules that say so. */
import { Recall } from "./recall.js";
import { parse } from "./state.js";

/** @typedef {{builtin: string} | {name: string, bytes: Uint8Array, profile?: string, labels?: string}} ModelSource */
/** @typedef {{seed: number} | {name: string, blob: Blob}} PictureSource */

/**
 * @typedef {object} Running
 * @property {string} key What the run is known by.
 * @property {string} label
 * @property {string} model
 * @property {string} image
 * @property {string} device
 * @property {import("./types.js").Started | null} started
 * @property {import("./types.js").Tick | null} tick The last look at it.
 * @property {number} cancelled When Cancel was pressed; 0 before.
 */

const asked = new URLSearchParams(location.search).get("device");
/** The device that the address forces. */
export const forcedDevice = asked === "cpu" || asked === "gpu" ? asked : null;

const state = parse(location.hash);

export const app = {
  state,
  /** The model that is open, or the one to open first. */
  modelSource: /** @type {ModelSource} */ ({ builtin: state.model }),
  pictureSource: /** @type {PictureSource} */ ({ seed: state.critter }),
  model: /** @type {{info: import("./types.js").ModelInfo, labels: string[]} | null} */ (null),
  photo: /** @type {{info: import("./types.js").PictureInfo, notes: string[], preview: ImageBitmap} | null} */ (null),
  answers: /** @type {import("./types.js").Answer[]} */ ([]),
  device: /** @type {import("./types.js").Device | null} */ (null),
  /** Why the GPU is not used any more, once it was lost. */
  gpuLost: "",
  /** The engine can be asked. */
  booted: false,
  /** Bugs met in a row: the engine is not started again for ever. */
  crashes: 0,
  phase: /** @type {import("./run-view.js").Phase} */ ("idle"),
  run: /** @type {Running | null} */ (null),
  shown: /** @type {import("./result.js").Result | null} */ (null),
  /** The pictures of a run that the stage wears. */
  worn: /** @type {import("./types.js").Pictures | null} */ (null),
  view: /** @type {import("./stage.js").View} */ ("heat"),
};

/** Captions of the samples by seed. @type {Map<number, string>} */
export const captions = new Map();

export const recall = new Recall();

/** @returns {import("./colour.js").ColourMap} */
export function colours() {
  return /** @type {import("./colour.js").ColourMap} */ (app.state.colours);
}

/** @returns {string} the label of the class to explain */
export function targetLabel() {
  const { target } = app.state;
  return target === null ? (app.answers[0]?.label ?? "") : (app.model?.labels[target] ?? String(target));
}

/** The built-in model that is open, if one is. @returns {string | null} */
export function builtin() {
  return "builtin" in app.modelSource ? app.modelSource.builtin : null;
}

/** The sample on the stage, if one is. @returns {number | null} */
export function sample() {
  return "seed" in app.pictureSource ? app.pictureSource.seed : null;
}
