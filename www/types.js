/**
 * The shapes that cross the worker's border: JSON of the engine, messages of the worker. Types only; nothing is run.
 *
 * @typedef {{kind: "cpu" | "gpu", name: string, reason: string}} Device
 *
 * @typedef {object} Profile How a picture becomes the model's input.
 * @property {string} [name]
 * @property {number} [size]
 * @property {number | null} [resize]
 * @property {string} [channels]
 * @property {[number, number]} [range]
 * @property {number[]} [mean]
 * @property {number[]} [std]
 * @property {string} [output]
 * @property {string[] | string} [labels]
 *
 * @typedef {object} ModelInfo
 * @property {string} name
 * @property {string} sha256
 * @property {number} size Bytes of the file.
 * @property {number} classes
 * @property {Record<string, number>} operators How often each operator occurs.
 * @property {number} parameters
 * @property {unknown[]} input
 * @property {unknown[]} output
 * @property {Profile} profile
 * @property {boolean} profile_assumed
 * @property {string[]} warnings
 *
 * @typedef {{name: string, width: number, height: number, sha256: string, caption?: string, label?: string}} PictureInfo
 * @typedef {{seed: number, caption: string, title: string}} Sample
 * @typedef {{index: number, label: string, probability: number, logit: number}} Answer
 *
 * @typedef {object} Settings What a run is started with; a missing one takes the preset's value.
 * @property {string} method
 * @property {string} [game]
 * @property {string} [null]
 * @property {number} [null_sigma_px]
 * @property {string} [sigma_at]
 * @property {number} [iterations]
 * @property {number} [l1]
 * @property {number} [l2]
 * @property {number} [beta]
 * @property {number} [learning_rate]
 * @property {number} [jitter]
 * @property {number} [seed]
 * @property {{index: number} | "top"} [target]
 *
 * @typedef {object} Started
 * @property {{original: number, null: number}} scores
 * @property {number} total
 * @property {Settings} settings
 * @property {string[]} warnings
 *
 * @typedef {object} Progress
 * @property {number} iteration
 * @property {number} total
 * @property {boolean} done
 * @property {number} score
 * @property {number} objective
 * @property {number} mask_mean
 * @property {number} area_at_half
 * @property {number} seconds
 *
 * @typedef {{objective: number[], score: number[]}} Curves
 *
 * @typedef {object} Report The versioned report.json, the same object as the command's.
 * @property {number} version
 * @property {string} [tool]
 * @property {{name: string, sha256: string, profile?: Profile, profile_assumed?: boolean}} model
 * @property {{name: string, sha256: string, width: number, height: number}} image
 * @property {{index: number, label: string}} target
 * @property {string} method
 * @property {Record<string, unknown>} settings
 * @property {number} [seed]
 * @property {Device} [device]
 * @property {number} iterations
 * @property {number} [seconds]
 * @property {{original: number, null: number, deleted: number, preserved: number, normalised: number}} scores
 * @property {{rows: number, cols: number, values: number[], mean: number, area_at_half: number}} mask
 * @property {number[]} objective
 * @property {string} sentence
 *
 * @typedef {object} Pictures What the model sees and what became of it; RGBA, row by row, width × height × 4.
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} original
 * @property {Uint8Array} deleted
 * @property {Uint8Array} preserved
 * @property {Float32Array} mask width × height, row by row; 1 keeps, 0 deletes.
 *
 * @typedef {object} Tick One look at a running explanation.
 * @property {Progress} progress
 * @property {Curves} curves
 * @property {Pictures} pictures
 * @property {number} rate Iterations per second.
 *
 * @typedef {object} Finished
 * @property {Tick | null} last
 * @property {Started} started
 * @property {string | null} report The complete report.json, or null where the engine could not prove the result any more.
 * @property {"done" | "cancelled" | "replaced"} end
 *
 * @typedef {{stage: "engine" | "device" | "model" | "parse" | "classify" | "start" | "proof", done?: number, total?: number, name?: string}} Loading
 *
 * @typedef {{kind: string, message: string}} Fault A failure in words for the user; kind "panic" is a bug of ours.
 */
export {};
