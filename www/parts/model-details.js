/** The details of a model: the content of its file, the preprocessing, and what was refused and why. */
import { modelName } from "../app/facts.js";
import { fieldsOf, profileFile, profileName, profileOf } from "../core/profile.js";
import { bytes, shortLabel } from "../core/words.js";
import { el, fromMarkup, save, within } from "./dom.js";
import { modelLine } from "./subject.js";

/** @typedef {import("../types.js").ModelInfo} ModelInfo */
/** @typedef {import("../types.js").Context} Context */

const MARKUP = `
  <p id="model-refused" class="caveat" hidden></p>
  <div id="model-view"></div>
  <h3>How a picture becomes its input</h3>
  <p id="profile-origin"></p>
  <form id="profile" class="settings" autocomplete="off">
    <div class="field">
      <label for="profile-size">Size after the crop (px)</label>
      <input id="profile-size" name="size" type="text" inputmode="decimal" />
    </div>
    <div class="field">
      <label for="profile-resize">Shorter side before it (px)</label>
      <input id="profile-resize" name="resize" type="text" inputmode="decimal" />
    </div>
    <div class="field">
      <label for="profile-channels">Channels</label>
      <select id="profile-channels" name="channels" translate="no"><option>RGB</option><option>BGR</option></select>
    </div>
    <div class="field">
      <label for="profile-output">Output</label>
      <select id="profile-output" name="output" translate="no"><option>logits</option><option>probabilities</option><option>sigmoid</option><option>binary-logit</option></select>
    </div>
    <div class="field" hidden>
      <label for="profile-output-name">Which output</label>
      <select id="profile-output-name" translate="no"></select>
    </div>
    <div class="field">
      <label for="profile-range">Range, black to white</label>
      <input id="profile-range" name="range" type="text" inputmode="decimal" />
    </div>
    <div class="field">
      <label for="profile-mean">Mean</label>
      <input id="profile-mean" name="mean" type="text" inputmode="decimal" />
    </div>
    <div class="field">
      <label for="profile-std">Standard deviation</label>
      <input id="profile-std" name="std" type="text" inputmode="decimal" />
    </div>
    <p id="labels-line" class="wide"></p>
    <div class="field wide">
      <label for="profile-labels">Labels, pasted or from a file</label>
      <textarea id="profile-labels" name="labels" rows="3" spellcheck="false"
        placeholder="One label a line; leave empty to keep those there are"></textarea>
    </div>
    <input id="labels-file" type="file" class="wide" accept=".txt,.json,.csv,.names,.labels"
      aria-label="Labels from a file" />
    <div class="wide row">
      <button type="submit">Use this profile</button>
      <button id="export-profile" type="button">Save it</button>
    </div>
  </form>`;

/** The origin of a profile, in words. */
const ORIGINS = {
  given: "From a profile that came with this model, or as you set it.",
  known: "Known, for by its SHA-256 this is a file of the ONNX Model Zoo: ",
  file: "From what the file says of itself.",
  assumed:
    "Assumed, for no profile came with this model: its own input size and ImageNet’s usual values. " +
    "If the answers look wrong, correct them here.",
};

