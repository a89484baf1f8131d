/** The settings of a run: what can be chosen, and each method's own values. Pure. */

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
