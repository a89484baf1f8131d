/**
 * The state a page can be in, as values: the settings of a run with their presets, the link that holds them, and what a
 * report says about them. Pure.
 */

// -------- The settings of a run

/** @typedef {{values: Partial<PresetValues>, games?: string[]}} Preset */
/** @typedef {{game: string, score: string, null: string, null_sigma_px: number, sigma_at: string, iterations: number, l1: number,
 *   l2: number, beta: number, learning_rate: number, jitter: number, areas: string, samples: number, layer: string}} PresetValues */

/** The published code's null image and answer, which every method takes. */
const GROUND = { score: "probability", null: "blur", null_sigma_px: 10, sigma_at: "paper" };

/** The published code's values. */
const PAPER = { ...GROUND, game: "delete", iterations: 300, l1: 1e-4, l2: 1e-2, beta: 3, learning_rate: 0.1, jitter: 3 };

const IGOS = { ...GROUND, iterations: 15, l1: 1e-3, l2: 1e-2, beta: 2, jitter: 3, samples: 20 };

const LOGIT = { ...GROUND, score: "logit" };

/**
 * The engine’s methods; their names and what they do stand in the page's markup. A method takes the settings its values
 * name, and no others.
 *
 * @type {Readonly<Record<string, Preset>>}
 */
export const PRESETS = {
  meaningful: { values: PAPER },
  localisation: { values: { ...PAPER, l1: 1e-3, beta: 2 } },
  fast: { values: { ...PAPER, game: "dual", iterations: 48, l1: 1e-3, learning_rate: 0.07 } },
  extremal: {
    values: {
      ...LOGIT,
      game: "preserve",
      iterations: 100,
      learning_rate: 0.05,
      areas: "0.018,0.025,0.05,0.1,0.2",
    },
    games: ["delete", "preserve"],
  },
  igos: { values: IGOS },
  "igos++": { values: IGOS },
  gradient: { values: LOGIT },
  smoothgrad: { values: { ...LOGIT, samples: 50 } },
  "gradient-input": { values: LOGIT },
  integrated: { values: { ...GROUND, samples: 50 } },
  guided: { values: LOGIT },
  gradcam: { values: { ...LOGIT, layer: "" } },
  occlusion: { values: { ...GROUND, null: "mean" } },
  rise: { values: { ...GROUND, null: "mean", samples: 4000 } },
};

const GAMES = ["delete", "preserve", "dual"];
const SCORES = ["probability", "log-probability", "logit"];
/** Only the extremal method blends by a pyramid. */
const NULLS = ["blur", "pyramid", "mean", "noise"];
const SIGMA_AT = ["paper", "photo", "model"];

/** The largest seed the engine takes. */
const MAX_SEED = 2 ** 32 - 1;

/** Every number of the settings: the limits that make sense, and a step for the arrows. */
export const NUMBERS = {
  null_sigma_px: { min: 0.5, max: 200, step: 0.5 },
  iterations: { min: 1, max: 5000, step: 1 },
  l1: { min: 0, max: 10, step: "any" },
  l2: { min: 0, max: 10, step: "any" },
  beta: { min: 0.5, max: 8, step: "any" },
  learning_rate: { min: 0.0001, max: 10, step: "any" },
  jitter: { min: 0, max: 32, step: 1 },
  samples: { min: 1, max: 100000, step: 1 },
  seed: { min: 0, max: MAX_SEED, step: 1 },
};

/** Every setting that a preset may name. */
export const SETTINGS = /** @type {(keyof PresetValues)[]} */ (
  ["game", "score", "null", "null_sigma_px", "sigma_at", "iterations", "l1", "l2", "beta", "learning_rate", "jitter", "areas", "samples", "layer"]
);

/** Whether a method can be told this. @param {string} method @param {keyof PresetValues} name @param {unknown} value @returns {boolean} */
export function takes(method, name, value) {
  const { values, games } = PRESETS[method];
  if (!(name in values)) return false;
  if (name === "game" && games) return games.includes(String(value));
  return value !== "pyramid" || "areas" in values;
}

/**
 * The settings as the engine takes them: only what differs from the preset is named, so that the engine's own preset
 * stays the truth.
 *
 * @param {import("./state.js").State} state
 * @returns {import("./types.js").Settings}
 */
export function settingsOf(state) {
  /** @type {import("./types.js").Settings} */
  const settings = { method: state.method, seed: state.seed, target: state.target === null ? "top" : { index: state.target } };
  for (const name of SETTINGS) {
    const value = state[name];
    if (value === null || !takes(state.method, name, value) || value === PRESETS[state.method].values[name]) continue;
    Object.assign(settings, { [name]: name === "areas" ? String(value).split(",").map(Number) : value });
  }
  for (const side of SIDES) {
    const classes = beside(state, side);
    if (classes.length) settings[side] = classes;
  }
  return settings;
}

/** Further classes of the answer: summed with the target, or held against it. */
export const SIDES = /** @type {const} */ (["with", "against"]);

/** @param {import("./state.js").State} state @param {"with" | "against"} side @returns {number[]} */
export function beside(state, side) {
  // Localisation sums the likeliest classes, whatever the target.
  if (state.method === "localisation" && side === "with") return [];
  return state[side] ? state[side].split(",").map(Number) : [];
}

