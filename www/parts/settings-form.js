/** A method's settings as a form, built from the engine's registry. */
import { canonical, choicesOf, effective, formSettings, methodOf, textOf } from "../core/registry.js";
import { el, fromMarkup, within } from "./dom.js";

/** @typedef {import("../types.js").Registry} Registry */
/** @typedef {import("../types.js").SettingInfo} SettingInfo */
/** @typedef {import("../core/link.js").State} State */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */
/** @typedef {(change: Partial<State>) => void} Changed */

const MARKUP = `
  <div class="field wide">
    <label for="setting-method">Method</label>
    <select id="setting-method" name="method" aria-describedby="method-note"></select>
  </div>
  <p id="method-note" class="hint wide"></p>
  <div class="field" id="device-field">
    <label for="setting-device">Device</label>
    <select id="setting-device" name="device">
      <option value="auto">Automatic</option>
      <option value="gpu">GPU (WebGPU)</option>
      <option value="cpu">CPU</option>
    </select>
  </div>
  <p id="setting-hint" class="hint wide" hidden></p>
  <div class="wide"><button id="reset-settings" type="button">Back to the preset’s values</button></div>`;

export class SettingsForm {
  element = el("form", { id: "settings", class: "settings", autocomplete: "off" });
  /** @type {Map<string, Control>} */
  #controls = new Map();
  /** @type {Registry | null} */
  #registry = null;
  /** @type {State | null} */
  #state = null;
  #changed;
  #hint;

