/** Restores the page's state from a report, so that the run can be repeated. Pure. */
import { defaults, MODELS, parse } from "./link.js";
import { settingsOfReport, SIDES } from "./registry.js";

/**
 * The built-in model and sample of a report, if it is about such, and the state in which it was made. A text that is
 * not a report gives nothing; the engine refuses it with its own sentence.
 *
 * @param {string} text report.json
 * @param {import("../types.js").Registry} registry
 * @returns {{model: string | null, seed: number | null, state: Partial<import("./link.js").State>}}
 */
export function ofReport(text, registry) {
  const report = objectOf(text);
  const name = String(report.model?.name ?? "").replace(/\.onnx$/, "");
  const sample = /^critter:(\d{1,10})$/.exec(String(report.image?.name ?? ""));
  const settings = settingsOfReport(registry, report);
  return {
    model: name in MODELS ? name : null,
    seed: sample ? Number(sample[1]) : null,
    state: settings ? { ...settings, ...answerOf(report) } : {},
  };
}

/** @param {string} text @returns {any} an object, empty if the text is none */
function objectOf(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Reads it as a link, so that a report can set nothing that a link could not. @param {any} report */
function answerOf(report) {
  const given = new URLSearchParams({ target: String(report.target?.index ?? "") });
  for (const side of SIDES) given.set(side, String(report.settings?.[side] ?? ""));
  const { target, with: summed, against } = { ...defaults(), ...parse(given.toString()) };
  return { target, with: summed, against };
}