export class ModelDetails {
  #root;
  #context;
  #form;
  #labels;
  #outputs;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    root.append(fromMarkup(MARKUP));
    this.#form = within(root, "profile", HTMLFormElement);
    this.#labels = within(root, "profile-labels", HTMLTextAreaElement);
    this.#outputs = within(root, "profile-output-name", HTMLSelectElement);
    const file = within(root, "labels-file", HTMLInputElement);
    file.addEventListener("change", async () => {
      this.#labels.value = (await file.files?.[0]?.text().catch(() => "")) ?? "";
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    within(root, "export-profile", HTMLButtonElement).addEventListener("click", () => this.#save());
  }

  /** @param {import("../app/store.js").Names} names what is new */
  update(names) {
    if (names.has("refused")) this.#showRefused();
    if (names.has("model")) this.#showModel();
  }

  /** Names a model that could not be opened, and the reason, until another one is opened. */
  #showRefused() {
    const { refused } = this.#context.store.now;
    const line = within(this.#root, "model-refused", HTMLParagraphElement);
    line.hidden = !refused;
    line.textContent = refused ? `${refused.file} was refused. ${refused.why}` : "";
  }

  #showModel() {
    const { model } = this.#context.store.now;
    if (!model) return;
    within(this.#root, "model-view", HTMLDivElement).replaceChildren(...describe(model.info));
    this.#showProfile(model);
  }

  /** @param {import("../types.js").OpenModel} model */
  #showProfile({ info, labels, assumedLabels }) {
    const known = info.profile_source === "known" ? info.known : "";
    this.#line("profile-origin", ORIGINS[info.profile_source] + known, info.profile_assumed);
    for (const [name, value] of Object.entries(fieldsOf(info.profile))) {
      Object.assign(this.#form.elements.namedItem(name) ?? {}, { value });
    }
    this.#showOutputs(info);
    this.#labels.value = "";
    const assumed = "The labels are ImageNet’s: assumed, for the model has 1000 classes and no names for them.";
    this.#line("labels-line", assumedLabels ? assumed : listed(info, labels), assumedLabels);
    within(this.#root, "export-profile", HTMLButtonElement).textContent = `Save ${this.#fileName()}`;
  }

  /** @param {ModelInfo} info */
  #showOutputs({ output, output_name }) {
    // From "name [N, 1000]" the name is taken.
    const names = [output].flat().map((port) => port.replace(/ \[[^[]*$/, ""));
    this.#outputs.replaceChildren(...names.map((name) => el("option", {}, name)));
    if (output_name) this.#outputs.value = output_name;
    this.#outputs.parentElement?.toggleAttribute("hidden", this.#outputs.length < 2);
  }

  /** @param {string} id @param {string} text @param {boolean} doubtful */
  #line(id, text, doubtful) {
    const place = within(this.#root, id, HTMLParagraphElement);
    place.textContent = text;
    place.classList.toggle("caveat", doubtful);
    place.classList.toggle("hint", !doubtful);
  }

  /** @returns {string} the name of the profile's file */
  #fileName() {
    return profileName(modelName(this.#context.store.now));
  }

  #save() {
    const { model } = this.#context.store.now;
    if (!model) return;
    const text = profileFile(model.info, model.labels);
    save(this.#fileName(), new Blob([text], { type: "application/json" }));
  }

  #submit() {
    const { store, opening, voice } = this.#context;
    const profile = store.now.model?.info.profile;
    if (!profile) return;
    const next = profileOf(/** @type {any} */ (Object.fromEntries(new FormData(this.#form))), profile);
    if ("problem" in next) return voice.fail(next.problem);
    const chosen = this.#outputs.length > 1 ? { output_name: this.#outputs.value } : {};
    const labels = this.#labels.value.trim() ? this.#labels.value : undefined;
    void opening.profile({ ...next.profile, ...chosen }, labels);
  }
}

/** @param {ModelInfo} info @returns {HTMLElement[]} */
function describe(info) {
  const warnings = info.warnings.filter((warning) => !(info.profile_assumed && /profile/.test(warning)));
  const operators = Object.entries(info.operators).sort((a, b) => b[1] - a[1]);
  return [
    el("p", { class: "hint" }, modelLine(info)),
    ...warnings.map((warning) => el("p", { class: "caveat" }, warning)),
    facts([
      ["Input", [info.input].flat().join("; ")],
      ["Output", [info.output].flat().join("; ")],
      ["Written by", [info.producer, info.opset && `opset ${info.opset}`].filter(Boolean).join(", ") || "not said"],
      ["Memory", amounts({ ...info.memory }, bytes)],
      ["Simplified", amounts({ ...info.simplified }, String) || "nothing"],
      ["SHA-256", info.sha256],
    ]),
    el("h3", {}, "Operators"),
    el("ul", { class: "operators" }, ...operators.map(([name, n]) => operatorItem(name, n))),
  ];
}

/** @param {string} name @param {number} n @returns {HTMLLIElement} */
function operatorItem(name, n) {
  return el("li", { translate: "no" }, name, " ", el("span", { class: "numbers" }, `× ${n}`));
}

/** @param {ModelInfo} info @param {string[]} labels @returns {string} */
function listed({ labelled }, labels) {
  if (!labelled) return "No labels came with the model: its classes are numbered.";
  return `${labels.length} labels: ${labels.slice(0, 3).map(shortLabel).join(", ")} …`;
}

/**
 * @param {Record<string, number> | undefined} values
 * @param {(value: number) => string} write
 * @returns {string} those that are not 0
 */
function amounts(values = {}, write) {
  const some = Object.entries(values).filter(([, n]) => n > 0);
  return some.map(([name, n]) => `${name.replaceAll("_", " ")} ${write(n)}`).join(", ");
}

/** @param {[string, string][]} rows @returns {HTMLDListElement} */
function facts(rows) {
  const items = rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el("dl", { class: "plain-facts" }, ...items);
}
