/** The state of the page as values, and the link that holds it. Pure. */

/** @typedef {object} State
 * @property {number} tour The step of the tour that is shown; 0 if none is.
 * @property {string} view The view that is open.
 * @property {string} model A built-in model.
 * @property {number} critter The seed of the sample picture.
 * @property {number | null} target The class to explain; null is the model's first answer.
 * @property {string} with Classes summed with it, joined by commas.
 * @property {string} against Classes contrasted with it, joined by commas.
 * @property {string} method Empty for the engine's default.
 * @property {string} colours
 * @property {number} opacity
 * @property {string} device
 * @property {string} hide Parts of the page that are left out, for teaching; names joined by commas.
 * @property {Record<string, string>} own The settings that the user has changed, by name, as texts. The engine's
 *   registry decides which are valid; it is not loaded yet when a link is read.
 */

/** @typedef {{name: keyof State, fallback: unknown, read: (text: string) => unknown}} Property */

/** The built-in models, by the names of their files. */
export const MODELS = /** @type {const} */ ({
  critters: "Critters",
  "critters-biased": "Critters, with a hidden bias",
});

/** Parts that `hide` may name. */
export const PARTS = ["picture", "model", "answers", "settings", "model-view", "compare", "article", "runs", "tour"];

/** Without a target: a new picture or model has other answers. @type {Partial<State>} */
export const NO_TARGET = { target: null, with: "", against: "" };

/** Settings that name a part of a model. With the user's own model they stay on the device. */
const OF_THE_MODEL = ["layer"];

/** Number of steps of the tour. */
export const TOUR_STEPS = 7;

const MOST = { seed: 2 ** 32 - 1, classes: 1e6, beside: 16 };

/** The link's properties besides the settings, which come after `method`. @type {readonly Property[]} */
export const PROPERTIES = [
  { name: "tour", fallback: 0, read: (text) => whole(text, TOUR_STEPS) },
  { name: "view", fallback: "explain", read: (text) => name(text) },
  choice("model", Object.keys(MODELS), "critters"),
  { name: "critter", fallback: 46, read: (text) => whole(text, MOST.seed) },
  { name: "target", fallback: null, read: (text) => whole(text, MOST.classes) },
  { name: "with", fallback: "", read: classes },
  { name: "against", fallback: "", read: classes },
  { name: "method", fallback: "", read: (text) => name(text) },
  choice("colours", ["viridis", "inferno", "grey"], "viridis"),
  { name: "opacity", fallback: 0.8, read: share },
  choice("device", ["auto", "cpu", "gpu"], "auto"),
  {
    name: "hide",
    fallback: "",
    read: (text) =>
      text
        .split(",")
        .filter((part) => PARTS.includes(part))
        .join(","),
  },
];

/** @returns {State} */
export function defaults() {
  const entries = PROPERTIES.map((property) => [property.name, property.fallback]);
  return /** @type {State} */ ({ ...Object.fromEntries(entries), own: {} });
}

/**
 * @param {string} hash with or without its `#`
 * @returns {State} its settings are not checked yet; see `tidy` of the registry
 */
export function parse(hash) {
  const state = defaults();
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  for (const [key, text] of given) {
    const property = PROPERTIES.find((each) => each.name === key);
    const value = property?.read(text);
    if (value !== undefined) Object.assign(state, { [key]: value });
    else if (!property && /^[a-z][a-z0-9_]*$/.test(key)) state.own[key] = text;
  }
  return state;
}

/**
 * The hash of a state, with only what differs from the defaults.
 *
 * @param {State} state
 * @param {{ownPicture?: boolean, ownModel?: boolean}} [own] what must stay on this device
 * @returns {string} without its `#`
 */
export function format(state, own = {}) {
  const out = new URLSearchParams();
  for (const property of PROPERTIES) {
    const value = state[property.name];
    const answer = property.name in NO_TARGET;
    const stays =
      (own.ownPicture && (property.name === "critter" || answer)) ||
      (own.ownModel && (property.name === "model" || answer));
    if (value !== property.fallback && value !== null && !stays) out.set(property.name, String(value));
    if (property.name !== "method") continue;
    for (const [key, text] of Object.entries(state.own))
      if (!own.ownModel || !OF_THE_MODEL.includes(key)) out.set(key, text);
  }
  return out.toString();
}

/** @param {keyof State} name @param {readonly string[]} values @param {string} fallback @returns {Property} */
function choice(name, values, fallback) {
  return { name, fallback, read: (text) => (values.includes(text) ? text : undefined) };
}

/** The name of a view or a method, whether it exists or not. @param {string} text @returns {string | undefined} */
function name(text) {
  return /^[a-z][a-z0-9+-]{0,40}$/.test(text) ? text : undefined;
}

/** @param {string} text @param {number} most @returns {number | undefined} */
function whole(text, most) {
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** @param {string} text @returns {number | undefined} */
function share(text) {
  const value = text.trim() === "" ? NaN : Number(text);
  return value >= 0 && value <= 1 ? value : undefined;
}

/** Numbers of classes, joined by commas, each once. @param {string} text @returns {string | undefined} */
function classes(text) {
  const all = new Set(
    text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((each) => whole(each, MOST.classes)),
  );
  return all.size > 0 && all.size <= MOST.beside && !all.has(undefined) ? [...all].join(",") : undefined;
}
