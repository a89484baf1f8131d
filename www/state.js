/**
 * The state a page can be in, as values: the settings of a run with their presets, the link that holds them, and what a
 * report says about them. Pure.
 */

// -------- The settings of a run

/** @typedef {{name: string, note: string, values: PresetValues}} Preset */
/** @typedef {{game: string, null: string, null_sigma_px: number, sigma_at: string, iterations: number, l1: number,
 *   l2: number, beta: number, learning_rate: number, jitter: number}} PresetValues */

/** @type {PresetValues} The published code's values. */
const PAPER = {
  game: "delete",
  null: "blur",
  null_sigma_px: 10,
  sigma_at: "paper",
  iterations: 300,
  l1: 1e-4,
  l2: 1e-2,
  beta: 3,
  learning_rate: 0.1,
  jitter: 3,
};

/** @type {Readonly<Record<string, Preset>>} */
export const PRESETS = {
  meaningful: {
    name: "Meaningful perturbation",
    note: "The paper’s own values: the probability of one class, a soft and generous mask.",
    values: PAPER,
  },
  localisation: {
    name: "Localisation",
    note: "The paper’s values for boxing an object: the five likeliest classes together, a tighter mask.",
    values: { ...PAPER, l1: 1e-3, beta: 2 },
  },
};

export const GAMES = {
  delete: "Delete: blur as little as possible until the answer is gone",
  preserve: "Preserve: keep as little as possible so that the answer stays",
  dual: "Both at once",
};

export const NULLS = { blur: "Blur", mean: "Mean colour", noise: "Noise" };

export const SIGMA_AT = {
  paper: "The photo, 500 px at most",
  photo: "The photo’s own size",
  model: "The model’s size",
};

/** Every number of the panel: its name, the limits that make sense, and a step for the arrows. */
export const NUMBERS = /** @type {const} */ ({
  null_sigma_px: { label: "Blur σ", unit: "px", min: 0.5, max: 200, step: 0.5 },
  iterations: { label: "Iterations", unit: "", min: 1, max: 5000, step: 1 },
  l1: { label: "λ1, area", unit: "", min: 0, max: 10, step: "any" },
  l2: { label: "λ2, smoothness", unit: "", min: 0, max: 10, step: "any" },
  beta: { label: "β, exponent", unit: "", min: 0.5, max: 8, step: "any" },
  learning_rate: { label: "Step size", unit: "", min: 0.0001, max: 10, step: "any" },
  jitter: { label: "Jitter", unit: "px", min: 0, max: 32, step: 1 },
});

/**
 * The settings as the engine takes them: only what differs from the preset is named, so that the engine's own preset
 * stays the truth.
 *
 * @param {import("./state.js").State} state
 * @returns {import("./types.js").Settings}
 */
export function settingsOf(state) {
  const preset = PRESETS[state.method].values;
  /** @type {import("./types.js").Settings} */
  const settings = { method: state.method, seed: state.seed, target: state.target === null ? "top" : { index: state.target } };
  for (const name of /** @type {(keyof PresetValues)[]} */ (Object.keys(preset))) {
    const value = state[name];
    if (value !== null && value !== preset[name]) Object.assign(settings, { [name]: value });
  }
  return settings;
}

/**
 * A setting's value as it stands: the person's, or the preset's.
 *
 * @template {keyof PresetValues} K
 * @param {import("./state.js").State} state
 * @param {K} name
 * @returns {PresetValues[K]}
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
  whole("critter", 0, MAX_SEED, 46),
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
  const preset = /** @type {Record<string, unknown>} */ (PRESETS[method].values);
  const given = new URLSearchParams({ method, seed: String(settings.seed ?? report?.seed ?? 0) });
  for (const name of Object.keys(preset)) {
    if (settings[name] !== undefined && settings[name] !== preset[name]) given.set(name, String(settings[name]));
  }
  if (Number.isInteger(report?.target?.index)) given.set("target", String(report.target.index));
  // Through the link's own reader, so that a report can set nothing a link could not.
  const { model: _model, critter: _critter, colours: _colours, opacity: _opacity, device: _device, hide: _hide, ...state } = parse(given.toString());
  return state;
}
