/** The facts about a result for a printed sheet, which has no form. */
import { choicesOf, formSettings, methodOf, textOf } from "../../core/registry.js";
import { el } from "../dom.js";

/** @typedef {import("../../types.js").Registry} Registry */

/**
 * @param {string | null} text report.json
 * @param {Registry | null} registry
 * @returns {HTMLElement[]} items of a list of facts; empty without a report
 */
export function printedFacts(text, registry) {
  if (text === null || !registry) return [];
  const { method, settings, model, image, device, tool } = JSON.parse(text);
  const info = methodOf(registry, method);
  const taken = formSettings(registry).filter(({ name }) => info.settings.includes(name) && textOf(settings[name]) !== "");
  /** @type {[string, string, boolean][]} */
  const facts = [
    ["Method", info.title, true],
    ...taken.map((setting) => /** @type {[string, string, boolean]} */ (factOf(setting, textOf(settings[setting.name]), info))),
    ["Model", model.name, false],
    ["Picture", image.name, false],
    ["Device", `${device.kind.toUpperCase()} · ${device.name}`, false],
    ["Program", tool, false],
  ];
  return facts.map(([name, value, words]) =>
    el("div", {}, el("dt", {}, name), el("dd", words ? {} : { translate: "no" }, value)),
  );
}

/**
 * @param {import("../../types.js").SettingInfo} setting
 * @param {string} value
 * @param {import("../../types.js").MethodInfo} method
 * @returns {[name: string, value: string, words: boolean]}
 */
function factOf(setting, value, method) {
  const { kind, title, unit, choices } = setting;
  const name = unit ? `${title} (${unit})` : title;
  if (kind === "flag") return [name, value === "true" ? "yes" : "no", true];
  const chosen = choicesOf(method, setting).includes(value) && choices.find((choice) => choice.value === value);
  return chosen ? [name, chosen.title, true] : [name, value, false];
}
