/** The device line and the settings panel. */
import { byId } from "./dom.js";
import { effective, NUMBERS, PRESETS, PROPERTIES, SETTINGS, takes } from "./state.js";
import { remedy, sentence } from "./words.js";

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
