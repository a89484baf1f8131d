/** The stand-in's registry of methods and settings, in the shape of `vanish methods --json`. */
const GAMES = ["delete", "preserve", "dual"];
const GROUND = { null: "blur", null_sigma_px: 10, sigma_at: "paper", with: [], against: [], seed: 0 };
const PAPER = {
  score: "probability",
  game: "delete",
  iterations: 300,
  l1: 1e-4,
  l2: 1e-2,
  beta: 3,
  learning_rate: 0.1,
  jitter: 3,
};
const IGOS = { score: "probability", iterations: 15, l1: 1e-3, l2: 1e-2, beta: 2, jitter: 3, samples: 20 };
const LOGIT = { score: "logit" };

/** @type {[name: string, title: string, summary: string, games: string[], preset: Record<string, unknown>][]} */
const METHODS = [
  [
    "fast",
    "Fast",
    "Both games at once, on coarse and fine grids together, in a fifth of the steps.",
    GAMES,
    { ...PAPER, game: "dual", iterations: 48, l1: 1e-3, learning_rate: 0.07 },
  ],
  [
    "meaningful",
    "Meaningful perturbation",
    "The paper’s own values: the probability of one class, a soft and generous mask.",
    GAMES,
    PAPER,
  ],
  [
    "localisation",
    "Localisation",
    "The paper’s values for boxing an object: the five likeliest classes together, a tighter mask.",
    GAMES,
    { ...PAPER, l1: 1e-3, beta: 2 },
  ],
  [
    "extremal",
    "Extremal perturbation",
    "The best region of each area; the smallest that suffices is the answer.",
    ["delete", "preserve"],
    { ...LOGIT, game: "preserve", iterations: 100, learning_rate: 0.05, areas: [0.018, 0.025, 0.05, 0.1, 0.2] },
  ],
  ["igos", "I-GOS", "The same energy along the integrated gradient: few steps of many passes.", [], IGOS],
  ["igos++", "iGOS++", "The same, with a deleting and a preserving mask at once.", [], IGOS],
  ["gradient", "Gradient", "How fast the score changes with a pixel.", [], LOGIT],
  ["smoothgrad", "SmoothGrad", "The gradient, averaged over noisy copies.", [], { ...LOGIT, samples: 50 }],
  ["gradient-input", "Gradient × input", "The gradient times the picture.", [], LOGIT],
  [
    "integrated",
    "Integrated gradients",
    "The gradient, averaged from the blurred picture to the sharp one.",
    [],
    { score: "probability", samples: 50 },
  ],
  ["guided", "Guided back-propagation", "The gradient of what speaks for the class.", [], LOGIT],
  ["gradcam", "Grad-CAM", "A layer’s channels, weighted by their gradient.", [], { ...LOGIT, layer: "" }],
  [
    "occlusion",
    "Occlusion",
    "How far the score drops under a grey square.",
    [],
    { score: "probability", null: "mean" },
  ],
  [
    "rise",
    "RISE",
    "Random masks, weighted by the score they leave.",
    [],
    { score: "probability", null: "mean", samples: 4000 },
  ],
];

/** @param {string} name @param {string} title @param {string} kind @param {object} [more] */
const setting = (name, title, kind, more = {}) => ({
  name,
  title,
  hint: `${title} of the stand-in.`,
  kind,
  low: null,
  high: null,
  choices: [],
  unit: "",
  ...more,
});
const number = (
  /** @type {string} */ name,
  /** @type {string} */ title,
  /** @type {number} */ low,
  /** @type {number} */ high,
  kind = "number",
  more = {},
) => setting(name, title, kind, { low, high, ...more });
const choice = (
  /** @type {string} */ name,
  /** @type {string} */ title,
  /** @type {Record<string, string>} */ choices,
) =>
  setting(name, title, "choice", {
    choices: Object.entries(choices).map(([id, words]) => ({ value: id, title: words })),
  });

const SETTINGS = [
  choice("game", "Game", {
    delete: "Delete: blur as little as possible until the answer is gone",
    preserve: "Preserve: keep as little as possible so that the answer stays",
    dual: "Both at once",
  }),
  choice("score", "The answer as", {
    probability: "Probability",
    "log-probability": "Log-probability",
    logit: "Logit",
  }),
  choice("null", "Replace by", { blur: "Blur", pyramid: "Blur pyramid", mean: "Mean colour", noise: "Noise" }),
  number("null_sigma_px", "Blur σ", 0.5, 200, "number", { unit: "px", paper: 10 }),
  choice("sigma_at", "σ measured at", {
    paper: "The photo, 500 px at most",
    photo: "The photo’s own size",
    model: "The model’s size",
  }),
  number("iterations", "Iterations", 1, 5000, "integer"),
  number("l1", "λ1, area", 0, 10),
  number("l2", "λ2, smoothness", 0, 10),
  number("beta", "β, exponent", 0.5, 8),
  number("learning_rate", "Step size", 0.0001, 10),
  number("jitter", "Jitter", 0, 32, "integer", { unit: "px" }),
  number("samples", "Samples", 1, 100000, "integer"),
  number("areas", "Areas (shares)", 0.001, 0.999, "numbers"),
  setting("layer", "Layer", "text"),
  number("seed", "Seed", 0, 2 ** 32 - 1, "integer"),
  setting("with", "Summed with it", "classes"),
  setting("against", "Held against it", "classes"),
];

export const LEARNED = ["meaningful", "localisation", "fast", "extremal", "igos", "igos++"];

export const REGISTRY = {
  default: "fast",
  methods: METHODS.map(([name, title, summary, games, own]) => {
    const preset = { ...GROUND, ...own };
    const settings = SETTINGS.map((each) => each.name).filter((each) => each in preset);
    return { name, title, summary, kind: LEARNED.includes(name) ? "learned" : "attribution", games, settings, preset };
  }),
  settings: SETTINGS,
};
