/** The paragraph for a paper's methods section. Every value is the report's. Pure. */
import { paperOf } from "./papers.js";
import { methodOf, textOf } from "./registry.js";
import { fromReport } from "./result.js";
import { leftByRegion } from "./shown.js";
import { percent, score } from "./words.js";

/** @typedef {import("../types.js").Report} Report */
/** @typedef {import("../types.js").Registry} Registry */
/** @typedef {import("../types.js").RuleTest} RuleTest */

/** Number of digits of a SHA-256 in prose. */
const SHORT = 12;
/** Names of a profile's outputs in prose. @type {Record<import("../types.js").Profile["output"], string>} */
const OUTPUTS = {
  logits: "logits",
  probabilities: "probabilities",
  sigmoid: "a probability of each label by itself",
  "binary-logit": "the logit of one answer",
};

/**
 * @param {Report} report
 * @param {Registry} registry
 * @param {RuleTest | null} rule the test of the finding, if there was one
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

/** @param {{name: string, sha256: string}} file @returns {string} with its SHA-256 */
function named({ name, sha256 }) {
  return `${name} (SHA-256 ${sha256.slice(0, SHORT)}…)`;
}

/** The two entries that a paper would cite. @param {Report} report @returns {string} */
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

/**
 * The method's settings, in the registry's order. @param {Report} report @param {Registry} registry @returns {string}
 */
function settingsWords({ method, settings, target }, registry) {
  const names = besideNames(target, settings);
  const taken = methodOf(registry, method).settings;
  return registry.settings
    .filter(({ name }) => taken.includes(name) && name !== "seed" && name in settings)
    .flatMap((setting) => {
      const given = settings[setting.name];
      if (setting.kind === "classes") {
        const classes = /** @type {number[]} */ (given).map((index) => `${names.get(index) ?? "class"} (${index})`);
        return classes.length ? [`${setting.title} ${classes.join(" and ")}`] : [];
      }
      const value = textOf(given);
      return value === "" ? [] : [`${setting.title} ${valueWords(setting, value)}`];
    })
    .join("; ");
}

/**
 * The labels of the further classes of the answer, by number. The answer's own label names them in order, as in "cat +
 * dog − fox".
 *
 * @param {Report["target"]} target
 * @param {Report["settings"]} settings
 * @returns {Map<number, string>} empty if a label itself contains such a sign
 */
function besideNames({ label }, { with: summed = [], against = [] }) {
  const indices = [summed, against].flat();
  const names = label.split(/ [+−] /).slice(1);
  return new Map(names.length === indices.length ? indices.map((index, at) => [Number(index), `“${names[at]}”`]) : []);
}

/** @param {import("../types.js").SettingInfo} setting @param {string} value @returns {string} */
function valueWords({ choices, kind, unit }, value) {
  const title = choices.find((choice) => choice.value === value)?.title;
  if (title) return title.split(":")[0].toLowerCase();
  if (kind === "flag") return value === "true" ? "yes" : "no";
  return unit ? `${value} ${unit}` : value;
}

/**
 * The settings that differ from the method's own values. @param {Report} report @param {Registry} registry @returns
 * {string}
 */
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
  const { size, height, width, resize, channels, range, mean, std, output, resize_rule: rule = "crop" } = profile;
  const guess = assumed ? " This profile was assumed." : "";
  const ends = `values from ${range.map(textOf).join(" to ")}`;
  const scale = `mean ${mean.map(textOf).join(", ")} and deviation ${std.map(textOf).join(", ")}`;
  const seen = height || width ? `${width ?? size} × ${height ?? size} px` : `${size} px`;
  const brought = {
    crop: `resized to ${resize} px and cropped to ${seen}`,
    stretch: `stretched to ${seen}`,
    pad: `scaled and padded to ${seen}`,
  }[rule];
  const scores = `The model’s output was read as ${OUTPUTS[output]}.`;
  return `Pictures were ${brought}, and their ${ends} in ${channels} normalised with ${scale}. ${scores}${guess}`;
}

/**
 * The edit that the result's sentence is about: the region, or the soft mask if no region could be judged.
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
  const span = [...new Set(areas.map(percent))].join(" to ");
  const regions = `${levels === 1 ? "its region" : `its regions at ${levels} levels`} (${span})`;
  const left = unmoved.length ? `; regions of ${unmoved.map(percent).join(" and ")} were too large to be moved` : "";
  const between = interval ? ` (95 % interval ${percent(interval.low)} to ${percent(interval.high)})` : "";
  const beside = control === null ? "" : `, and that of the same regions moved elsewhere in ${percent(control)}`;
  const tested = `Tested on ${deletions.length} unseen deletions of ${regions}`;
  return `${tested}, the rule held in ${percent(held ?? NaN)}${between}${beside}${left}.`;
}
