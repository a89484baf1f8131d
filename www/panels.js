/** The device line and the settings panel. */
import { byId, el } from "./dom.js";
import { effective, GAMES, MAX_SEED, NULLS, NUMBERS, PRESETS, SIGMA_AT } from "./state.js";
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
/** @typedef {keyof import("./state.js").PresetValues} Name */

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
  select("null", "Replace by", NULLS);
  number("null_sigma_px", NUMBERS.null_sigma_px);
  select("sigma_at", "σ measured at", SIGMA_AT);
  number("iterations", NUMBERS.iterations);
  number("l1", NUMBERS.l1);
  number("l2", NUMBERS.l2);
  number("beta", NUMBERS.beta);
  number("learning_rate", NUMBERS.learning_rate);
  number("jitter", NUMBERS.jitter);
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
      if (control instanceof HTMLInputElement && !control.checkValidity()) return control.reportValidity();
      if (control instanceof HTMLInputElement && control.value === "") return changed({ [name]: name === "seed" ? 0 : null });
      const value = control instanceof HTMLInputElement ? Number(control.value) : control.value;
      return changed(name === "method" ? { ...unset(), method: String(value) } : { [name]: value });
    });
  }
}

/** @param {State} state */
export function showSettings(state) {
  const preset = PRESETS[state.method];
  for (const [name, control] of controls) {
    const known = /** @type {keyof State} */ (name);
    const value = name in preset.values ? effective(state, /** @type {Name} */ (name)) : state[known];
    control.value = String(value);
    control.classList.toggle("own", name in preset.values && state[known] !== null && state[known] !== preset.values[/** @type {Name} */ (name)]);
  }
  byId("method-note", HTMLParagraphElement).textContent = preset.note;
  const own = Object.keys(preset.values).filter((name) => {
    const value = state[/** @type {Name} */ (name)];
    return value !== null && value !== preset.values[/** @type {Name} */ (name)];
  });
  summary.textContent = `${preset.name}${own.length ? `, ${own.length} changed` : ""}, seed ${state.seed}`;
}

/** Every setting left to the preset. @returns {Partial<State>} */
function unset() {
  return Object.fromEntries(Object.keys(PRESETS.meaningful.values).map((name) => [name, null]));
}

/** @param {string} name @param {string} label @param {Record<string, string>} values @param {boolean} wide @returns {HTMLSelectElement} */
function select(name, label, values, wide = false) {
  const control = el("select", { id: `setting-${name}`, name });
  for (const [value, text] of Object.entries(values)) control.append(el("option", { value }, text));
  controls.set(name, control);
  form.append(el("div", { class: wide ? "field wide" : "field" }, el("label", { for: control.id }, label), control));
  return control;
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
