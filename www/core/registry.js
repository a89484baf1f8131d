/**
 * Reads the engine's registry of methods and settings: what a method takes, what a text means as a setting, and what is
 * passed to the engine. No method and no setting is named here. Pure.
 */

/** @typedef {import("../types.js").Registry} Registry */
/** @typedef {import("../types.js").MethodInfo} MethodInfo */
/** @typedef {import("../types.js").SettingInfo} SettingInfo */
/** @typedef {import("./link.js").State} State */

/** Largest number of values in a list. */
const LONGEST_LIST = 16;
/** Largest number of characters in a text. */
const LONGEST_TEXT = 200;

/**
 * The method of this name, or the default one.
 *
 * @param {Registry} registry
 * @param {string} name
 * @returns {MethodInfo}
 */
export function methodOf(registry, name) {
  const named = (/** @type {string} */ wanted) => registry.methods.find((method) => method.name === wanted);
  return named(name) ?? named(registry.default) ?? registry.methods[0];
}

/** @param {Registry} registry @param {string} name @returns {SettingInfo | undefined} */
export function settingOf(registry, name) {
  return registry.settings.find((setting) => setting.name === name);
}

/**
 * @param {Registry} registry @returns {SettingInfo[]} those for a form; classes are chosen among the answers instead
 */
export function formSettings(registry) {
  return registry.settings.filter(({ kind }) => kind !== "classes");
}

/**
 * The choices that a method offers for a setting.
 *
 * @param {MethodInfo} method
 * @param {SettingInfo} setting
 * @returns {string[]}
 */
export function choicesOf(method, setting) {
  return setting.name === "game" ? method.games : setting.choices.map(({ value }) => value);
}

// -------- Values as texts, as a link and a form hold them

/** @param {unknown} value of a setting, as the engine writes it @returns {string} */
export function textOf(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOf).join(",");
  // A 32-bit number is written with the digits that it has.
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}

/**
 * @type {Record<SettingInfo["kind"], (text: string, setting: SettingInfo, method: MethodInfo) => string | undefined>}
 */
const READERS = {
  number: (text, { low, high }) => numberText(text, low, high),
  integer: (text, { low, high }) => (/^\d{1,10}$/.test(text) ? numberText(text, low, high) : undefined),
  flag: (text) => (["true", "false"].includes(text) ? text : undefined),
  choice: (text, setting, method) => (choicesOf(method, setting).includes(text) ? text : undefined),
  numbers: (text, { low, high }) => listText(text, (each) => numberText(each, low, high)),
  words: (text) => listText(text, (each) => each),
  text: (text) => text.slice(0, LONGEST_TEXT) || undefined,
  classes: () => undefined,
};

/**
 * The canonical text of a setting of a method, in the form that links and forms hold.
 *
 * @param {MethodInfo} method
 * @param {SettingInfo | undefined} setting
 * @param {string} text
 * @returns {string | undefined} undefined if the text is invalid, or the method does not take the setting
 */
export function canonical(method, setting, text) {
  if (!setting || !method.settings.includes(setting.name)) return undefined;
  return READERS[setting.kind](text.trim(), setting, method);
}

/** @param {string} text @param {number | null} [low] @param {number | null} [high] @returns {string | undefined} */
function numberText(text, low, high) {
  const value = text === "" ? NaN : Number(text);
  const within = Number.isFinite(value) && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
  return within ? String(value) : undefined;
}

/** Values joined by commas, each once. @param {string} text @param {(each: string) => string | undefined} read */
function listText(text, read) {
  const values = new Set(
    text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(read),
  );
  const good = values.size > 0 && values.size <= LONGEST_LIST && !values.has(undefined);
  return good ? [...values].join(",") : undefined;
}

/** @param {SettingInfo} setting @param {string} text canonical @returns {unknown} the value as the engine reads it */
function valueOf({ kind }, text) {
  const wordOrNumber = (/** @type {string} */ word) => (Number.isFinite(Number(word)) ? Number(word) : word);
  if (kind === "numbers" || kind === "words") return text.split(",").map(wordOrNumber);
  if (kind === "number" || kind === "integer") return Number(text);
  return kind === "flag" ? text === "true" : text;
}

// -------- The settings of a state

/**
 * Keeps only the settings that the method takes and that differ from its preset.
 *
 * @param {Registry} registry
 * @param {string} method
 * @param {Record<string, string>} own settings by name, as texts of any origin
 * @returns {Record<string, string>} in the order of the registry
 */
export function tidy(registry, method, own) {
  const info = methodOf(registry, method);
  const entries = registry.settings.flatMap((setting) => {
    const text = Object.hasOwn(own, setting.name) ? canonical(info, setting, own[setting.name]) : undefined;
    return text === undefined || text === textOf(info.preset[setting.name]) ? [] : [[setting.name, text]];
  });
  return Object.fromEntries(entries);
}

/**
 * The present value of a setting: the user's, or the preset's.
 *
 * @param {Registry} registry
 * @param {State} state
 * @param {string} name
 * @returns {string | undefined} undefined if the method does not take it
 */
export function effective(registry, state, name) {
  const method = methodOf(registry, state.method);
  return method.settings.includes(name) ? (state.own[name] ?? textOf(method.preset[name])) : undefined;
}

/** Further classes of the answer, summed with the target or contrasted with it. */
export const SIDES = /** @type {const} */ (["with", "against"]);

/**
 * @param {Registry | null} registry
 * @param {State} state
 * @param {"with" | "against"} side
 * @returns {number[]} empty if the method takes no such classes
 */
export function beside(registry, state, side) {
  if (!state[side] || (registry && !methodOf(registry, state.method).settings.includes(side))) return [];
  return state[side].split(",").map(Number);
}

/**
 * The settings for the engine. Only those that differ from the preset are named, so that the engine's preset stays
 * authoritative.
 *
 * @param {Registry} registry
 * @param {State} state
 * @returns {import("../types.js").Settings}
 */
export function settingsOf(registry, state) {
  const method = methodOf(registry, state.method);
  /** @type {import("../types.js").Settings} */
  const settings = { method: method.name, target: state.target === null ? "top" : { index: state.target } };
  for (const [name, text] of Object.entries(tidy(registry, method.name, state.own))) {
    const setting = settingOf(registry, name);
    if (setting) Object.assign(settings, { [name]: valueOf(setting, text) });
  }
  for (const side of SIDES) {
    const classes = beside(registry, state, side);
    if (classes.length) settings[side] = classes;
  }
  return settings;
}

/**
 * A report's settings, in the form that a state holds.
 *
 * @param {Registry} registry
 * @param {any} report
 * @returns {Pick<State, "method" | "own"> | null} null if its method is unknown
 */
export function settingsOfReport(registry, report) {
  const settings = report?.settings ?? {};
  const name = String(settings.method ?? report?.method ?? "");
  if (!registry.methods.some((method) => method.name === name)) return null;
  const texts = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, textOf(value)]));
  return { method: name, own: tidy(registry, name, texts) };
}
