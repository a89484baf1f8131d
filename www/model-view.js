/** The model in detail: what its file holds, how pictures are prepared for it, and what was refused, and why. */
import { byId, el, fail, save } from "./dom.js";
import { fieldsOf, profileFile, profileName, profileOf } from "./profile.js";
import { bytes, count, shortLabel } from "./words.js";

/** @typedef {import("./types.js").ModelInfo} ModelInfo */

const form = byId("profile", HTMLFormElement);
const labels = byId("profile-labels", HTMLTextAreaElement);
const outputs = byId("profile-output-name", HTMLSelectElement);

/** @param {ModelInfo} info @returns {string} one line */
export function modelLine(info) {
  const operators = Object.values(info.operators).reduce((sum, n) => sum + n, 0);
  return `${count(info.classes)} classes, ${count(info.parameters)} parameters, ${operators} operators, ${bytes(info.size)}`;
}

/** @param {import("./types.js").OpenModel} model @param {string} file its name */
export function showModel(model, file) {
  const { info } = model;
  const operators = Object.entries(info.operators).sort((a, b) => b[1] - a[1]);
  byId("model-view", HTMLDivElement).replaceChildren(
    el("p", { class: "hint" }, modelLine(info)),
    ...info.warnings.filter((warning) => !(info.profile_assumed && /profile/.test(warning))).map((warning) => el("p", { class: "caveat" }, warning)),
    facts([
      ["Input", [info.input].flat().join("; ")],
      ["Output", [info.output].flat().join("; ")],
      ["Written by", [info.producer, info.opset && `opset ${info.opset}`].filter(Boolean).join(", ") || "not said"],
      // Every weight is held as four bytes, however the file holds it.
      ["Memory", amounts({ weights: 4 * info.parameters, ...info.memory }, bytes)],
      ["Simplified", amounts(info.simplified, String) || "nothing"],
      ["SHA-256", info.sha256],
    ]),
    el("h3", {}, "Operators"),
    el(
      "ul",
      { class: "operators" },
      ...operators.map(([name, n]) => el("li", {}, name, " ", el("span", { class: "numbers" }, `× ${n}`))),
    ),
  );
  showProfile(model, profileName(file));
}

/** Names a model that could not be opened, and why, until another one is. @param {string} [file] none: nothing is refused any more @param {string} [why] */
export function showRefused(file = "", why = "") {
  const line = byId("model-refused", HTMLParagraphElement);
  line.hidden = !file;
  line.textContent = `${file} was refused. ${why}`;
}

/** Where a profile comes from. */
const ORIGINS = {
  given: "From a profile that came with this model, or as you set it.",
  known: "Known, for by its SHA-256 this is a file of the ONNX Model Zoo: ",
  file: "From what the file says of itself.",
  assumed: "Assumed, for no profile came with this model: its own input size and ImageNet’s usual values. If the answers look wrong, correct them here.",
};

/** @param {import("./types.js").OpenModel} model @param {string} file the name it is saved by */
function showProfile({ info, labels: names, assumedLabels }, file) {
  line("profile-origin", ORIGINS[info.profile_source] + (info.profile_source === "known" ? info.known : ""), info.profile_assumed);
  for (const [name, value] of Object.entries(fieldsOf(info.profile))) Object.assign(form.elements.namedItem(name) ?? {}, { value });
  // Of "name [N, 1000]" the name.
  outputs.replaceChildren(...[info.output].flat().map((port) => el("option", {}, port.replace(/ \[[^[]*$/, ""))));
  if (info.output_name) outputs.value = info.output_name;
  outputs.parentElement?.toggleAttribute("hidden", outputs.length < 2);
  labels.value = "";
  const listed = info.labelled ? `${names.length} labels: ${names.slice(0, 3).map(shortLabel).join(", ")} …` : "No labels came with the model: its classes are numbered.";
  line("labels-line", assumedLabels ? "The labels are ImageNet’s: assumed, for the model has 1000 classes and no names for them." : listed, assumedLabels);
  const saver = byId("export-profile", HTMLButtonElement);
  saver.textContent = `Save ${file}`;
  saver.onclick = () => save(file, new Blob([profileFile(info, names)], { type: "application/json" }));
}

/**
 * @param {() => import("./types.js").OpenModel | null} model the one that is open
 * @param {(profile: import("./types.js").Profile, labels: string | undefined) => void} changed
 */
export function initProfile(model, changed) {
  byId("labels-file", HTMLInputElement).addEventListener("change", async ({ target }) => {
    labels.value = (await /** @type {HTMLInputElement} */ (target).files?.[0]?.text().catch(() => "")) ?? "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { profile } = model()?.info ?? {};
    if (!profile) return;
    const next = profileOf(/** @type {any} */ (Object.fromEntries(new FormData(form))), profile);
    if ("problem" in next) fail(next.problem);
    else changed(outputs.length > 1 ? { ...next.profile, output_name: outputs.value } : next.profile, labels.value.trim() ? labels.value : undefined);
  });
}

/** @param {string} id @param {string} text @param {boolean} doubtful */
function line(id, text, doubtful) {
  const place = byId(id, HTMLParagraphElement);
  place.textContent = text;
  place.classList.toggle("caveat", doubtful);
  place.classList.toggle("hint", !doubtful);
}

/** @param {Record<string, number> | undefined} values @param {(value: number) => string} write @returns {string} those that are not 0 */
function amounts(values = {}, write) {
  return Object.entries(values).filter(([, n]) => n > 0).map(([name, n]) => `${name.replaceAll("_", " ")} ${write(n)}`).join(", ");
}

/** @param {[string, string][]} rows @returns {HTMLDListElement} */
function facts(rows) {
  return el("dl", { class: "plain-facts" }, ...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
