/** The model in detail: what it is made of, and how a picture becomes its input, which can be changed. */
import { byId, el } from "./dom.js";
import { bytes, count } from "./format.js";

/** @typedef {import("./types.js").ModelInfo} ModelInfo */
/** @typedef {import("./types.js").Profile} Profile */

const place = byId("model-view", HTMLDivElement);

/** @param {ModelInfo} info @returns {string} one line */
export function modelLine(info) {
  const operators = Object.values(info.operators).reduce((sum, n) => sum + n, 0);
  return `${count(info.classes)} classes, ${count(info.parameters)} parameters, ${operators} operators, ${bytes(info.size)}`;
}

/**
 * @param {ModelInfo} info
 * @param {(profile: Profile, labels: string | undefined) => void} changed
 */
export function showModel(info, changed) {
  const operators = Object.entries(info.operators).sort((a, b) => b[1] - a[1]);
  place.replaceChildren(
    el("p", { class: "hint" }, modelLine(info)),
    ...info.warnings.filter((warning) => !(info.profile_assumed && /profile/.test(warning))).map((warning) => el("p", { class: "caveat" }, warning)),
    facts([
      ["Input", [info.input].flat().join("; ")],
      ["Output", [info.output].flat().join("; ")],
      ["Written by", [info.producer, info.opset && `opset ${info.opset}`].filter(Boolean).join(", ") || "not said"],
      ["SHA-256", info.sha256],
    ]),
    el("h3", {}, "Operators"),
    el(
      "ul",
      { class: "operators" },
      ...operators.map(([name, n]) => el("li", {}, name, " ", el("span", { class: "numbers" }, `× ${n}`))),
    ),
    el("h3", {}, "How a picture becomes its input"),
    el(
      "p",
      { class: info.profile_assumed ? "caveat" : "hint" },
      info.profile_assumed
        ? "Assumed, for no profile came with this model: its own input size and ImageNet’s usual values. If the answers look wrong, correct them here."
        : "From the profile that came with the model.",
    ),
    profileForm(info.profile, changed),
  );
}

/**
 * @param {Profile} profile
 * @param {(profile: Profile, labels: string | undefined) => void} changed
 * @returns {HTMLFormElement}
 */
function profileForm(profile, changed) {
  const form = el("form", { class: "settings", autocomplete: "off", id: "profile" });
  const fields = {
    size: text(form, "Size (px)", String(profile.size ?? "")),
    resize: text(form, "Shorter side before the crop (px)", profile.resize ? String(profile.resize) : ""),
    channels: choice(form, "Channels", ["RGB", "BGR"], profile.channels ?? "RGB"),
    output: choice(form, "Output", ["logits", "probabilities"], profile.output ?? "logits"),
    range: text(form, "Range", (profile.range ?? []).join(", ")),
    mean: text(form, "Mean", (profile.mean ?? []).join(", ")),
    std: text(form, "Standard deviation", (profile.std ?? []).join(", ")),
  };
  const labels = el("textarea", { id: "profile-labels", rows: "3", spellcheck: "false", placeholder: "One label a line; leave empty to keep those there are" });
  form.append(
    el("div", { class: "field wide" }, el("label", { for: labels.id }, "Labels"), labels),
    el("div", { class: "wide" }, el("button", { type: "submit" }, "Use this profile")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    /** @type {Profile} */
    const next = { ...profile, channels: fields.channels.value, output: fields.output.value };
    // What is not a number is passed on as it is: the engine names the fault.
    next.size = Number(fields.size.value);
    next.resize = fields.resize.value.trim() === "" ? next.size : Number(fields.resize.value);
    next.range = /** @type {[number, number]} */ (numbers(fields.range.value));
    next.mean = numbers(fields.mean.value);
    next.std = numbers(fields.std.value);
    changed(next, labels.value.trim() === "" ? undefined : labels.value);
  });
  return form;
}

/** @param {string} list @returns {number[]} */
function numbers(list) {
  return list.split(/[\s,;]+/).filter(Boolean).map(Number);
}

/** @param {HTMLFormElement} form @param {string} label @param {string} value @returns {HTMLInputElement} */
function text(form, label, value) {
  const control = el("input", { type: "text", inputmode: "decimal", id: `profile-${label.split(" ")[0].toLowerCase()}`, value });
  form.append(el("div", { class: "field" }, el("label", { for: control.id }, label), control));
  return control;
}

/** @param {HTMLFormElement} form @param {string} label @param {string[]} values @param {string} value @returns {HTMLSelectElement} */
function choice(form, label, values, value) {
  const control = el("select", { id: `profile-${label.toLowerCase()}` });
  for (const each of values.includes(value) ? values : [...values, value]) control.append(el("option", {}, each));
  control.value = value;
  form.append(el("div", { class: "field" }, el("label", { for: control.id }, label), control));
  return control;
}

/** @param {[string, string][]} rows @returns {HTMLDListElement} */
function facts(rows) {
  const list = el("dl", { class: "plain-facts" });
  for (const [name, value] of rows) list.append(el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return list;
}
