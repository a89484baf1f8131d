/** What a report says about the page's state: the model and picture it is about, and the settings to repeat it. Pure. */
import { PRESETS } from "./presets.js";
import { MODELS, parse } from "./state.js";

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