/** A new picture or model has other answers. @type {Partial<State>} */
export const NO_TARGET = { target: null, with: "", against: "" };

/**
 * A setting's value as it stands: the person's, or the preset's; undefined where the method does not take it.
 *
 * @template {keyof PresetValues} K
 * @param {import("./state.js").State} state
 * @param {K} name
 * @returns {PresetValues[K] | undefined}
 */
export function effective(state, name) {
  const own = state[name];
  return /** @type {PresetValues[K]} */ (own === null ? PRESETS[state.method].values[name] : own);
}

// -------- What a link holds

/** @typedef {object} State
 * @property {string} model A built-in model.
 * @property {number} critter The seed of the sample picture.
 * @property {number | null} target The class explained; null is the model's first answer.
 * @property {string} with Classes summed with it, joined by commas.
 * @property {string} against Classes held against it, joined by commas.
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
 * @property {string | null} score
 * @property {string | null} areas Shares of the picture, joined by commas.
 * @property {number | null} samples
 * @property {string | null} layer
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

/** Parts that `hide` may name. */
export const PARTS = ["picture", "model", "answers", "settings", "model-view", "compare", "article", "runs"];

/** @type {readonly Property[]} */
export const PROPERTIES = [
  choice("model", Object.keys(MODELS), "critters"),
  whole("critter", 0, MAX_SEED, 46),
  whole("target", 0, 1e6, null),
  list("with", "", (n) => Number.isInteger(n) && n >= 0 && n <= 1e6),
  list("against", "", (n) => Number.isInteger(n) && n >= 0 && n <= 1e6),
  choice("method", Object.keys(PRESETS), "fast"),
  choice("game", GAMES, null),
  choice("null", NULLS, null),
  number("null_sigma_px"),
  choice("sigma_at", SIGMA_AT, null),
  integer("iterations", null),
  number("l1"),
  number("l2"),
  number("beta"),
  number("learning_rate"),
  integer("jitter", null),
  choice("score", SCORES, null),
  list("areas", null, (n) => n >= 0.001 && n <= 0.999),
  integer("samples", null),
  { name: "layer", fallback: null, read: (text) => text.trim().slice(0, 200) || undefined },
  integer("seed", 0),
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
  for (const name of SETTINGS) {
    if (!takes(state.method, name, state[name])) Object.assign(state, { [name]: null });
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
    const answer = property.name in NO_TARGET;
    if (own.ownPicture && (property.name === "critter" || answer)) continue;
    if (own.ownModel && (property.name === "model" || property.name === "layer" || answer)) continue;
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

/** Numbers joined by commas, each once. @param {keyof State} name @param {string | null} fallback @param {(n: number) => boolean} valid @returns {Property} */
function list(name, fallback, valid) {
  /** @param {string} text */
  const read = (text) => {
    const numbers = [...new Set(text.split(/[\s,;]+/).filter(Boolean).map(Number))];
    return numbers.length > 0 && numbers.length <= 16 && numbers.every(valid) ? numbers.join(",") : undefined;
  };
  return { name, fallback, read };
}

/** @param {keyof typeof NUMBERS} name @param {number | null} fallback @returns {Property} */
function integer(name, fallback) {
  return whole(name, NUMBERS[name].min, NUMBERS[name].max, fallback);
}

/** @param {keyof typeof NUMBERS} name @returns {Property} */
function number(name) {
  return decimal(name, NUMBERS[name].min, NUMBERS[name].max, null);
}

/** @param {number} value @param {number} min @param {number} max @returns {number | undefined} */
function within(value, min, max) {
  return Number.isFinite(value) && value >= min && value <= max ? value : undefined;
}

// -------- What a report says about the page's state

/**
 * @param {string} text report.json
 * @returns {{model: string | null, seed: number | null, state: Partial<import("./state.js").State>}}
 *   the built-in model and sample it is about, if it is about such; nothing of a text that is no report, which the
 *   engine refuses with its own sentence
 */
export function ofReport(text) {
  /** @type {any} */
  let report = null;
  try {
    report = JSON.parse(text);
  } catch {
    return { model: null, seed: null, state: {} };
  }
  const name = String(report?.model?.name ?? "").replace(/\.onnx$/, "");
  const sample = /^critter:(\d{1,10})$/.exec(String(report?.image?.name ?? ""));
  return {
    model: name in MODELS ? name : null,
    seed: sample ? Number(sample[1]) : null,
    state: settingsState(report),
  };
}

/** @param {any} report @returns {Partial<import("./state.js").State>} */
function settingsState(report) {
  const settings = report?.settings ?? {};
  const method = String(settings.method ?? report?.method ?? "");
  if (!(method in PRESETS)) return {};
  const preset = PRESETS[method].values;
  const given = new URLSearchParams({ method, seed: String(settings.seed ?? report?.seed ?? 0) });
  for (const name of SETTINGS) {
    if (settings[name] !== undefined && String(settings[name]) !== String(preset[name])) given.set(name, String(settings[name]));
  }
  for (const side of SIDES) given.set(side, String(settings[side] ?? ""));
  if (Number.isInteger(report?.target?.index)) given.set("target", String(report.target.index));
  // Through the link's own reader, so that a report can set nothing a link could not.
  const { model: _model, critter: _critter, colours: _colours, opacity: _opacity, device: _device, hide: _hide, ...state } = parse(given.toString());
  return state;
}