  /**
   * @param {Changed} changed @param {boolean} forcedDevice whether the address forces it, so that it cannot be chosen
   *   here
   */
  constructor(changed, forcedDevice) {
    this.#changed = changed;
    const { element } = this;
    element.append(fromMarkup(MARKUP));
    element.addEventListener("submit", (event) => event.preventDefault());
    this.#hint = within(element, "setting-hint", HTMLElement);
    within(element, "reset-settings", HTMLButtonElement).addEventListener("click", () => changed({ own: {} }));
    const method = within(element, "setting-method", HTMLSelectElement);
    method.addEventListener("change", () => changed({ method: this.#nameOf(method.value), own: {} }));
    const device = within(element, "setting-device", HTMLSelectElement);
    device.addEventListener("change", () => changed({ device: device.value }));
    device.disabled = forcedDevice;
    if (forcedDevice) device.title = "The address of this page forces the device.";
  }

  /** The default method has no name in a link. @param {string} method @returns {string} */
  #nameOf(method) {
    return method === this.#registry?.default ? "" : method;
  }

  /** @param {Registry} registry @param {State} state */
  show(registry, state) {
    if (this.#registry !== registry) this.#build(registry);
    this.#state = state;
    const info = methodOf(registry, state.method);
    within(this.element, "setting-method", HTMLSelectElement).value = info.name;
    within(this.element, "setting-device", HTMLSelectElement).value = state.device;
    within(this.element, "method-note", HTMLElement).textContent = info.summary;
    for (const setting of formSettings(registry)) this.#showSetting(registry, state, setting);
  }

  /** @param {Registry} registry */
  #build(registry) {
    this.#registry = registry;
    const methods = registry.methods.map(({ name, title, summary }) =>
      el("option", { value: name, title: summary }, title),
    );
    within(this.element, "setting-method", HTMLSelectElement).replaceChildren(...methods);
    for (const control of this.#controls.values()) control.parentElement?.remove();
    this.#controls.clear();
    const before = within(this.element, "device-field", HTMLElement);
    for (const setting of formSettings(registry)) before.before(this.#field(setting));
  }

  /** @param {SettingInfo} setting @returns {HTMLElement} */
  #field(setting) {
    const control = controlOf(setting);
    this.#controls.set(setting.name, control);
    control.addEventListener("change", () => this.#take(setting, control));
    control.addEventListener("focus", () => this.#explain(setting));
    const label = el("label", { for: control.id, title: setting.hint }, labelOf(setting));
    return el("div", { class: setting.name === "game" ? "field wide" : "field" }, label, control);
  }

  /** @param {Registry} registry @param {State} state @param {SettingInfo} setting */
  #showSetting(registry, state, setting) {
    const control = this.#controls.get(setting.name);
    const method = methodOf(registry, state.method);
    const value = effective(registry, state, setting.name);
    if (!control) return;
    control.parentElement?.toggleAttribute("hidden", value === undefined);
    control.classList.toggle("own", value !== undefined && value !== textOf(method.preset[setting.name]));
    const choices = choicesOf(method, setting);
    for (const option of control.querySelectorAll("option")) {
      option.hidden = option.disabled = !choices.includes(option.value);
    }
    if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value === "true";
    else control.value = value ?? "";
  }

  /** Takes a control's value as a setting. An invalid value is refused beside the control. */
  #take(/** @type {SettingInfo} */ setting, /** @type {Control} */ control) {
    if (!this.#registry || !this.#state) return;
    const checkbox = control instanceof HTMLInputElement && control.type === "checkbox";
    const given = checkbox ? String(control.checked) : control.value;
    const text = canonical(methodOf(this.#registry, this.#state.method), setting, given);
    // An emptied field returns to the preset's value.
    control.setCustomValidity(given.trim() && text === undefined ? ruleOf(setting) : "");
    if (!control.reportValidity()) return;
    const { [setting.name]: _before, ...own } = this.#state.own;
    this.#changed({ own: text === undefined ? own : { ...own, [setting.name]: text } });
  }

  /** @param {SettingInfo} setting */
  #explain(setting) {
    const value = textOf(setting.paper);
    const paper = value ? `Meaningful perturbation’s value is ${titleOf(setting, value)}.` : "";
    const info = this.#registry && methodOf(this.#registry, this.#state?.method ?? "");
    const own = textOf(info?.preset[setting.name]);
    const preset = own && own !== value ? `${info?.title}’s own is ${titleOf(setting, own)}.` : "";
    this.#hint.textContent = [setting.hint, ruleOf(setting), paper, preset].filter(Boolean).join(" ");
    this.#hint.hidden = false;
  }
}

/** The form, kept up to date with what the page knows. */
export class SettingsPanel {
  #form;
  #store;

  /** @param {HTMLElement} place @param {import("../types.js").Context} context */
  constructor(place, { set, store }) {
    this.#form = new SettingsForm(set, store.now.forcedDevice !== null);
    this.#store = store;
    place.append(this.#form.element);
  }

  /** @param {import("../app/store.js").Names} names what is new */
  update(names) {
    const { registry, state } = this.#store.now;
    if (registry && (names.has("state") || names.has("registry"))) this.#form.show(registry, state);
  }
}

/** @param {SettingInfo} setting @returns {string} */
function labelOf({ title, unit }) {
  return unit ? `${title} (${unit})` : title;
}

/** @param {SettingInfo} setting @param {string} value @returns {string} the value for people */
function titleOf({ choices }, value) {
  return (
    choices
      .find((choice) => choice.value === value)
      ?.title.split(":")[0]
      .toLowerCase() ?? value
  );
}

/** @param {SettingInfo} setting @returns {string} its valid values, in words */
function ruleOf({ kind, low, high }) {
  const range = low !== null && high !== null ? ` from ${low} to ${high}` : "";
  if (kind === "integer") return `A whole number${range}.`;
  if (kind === "number") return `A number${range}.`;
  if (kind === "numbers") return `Numbers${range}, with commas between them.`;
  return "";
}

/** @param {SettingInfo} setting @returns {Control} */
function controlOf({ name, kind, choices, low, high }) {
  const common = { id: `setting-${name}`, name, "aria-describedby": "setting-hint" };
  if (kind === "choice") {
    const options = choices.map(({ value, title }) => el("option", { value }, title));
    return el("select", common, ...options);
  }
  if (kind === "flag") return el("input", { ...common, type: "checkbox" });
  const numeric = kind === "number" || kind === "integer";
  if (!numeric) return el("input", { ...common, type: "text", spellcheck: "false" });
  const limits = { min: String(low ?? ""), max: String(high ?? ""), step: kind === "integer" ? "1" : "any" };
  return el("input", { ...common, type: "number", inputmode: "decimal", ...limits });
}
