/** What a report says about the page's state, so that it can be repeated. Pure. */
import { defaults, MODELS, parse } from "./link.js";
import { settingsOfReport, SIDES } from "./registry.js";

/**
 * The built-in model and sample that a report is about, if it is about such, and the state it was made in. Nothing of a
 * text that is no report, which the engine refuses with its own sentence.
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

/** @param {string} text @returns {any} an object, empty where the text is none */
function objectOf(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Through the link's own reader, so that a report can set nothing a link could not. @param {any} report */
function answerOf(report) {
  const given = new URLSearchParams({ target: String(report.target?.index ?? "") });
  for (const side of SIDES) given.set(side, String(report.settings?.[side] ?? ""));
  const { target, with: summed, against } = { ...defaults(), ...parse(given.toString()) };
  return { target, with: summed, against };
}
