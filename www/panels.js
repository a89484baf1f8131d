/** The device line, the settings panel and the model in detail. */
import { byId, el } from "./dom.js";
import { effective, NUMBERS, PRESETS, PROPERTIES, SETTINGS, takes } from "./state.js";
import { bytes, count, remedy, sentence } from "./words.js";

// -------- Which device computes, why, and what would help where it is not the GPU

/** @param {import("./types.js").Device} device @param {string} preference @param {string} [because] e.g. a lost device */
export function showDevice(device, preference, because) {
  const line = byId("device", HTMLDetailsElement);
  line.dataset.kind = device.kind;
  byId("device-name", HTMLElement).textContent = `${device.kind.toUpperCase()} · ${device.name.replace(/^(CPU|GPU),? (with )?/, "")}`;
  byId("device-reason", HTMLElement).textContent = [because, sentence(device.reason)].filter(Boolean).join(" ");
  const help = device.kind === "cpu" && !because ? remedy({ hasApi: "gpu" in navigator, secure: window.isSecureContext, agent: navigator.userAgent, preference }) : "";
  for (const each of line.querySelectorAll("[data-remedy]")) each.toggleAttribute("hidden", each.getAttribute("data-remedy") !== help);
}

// -------- The settings panel

/** @typedef {import("./state.js").State} State */

const form = byId("settings", HTMLFormElement);
const summary = byId("settings-summary", HTMLElement);
const method = byId("setting-method", HTMLSelectElement);

/** A method as the page names it, with what it does. @param {string} id @returns {HTMLOptionElement} */
export function optionOf(id) {
  return /** @type {HTMLOptionElement} */ ([...method.options].find(({ value }) => value === id));
}

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/** The form's fields, one for each setting. */
const controls = /** @type {Control[]} */ ([...form.elements].filter((each) => each instanceof HTMLInputElement || each instanceof HTMLSelectElement));

/** @param {string} name @returns {Control} */
function control(name) {
  return /** @type {Control} */ (controls.find((each) => each.name === name));
}

/**
 * @param {(change: Partial<State>) => void} changed
 * @param {{forcedDevice: string | null}} options a device forced by the address cannot be chosen here
 */
export function initSettings(changed, { forcedDevice }) {
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const [name, limits] of Object.entries(NUMBERS)) Object.assign(control(name), limits);
  const device = control("device");
  if (forcedDevice) {
    device.disabled = true;
    device.title = "The address of this page forces the device.";
  }
  byId("reset-settings", HTMLButtonElement).addEventListener("click", () => changed({ ...unset(), seed: 0 }));

  for (const control of controls) {
    const { name } = control;
    control.addEventListener("change", () => {
      if (name === "areas") control.setCustomValidity(control.value && !read(name, control.value) ? "Shares of the picture from 0.001 to 0.999, with commas between them." : "");
      if (control instanceof HTMLInputElement && !control.checkValidity()) return control.reportValidity();
      if (control instanceof HTMLInputElement && control.value === "") return changed({ [name]: name === "seed" ? 0 : null });
      const value = control.type === "number" ? Number(control.value) : control.type === "text" ? read(name, control.value) : control.value;
      return changed(name === "method" ? { ...unset(), method: String(value) } : { [name]: value });
    });
  }
}

/** What a text means as a setting; null, the preset's value, where it means none. @param {string} name @param {string} value */
function read(name, value) {
  return PROPERTIES.find((property) => property.name === name)?.read(value) ?? null;
}

/** @param {State} state */
export function showSettings(state) {
  const preset = PRESETS[state.method];
  const own = SETTINGS.filter((name) => name in preset.values && state[name] !== null && state[name] !== preset.values[name]);
  for (const control of controls) {
    const { name } = control;
    const setting = SETTINGS.find((each) => each === name);
    control.value = String((setting ? effective(state, setting) : state[/** @type {keyof State} */ (name)]) ?? "");
    control.classList.toggle("own", own.some((each) => each === name));
    if (!setting) continue;
    control.parentElement?.toggleAttribute("hidden", !(setting in preset.values));
    for (const option of control.querySelectorAll("option")) option.hidden = option.disabled = !takes(state.method, setting, option.value);
  }
  const { text, title } = optionOf(state.method);
  byId("method-note", HTMLParagraphElement).textContent = title;
  summary.textContent = `${text}${own.length ? `, ${own.length} changed` : ""}, seed ${state.seed}`;
}

/** Every setting left to the preset. @returns {Partial<State>} */
function unset() {
  return Object.fromEntries(SETTINGS.map((name) => [name, null]));
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
