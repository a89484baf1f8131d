/** The device line and the settings panel. */
import { byId, el } from "./dom.js";
import { effective, GAMES, MAX_SEED, NULLS, NUMBERS, PRESETS, PROPERTIES, SCORES, SETTINGS, SIGMA_AT, takes } from "./state.js";
import { remedy, sentence } from "./words.js";

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
