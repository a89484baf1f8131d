/** What was done, as the paragraph of a paper's methods section; every value is the report's. Pure. */
import { paperOf } from "./papers.js";
import { methodOf, textOf } from "./registry.js";
import { fromReport } from "./result.js";
import { leftByRegion } from "./shown.js";
import { percent, score } from "./words.js";

/** @typedef {import("../types.js").Report} Report */
/** @typedef {import("../types.js").Registry} Registry */
/** @typedef {import("../types.js").RuleTest} RuleTest */

/** Fingerprints are shortened to so many digits in prose. */
const SHORT = 12;

/**
 * @param {Report} report
 * @param {Registry} registry
 * @param {RuleTest | null} rule the test of the finding, where there was one
 * @returns {string}
 */
export function methodsText(report, registry, rule) {
  const { model, image, target, device, tool, iterations, seed } = report;
  const method = methodOf(registry, report.method);
  const { cited } = paperOf(report.method);
  const steps = method.kind === "learned" ? ` in ${iterations} steps` : "";
  const sentences = [
    `We explained the answer “${target.label}” of the model ${named(model)} to the picture ${named(image)} with the ` +
      `method “${method.title}” (after ${cited}), as implemented in ${tool}, on the ${device.kind.toUpperCase()} ` +
      `(${device.name})${steps}, with seed ${seed}.`,
    `Its settings were: ${settingsWords(report, registry)}.`,
    changedWords(report, registry),
    profileWords(model),
    scoreWords(report),
    rule ? ruleWords(rule) : "",
  ];
  return sentences.filter(Boolean).join(" ");
}

/** @param {{name: string, sha256: string}} file @returns {string} with its fingerprint */
function named({ name, sha256 }) {
  return `${name} (SHA-256 ${sha256.slice(0, SHORT)}…)`;
}

/** Both entries that a paper would cite. @param {Report} report @returns {string} */
export function bibtex({ method, tool }) {
  const [name, version = ""] = tool.split(" ");
  const software = [
    `@software{${name},`,
    `  title     = {${name}: the smallest region whose blurring makes a classifier's answer vanish},`,
    `  version   = {${version}},`,
    "}",
  ];
  return `${paperOf(method).bibtex}\n\n${software.join("\n")}\n`;
}

/** What the method takes, in the registry's order. @param {Report} report @param {Registry} registry @returns {string} */
function settingsWords({ method, settings }, registry) {
  const taken = methodOf(registry, method).settings;
  return registry.settings
    .filter(({ name }) => taken.includes(name) && name !== "seed" && name in settings)
    .flatMap((setting) => {
      const value = textOf(settings[setting.name]);
      return value === "" ? [] : [`${setting.title} ${valueWords(setting, value)}`];
    })
    .join("; ");
}

/** @param {import("../types.js").SettingInfo} setting @param {string} value @returns {string} */
function valueWords({ choices, kind, unit }, value) {
  const title = choices.find((choice) => choice.value === value)?.title;
  if (title) return title.split(":")[0].toLowerCase();
  if (kind === "flag") return value === "true" ? "yes" : "no";
  return unit ? `${value} ${unit}` : value;
}

/** What differs from the method's own values. @param {Report} report @param {Registry} registry @returns {string} */
function changedWords({ method, settings }, registry) {
  const { preset, settings: taken } = methodOf(registry, method);
  const changed = registry.settings.filter(({ name }) => {
    const known = taken.includes(name) && name !== "seed" && name in settings;
    return known && textOf(settings[name]) !== textOf(preset[name]);
  });
  const words = changed.map(({ title, name }) => `${title} (${textOf(preset[name]) || "none"})`);
  return words.length
    ? `Changed from the method’s own values, which stand in brackets: ${words.join("; ")}.`
    : "All are the method’s own values.";
}

/** @param {Report["model"]} model @returns {string} */
function profileWords({ profile, profile_assumed: assumed }) {
  const { size, resize, channels, mean, std, resize_rule: rule = "crop" } = profile;
  const guess = assumed ? " This profile was assumed." : "";
  const scale = `mean ${mean.join(", ")} and deviation ${std.join(", ")}`;
  const brought = {
    crop: `resized to ${resize} px and cropped to ${size} px`,
    stretch: `stretched to ${size} px`,
    pad: `scaled and padded to ${size} px`,
  }[rule];
  return `Pictures were ${brought}, and normalised in ${channels} with ${scale}.${guess}`;
}

/**
 * The edit that the result's sentence speaks of: the region whole, or the soft mask where none could be judged.
 *
 * @param {Report} report
 * @returns {string}
 */
function scoreWords(report) {
  const result = fromReport(report, "");
  const { original, null: nothing } = result.scores;
  const verb = result.keeps ? "Keeping nothing but" : "Deleting";
  const what = result.region
    ? `the region whose evidence is above ${score(result.region.level)} (${percent(result.region.area)} of the picture)`
    : `what the soft mask says (${percent(result.area)} of the picture by more than half)`;
  const change = `took the score from ${score(original)} to ${score(leftByRegion(result))}`;
  return `${verb} ${what} ${change}; with everything deleted it is ${score(nothing)}.`;
}

/** @param {RuleTest} rule @returns {string} */
function ruleWords({ deletions, trials, areas, unmoved, held, held_interval: interval, control }) {
  const levels = new Set(trials.filter((trial) => !trial.control).map(({ level }) => level)).size;
  const regions = `${levels === 1 ? "its region" : `its regions at ${levels} levels`} (${areas.map(percent).join(" to ")})`;
  const left = unmoved.length ? `; regions of ${unmoved.map(percent).join(", ")} were too large to be moved` : "";
  const span = interval ? ` (95 % interval ${percent(interval.low)} to ${percent(interval.high)})` : "";
  const beside = control === null ? "" : `, and that of the same regions moved elsewhere in ${percent(control)}`;
  const tested = `Tested on ${deletions.length} unseen deletions of ${regions}`;
  return `${tested}, the rule held in ${percent(held ?? NaN)}${span}${beside}${left}.`;
}
