/**
 * What a link holds: one typed list of properties ↔ the address's hash. Unknown names and values out of range are
 * ignored. A person's own picture or model is never part of it. Pure.
 */
import { GAMES, NULLS, NUMBERS, PRESETS, SIGMA_AT } from "./presets.js";

/** @typedef {object} State
 * @property {string} model A built-in model.
 * @property {number} critter The seed of the sample picture.
 * @property {number | null} target The class explained; null is the model's first answer.
 * @property {string} method
 * @property {string | null} game null takes the preset's value, here and below
 * @property {string | null} null
 * @property {number | null} null_sigma_px
 * @property {string | null} sigma_at
 * @property {number | null} iterations
 * @property {number | null} l1
 * @property {number | null} l2
 * @property {number | null} beta
 * @property {number | null} learning_rate
 * @property {number | null} jitter
 * @property {number} seed
 * @property {string} colours
 * @property {number} opacity
 * @property {string} device
 * @property {string} hide Parts of the page left out, for teaching; names joined by commas.
 */

/** @typedef {{name: keyof State, fallback: unknown, read: (text: string) => unknown}} Property */

export const MODELS = /** @type {const} */ ({
  critters: "Critters",
  "critters-biased": "Critters, with a hidden bias",
});

/** The largest seed the engine takes. */
export const MAX_SEED = 2 ** 32 - 1;

/** Parts that `hide` may name. */
export const PARTS = ["picture", "model", "answers", "settings", "model-view", "article", "runs"];

/** @type {readonly Property[]} */
export const PROPERTIES = [
  choice("model", Object.keys(MODELS), "critters"),
  whole("critter", 0, MAX_SEED, 7),
  whole("target", 0, 1e6, null),
  choice("method", Object.keys(PRESETS), "meaningful"),
  choice("game", Object.keys(GAMES), null),
  choice("null", Object.keys(NULLS), null),
  number("null_sigma_px"),
  choice("sigma_at", Object.keys(SIGMA_AT), null),
  whole("iterations", NUMBERS.iterations.min, NUMBERS.iterations.max, null),
  number("l1"),
  number("l2"),
  number("beta"),
  number("learning_rate"),
  whole("jitter", NUMBERS.jitter.min, NUMBERS.jitter.max, null),
  whole("seed", 0, MAX_SEED, 0),
  choice("colours", ["viridis", "inferno", "grey"], "viridis"),
  decimal("opacity", 0, 1, 0.8),
  choice("device", ["auto", "cpu", "gpu"], "auto"),
  {
    name: "hide",
    fallback: "",
    read: (text) => text.split(",").filter((part) => PARTS.includes(part)).join(","),
  },
];

/** @returns {State} */
export function defaults() {
  return /** @type {State} */ (Object.fromEntries(PROPERTIES.map((p) => [p.name, p.fallback])));
}

/**
 * @param {string} hash with or without its `#`
 * @returns {State}
 */
export function parse(hash) {
  const state = defaults();
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  for (const property of PROPERTIES) {
    const text = given.get(property.name);
    const value = text === null ? undefined : property.read(text);
    if (value !== undefined) Object.assign(state, { [property.name]: value });
  }
  return state;
}

/**
 * The hash for a state: only what differs from the defaults.
 *
 * @param {State} state
 * @param {{ownPicture?: boolean, ownModel?: boolean}} [own] what must stay on this device
 * @returns {string} without its `#`
 */
export function format(state, own = {}) {
  const out = new URLSearchParams();
  for (const property of PROPERTIES) {
    const value = state[property.name];
    if (value === property.fallback || value === null) continue;
    if (own.ownPicture && (property.name === "critter" || property.name === "target")) continue;
    if (own.ownModel && (property.name === "model" || property.name === "target")) continue;
    out.set(property.name, String(value));
  }
  return out.toString();
}

/** @param {keyof State} name @param {readonly string[]} values @param {string | null} fallback @returns {Property} */
function choice(name, values, fallback) {
  return { name, fallback, read: (text) => (values.includes(text) ? text : undefined) };
}

/** @param {keyof State} name @param {number} min @param {number} max @param {number | null} fallback @returns {Property} */
function whole(name, min, max, fallback) {
  return { name, fallback, read: (text) => within(/^\d{1,10}$/.test(text) ? Number(text) : NaN, min, max) };
}

/** @param {keyof State} name @param {number} min @param {number} max @param {number | null} fallback @returns {Property} */
function decimal(name, min, max, fallback) {
  return { name, fallback, read: (text) => within(text.trim() === "" ? NaN : Number(text), min, max) };
}

/** @param {keyof typeof NUMBERS} name @returns {Property} */
function number(name) {
  return decimal(name, NUMBERS[name].min, NUMBERS[name].max, null);
}

/** @param {number} value @param {number} min @param {number} max @returns {number | undefined} */
function within(value, min, max) {
  return Number.isFinite(value) && value >= min && value <= max ? value : undefined;
}
