/** A model's preprocessing profile: written into the texts of a form, read back, and saved as a file. Pure. */
/** @typedef {import("../types.js").Profile} Profile */
/** @typedef {import("../types.js").ModelInfo} ModelInfo */
/** @typedef {Record<"size" | "resize" | "channels" | "range" | "mean" | "std" | "output", string>} Fields */

/** The same bounds as the engine's. */
const SIZE = [8, 2048];
const LONGEST = 4096;
/** Numbers of channels that a model may take: grey, colour, colour with alpha. */
const CHANNELS = [1, 3, 4];

/** @param {Profile} profile @returns {Fields} */
export function fieldsOf({ size, resize, channels, range, mean, std, output }) {
  /** @type {(values: number[]) => string} */
  const list = (values) => values.map((value) => Number(value.toPrecision(7))).join(", ");
  return {
    size: String(size),
    resize: String(resize),
    channels,
    range: list(range),
    mean: list(mean),
    std: list(std),
    output,
  };
}

/**
 * @param {Fields} fields
 * @param {Profile} base keeps what the form does not show
 * @returns {{profile: Profile} | {problem: string}} one sentence about the first mistake
 */
export function profileOf(fields, base) {
  const size = whole(fields.size);
  const resize = fields.resize.trim() === "" ? size : whole(fields.resize);
  const [range, mean, std] = [fields.range, fields.mean, fields.std].map(numbers);
  /** @type {(rule: string, text: string) => {problem: string}} */
  const wrong = (rule, text) => ({ problem: `The ${rule}; it is ${text.trim() ? `“${text.trim()}”` : "empty"}.` });
  if (!(size >= SIZE[0] && size <= SIZE[1]))
    return wrong(`size must be a whole number from ${SIZE[0]} to ${SIZE[1]}`, fields.size);
  if (!(resize >= size && resize <= LONGEST))
    return wrong(
      `shorter side before the crop must be a whole number from the size, ${size}, to ${LONGEST}`,
      fields.resize,
    );
  if (range.length !== 2 || !(range[0] < range[1]))
    return wrong("range must be two numbers, the lower one first, such as 0, 255", fields.range);
  if (!CHANNELS.includes(mean.length) || mean.some(Number.isNaN))
    return wrong("mean must be three numbers, one a channel (one for grey, four with an alpha)", fields.mean);
  if (!CHANNELS.includes(std.length) || !std.every(Boolean))
    return wrong("standard deviation must be three numbers, none of them 0", fields.std);
  return {
    profile: {
      ...base,
      size,
      resize,
      channels: /** @type {import("../payloads.js").Channels} */ (fields.channels),
      range: /** @type {[number, number]} */ (range),
      mean,
      std,
      output: /** @type {import("../payloads.js").Output} */ (fields.output),
    },
  };
}

/** @param {string} text @returns {number} */
function whole(text) {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
}

/** @param {string} list @returns {number[]} NaN for anything but a finite number */
function numbers(list) {
  return list
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((text) => (Number.isFinite(Number(text)) ? Number(text) : NaN));
}

/**
 * The text of `M.json`, which the command reads if it lies beside `M.onnx`.
 *
 * @param {ModelInfo} info
 * @param {string[]} labels listed if the classes have names
 * @returns {string}
 */
export function profileFile({ profile, labelled }, labels) {
  const { labels: _path, ...rest } = profile;
  return `${JSON.stringify(labelled ? { ...rest, labels } : rest, null, 2)}\n`;
}

/** @param {string} model the name of the model's file @returns {string} */
export function profileName(model) {
  return `${model.replace(/\.onnx$/i, "")}.json`;
}
