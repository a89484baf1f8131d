/** The device line, the settings panel and the model in detail. */
import { byId, el } from "./dom.js";
import { effective, GAMES, MAX_SEED, NULLS, NUMBERS, PRESETS, PROPERTIES, SCORES, SETTINGS, SIGMA_AT, takes } from "./state.js";
import { bytes, count, remedy, sentence } from "./words.js";

// -------- Which device computes, why, and what would help where it is not the GPU

/** @param {string} preference @returns {string | null} */
export function remedyHere(preference) {
  return remedy({ hasApi: "gpu" in navigator, secure: window.isSecureContext, agent: navigator.userAgent, preference });
}

/** @param {import("./types.js").Device} device @param {string} preference @param {string} [because] e.g. a lost device */
export function showDevice(device, preference, because) {
  const line = byId("device", HTMLDetailsElement);
  line.dataset.kind = device.kind;
  byId("device-name", HTMLElement).textContent = `${device.kind.toUpperCase()} · ${device.name.replace(/^(CPU|GPU),? (with )?/, "")}`;
  byId("device-reason", HTMLElement).textContent = [because, sentence(device.reason)].filter(Boolean).join(" ");
  const help = device.kind === "cpu" && !because ? remedyHere(preference) : null;
  const place = byId("device-remedy", HTMLElement);
  place.hidden = help === null;
  place.textContent = help ?? "";
}

// -------- The settings panel

/** @typedef {import("./state.js").State} State */

const form = byId("settings", HTMLFormElement);
const summary = byId("settings-summary", HTMLElement);

/** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
const controls = new Map();

/**
 * @param {(change: Partial<State>) => void} changed
 * @param {{forcedDevice: string | null}} options a device forced by the address cannot be chosen here
 */
export function initSettings(changed, { forcedDevice }) {
  form.addEventListener("submit", (event) => event.preventDefault());
  const presets = Object.fromEntries(Object.entries(PRESETS).map(([id, preset]) => [id, preset.name]));
  const method = select("method", "Method", presets, true);
  const note = el("p", { class: "hint wide", id: "method-note" });
  method.setAttribute("aria-describedby", "method-note");
  select("game", "Game", GAMES, true);
  select("score", "The answer as", SCORES);
  select("null", "Replace by", NULLS);
  number("null_sigma_px", NUMBERS.null_sigma_px);
  select("sigma_at", "σ measured at", SIGMA_AT);
  number("iterations", NUMBERS.iterations);
  number("l1", NUMBERS.l1);
  number("l2", NUMBERS.l2);
  number("beta", NUMBERS.beta);
  number("learning_rate", NUMBERS.learning_rate);
  number("jitter", NUMBERS.jitter);
  number("samples", NUMBERS.samples);
  words("areas", "Areas (shares of the picture)", "0.05, 0.1");
  words("layer", "Layer (name of its node)", "the last convolution");
  number("seed", { label: "Seed", unit: "", min: 0, max: MAX_SEED, step: 1 });
  const device = select("device", "Device", { auto: "Automatic", gpu: "GPU (WebGPU)", cpu: "CPU" });
  if (forcedDevice) {
    device.disabled = true;
    device.title = "The address of this page forces the device.";
  }
  const reset = el("button", { type: "button", id: "reset-settings" }, "Back to the preset’s values");
  reset.addEventListener("click", () => changed({ ...unset(), seed: 0 }));
  form.append(el("div", { class: "wide" }, reset));
  form.children[0].after(note);

  for (const [name, control] of controls) {
    control.addEventListener("change", () => {
      if (name === "areas") control.setCustomValidity(control.value && !readSetting(name, control.value) ? "Shares of the picture from 0.001 to 0.999, at most 16, commas between them." : "");
      if (control instanceof HTMLInputElement && !control.checkValidity()) return control.reportValidity();
      if (control instanceof HTMLInputElement && control.value === "") return changed({ [name]: name === "seed" ? 0 : null });
      const value = control.type === "number" ? Number(control.value) : control.type === "text" ? readSetting(name, control.value) : control.value;
      return changed(name === "method" ? { ...unset(), method: String(value) } : { [name]: value });
    });
  }
}

/** What a text means as a setting; null, the preset's value, where it means none. @param {string} name @param {string} value */
function readSetting(name, value) {
  return PROPERTIES.find((property) => property.name === name)?.read(value) ?? null;
}

/** @param {State} state */
export function showSettings(state) {
  const preset = PRESETS[state.method];
  const own = SETTINGS.filter((name) => name in preset.values && state[name] !== null && state[name] !== preset.values[name]);
  for (const [name, control] of controls) {
    const setting = SETTINGS.find((each) => each === name);
    control.value = String((setting ? effective(state, setting) : state[/** @type {keyof State} */ (name)]) ?? "");
    control.classList.toggle("own", own.some((each) => each === name));
    if (!setting) continue;
    control.parentElement?.toggleAttribute("hidden", !(setting in preset.values));
    for (const option of control.querySelectorAll("option")) option.hidden = option.disabled = !takes(state.method, setting, option.value);
  }
  byId("method-note", HTMLParagraphElement).textContent = preset.note;
  summary.textContent = `${preset.name}${own.length ? `, ${own.length} changed` : ""}, seed ${state.seed}`;
}

/** Every setting left to the preset. @returns {Partial<State>} */
function unset() {
  return Object.fromEntries(SETTINGS.map((name) => [name, null]));
}

/** @param {string} name @param {string} label @param {Record<string, string>} values @param {boolean} wide @returns {HTMLSelectElement} */
function select(name, label, values, wide = false) {
  const control = el("select", { id: `setting-${name}`, name });
  for (const [value, text] of Object.entries(values)) control.append(el("option", { value }, text));
  controls.set(name, control);
  form.append(el("div", { class: wide ? "field wide" : "field" }, el("label", { for: control.id }, label), control));
  return control;
}

/** @param {string} name @param {string} label @param {string} placeholder */
function words(name, label, placeholder) {
  const control = el("input", { id: `setting-${name}`, name, type: "text", placeholder, spellcheck: "false" });
  controls.set(name, control);
  form.append(el("div", { class: "field wide" }, el("label", { for: control.id }, label), control));
}

/** @param {string} name @param {{label: string, unit: string, min: number, max: number, step: number | string}} rule */
function number(name, { label, unit, min, max, step }) {
  const control = el("input", {
    id: `setting-${name}`,
    name,
    type: "number",
    min: String(min),
    max: String(max),
    step: String(step),
    inputmode: "decimal",
  });
  controls.set(name, control);
  form.append(el("div", { class: "field" }, el("label", { for: control.id }, unit ? `${label} (${unit})` : label), control));
}

// -------- The model in detail

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
