/**
 * What the page knows: a single record. Whoever changes it says what is new, and the listeners are told.
 */
import { Recall } from "../core/result.js";

/** @typedef {{builtin: string} | OwnModel} ModelSource */
/** @typedef {{name: string, file: Blob}} NamedFile */
/** @typedef {{name: string, profile?: string, labels?: string}} Described */
/**
 * @typedef {Described & {file?: Blob, stored?: string, beside?: NamedFile[]}} OwnModel `stored`: stored at an earlier
 *   visit; `beside`: the files beside its own.
 */
/** @typedef {{seed: number} | {name: string, blob: Blob}} PictureSource */
/** @typedef {{info: import("../types.js").PictureInfo, notes: string[], preview: ImageBitmap}} OpenPicture */
/** @typedef {import("../types.js").Sample & {rgba: Uint8Array}} DrawnSample */
/**
 * @typedef {{words: string, value?: number, max?: number, evidence?: boolean}} ProgressLine Without a value, the
 *   progress is unknown; `evidence`: there is evidence to show.
 */

/**
 * @typedef {object} Job the present job
 * @property {string} owner Who started it.
 * @property {"running" | "paused"} phase
 * @property {boolean} ending It was asked to stop.
 */

/**
 * @typedef {object} Knowledge
 * @property {import("../core/link.js").State} state
 * @property {import("../types.js").Registry | null} registry
 * @property {string} version
 * @property {string | null} forcedDevice The device that the address forces.
 * @property {import("../types.js").Device | null} device
 * @property {string} because Why the device is another than was asked for.
 * @property {string} gpuLost Why the GPU is no longer used after it was lost.
 * @property {boolean} booted Whether the engine can be asked.
 * @property {number} busy Number of requests that must be done before a run can begin.
 * @property {string} loading What the page waits for, in words.
 * @property {ModelSource} modelSource The model that is open, or the one to open first.
 * @property {import("../types.js").OpenModel | null} model
 * @property {{file: string, why: string} | null} refused A model that could not be opened.
 * @property {string} doubt Why its profile may be wrong.
 * @property {import("../types.js").Kept[]} kept The models kept between visits.
 * @property {PictureSource} pictureSource
 * @property {OpenPicture | null} picture
 * @property {DrawnSample[]} samples
 * @property {import("../types.js").Answer[]} answers
 * @property {import("../types.js").Seen | null} seen What the model sees of the picture.
 * @property {Job | null} job
 * @property {import("../core/result.js").Running | null} run
 * @property {number} runs Number of finished runs.
 * @property {ProgressLine | null} progress
 * @property {import("../types.js").Pictures | null} worn The pictures of a run that the stage shows.
 * @property {Recall} recall
 * @property {import("../core/result.js").Result | null} shown
 * @property {boolean} recalled Whether the shown result was computed earlier.
 * @property {{name: string, file: File}[] | null} set The user's pictures that studies may take.
 * @property {boolean} ownSet Whether studies take those, if there are any, instead of the built-in world.
 * @property {Map<string, import("./studies.js").Study>} studies The last studies, by their subjects.
 * @property {any} comparison The comparison in progress.
 * @property {any} series The set of pictures that Explain goes through.
 * @property {Map<string, import("../core/film.js").Film> | null} films The films of the last runs, by their keys.
 */

/** @typedef {ReadonlySet<keyof Knowledge>} Names */

export class Store {
  /** @type {Set<(names: Names) => void>} */
  #listeners = new Set();

  /** @param {Knowledge} first */
  constructor(first) {
    this.now = first;
  }

  /** @param {Partial<Knowledge>} what */
  change(what) {
    Object.assign(this.now, what);
    const names = /** @type {Names} */ (new Set(Object.keys(what)));
    for (const listener of [...this.#listeners]) listener(names);
  }

  /** @param {Partial<import("../core/link.js").State>} what the part of the link's state that changes */
  changeState(what) {
    this.change({ state: { ...this.now.state, ...what } });
  }

  /** @param {(names: Names) => void} listener @returns {() => void} ends it */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * @param {import("../core/link.js").State} state
 * @param {string | null} forcedDevice
 * @returns {Knowledge} what is known before the engine has started
 */
export function firstKnowledge(state, forcedDevice) {
  return {
    ...{ state, forcedDevice, registry: null, version: "", device: null, because: "", gpuLost: "" },
    ...{ booted: false, busy: 0, loading: "", refused: null, doubt: "", kept: [], samples: [] },
    ...{ modelSource: { builtin: state.model }, model: null },
    ...{ pictureSource: { seed: state.critter }, picture: null, answers: [], seen: null },
    ...{ job: null, run: null, runs: 0, progress: null, worn: null },
    ...{ recall: new Recall(), shown: null, recalled: false, comparison: null, studies: new Map() },
    ...{ set: null, ownSet: false, films: null, series: null },
  };
}
