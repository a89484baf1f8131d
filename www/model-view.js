/** The model in detail: what its file holds, how pictures are prepared for it, and what was refused, and why. */
import { byId, el, fail, save } from "./dom.js";
import { fieldsOf, profileFile, profileName, profileOf } from "./profile.js";
import { bytes, count } from "./words.js";

/** @typedef {import("./types.js").ModelInfo} ModelInfo */
/** @typedef {import("./types.js").Profile} Profile */
/** @typedef {(profile: Profile, labels: string | undefined) => void} Changed */

const place = byId("model-view", HTMLDivElement);

/** @param {ModelInfo} info @returns {string} one line */
export function modelLine(info) {
  const operators = Object.values(info.operators).reduce((sum, n) => sum + n, 0);
  return `${count(info.classes)} classes, ${count(info.parameters)} parameters, ${operators} operators, ${bytes(info.size)}`;
}

/**
 * @param {import("./types.js").OpenModel} model
 * @param {string} file its name
 * @param {Changed} changed
 */
export function showModel(model, file, changed) {
  const { info } = model;
  const operators = Object.entries(info.operators).sort((a, b) => b[1] - a[1]);
  place.replaceChildren(
    el("p", { class: "hint" }, modelLine(info)),
    ...info.warnings.filter((warning) => !(info.profile_assumed && /profile/.test(warning))).map((warning) => el("p", { class: "caveat" }, warning)),
    facts([
      ["Input", [info.input].flat().join("; ")],
      ["Output", [info.output].flat().join("; ")],
      ["Written by", [info.producer, info.opset && `opset ${info.opset}`].filter(Boolean).join(", ") || "not said"],
      // Every weight is held as four bytes, however the file holds it.
      ["Memory", [`weights ${bytes(4 * info.parameters)}`, ...Object.entries(info.memory ?? {}).map(([name, n]) => `${words(name)} ${bytes(n)}`)].join(", ")],
      ["Simplified", Object.entries(info.simplified ?? {}).filter(([, n]) => n > 0).map(([name, n]) => `${words(name)} ${n}`).join(", ") || "nothing"],
      ["SHA-256", info.sha256],
    ]),
    el("h3", {}, "Operators"),
    el(
      "ul",
      { class: "operators" },
      ...operators.map(([name, n]) => el("li", {}, name, " ", el("span", { class: "numbers" }, `× ${n}`))),
    ),
    el("h3", {}, "How a picture becomes its input"),
    el("p", { class: info.profile_assumed ? "caveat" : "hint" }, origin(info)),
    profileForm(model, file, changed),
  );
}

/** Names a model that could not be opened, and why, until another one is. @param {string} [file] none: nothing is refused any more @param {string} [why] */
export function showRefused(file = "", why = "") {
  const line = byId("model-refused", HTMLParagraphElement);
  line.hidden = !file;
  line.textContent = `${file} was refused. ${why}`;
}

/** @param {ModelInfo} info @returns {string} where the profile comes from */
function origin({ profile_source: source, known }) {
  return {
    given: "From a profile that came with this model, or as you set it.",
    known: `This is ${known} of the ONNX Model Zoo, by its SHA-256: its preprocessing is known.`,
    file: "From what the file says of itself.",
    assumed: "Assumed, for no profile came with this model: its own input size and ImageNet’s usual values. If the answers look wrong, correct them here.",
  }[source];
}

/** @param {string} name of a field of the engine @returns {string} */
function words(name) {
  return name.replaceAll("_", " ");
}

/**
 * @param {import("./types.js").OpenModel} model
 * @param {string} file
 * @param {Changed} changed
 * @returns {HTMLFormElement}
 */
function profileForm({ info, labels: names, assumedLabels }, file, changed) {
  const form = el("form", { class: "settings", autocomplete: "off", id: "profile" });
  const { size, resize, channels, range, mean, std, output } = fieldsOf(info.profile);
  const fields = {
    size: text(form, "size", "Size after the crop (px)", size),
    resize: text(form, "resize", "Shorter side before the crop (px)", resize),
    channels: choice(form, "channels", "Channels", ["RGB", "BGR"], channels),
    output: choice(form, "output", "Output", ["logits", "probabilities"], output),
    range: text(form, "range", "Range", range),
    mean: text(form, "mean", "Mean", mean),
    std: text(form, "std", "Standard deviation", std),
  };
  const labels = el("textarea", { id: "profile-labels", rows: "3", spellcheck: "false", placeholder: "One label a line; leave empty to keep those there are" });
  const reader = el("input", { type: "file", accept: ".txt,.json,.csv,.names,.labels", "aria-label": "Labels from a file", class: "wide" });
  const hint = assumedLabels
    ? el("p", { class: "caveat wide" }, "The labels are ImageNet’s: assumed, for the model has 1000 classes and came without any.")
    : el("p", { class: "hint wide" }, info.labelled ? `${names.length} labels: ${names.slice(0, 3).map((name) => name.split(",")[0]).join(", ")} …` : "No labels came with the model: its classes are numbered.");
  const exported = el("button", { type: "button", id: "export-profile" }, `Save ${profileName(file)}`);
  form.append(
    hint,
    el("div", { class: "field wide" }, el("label", { for: labels.id }, "Labels, pasted or from a file"), labels),
    reader,
    el("div", { class: "wide row" }, el("button", { type: "submit" }, "Use this profile"), exported),
  );
  reader.addEventListener("change", async () => {
    const chosen = reader.files?.[0];
    if (chosen) labels.value = await chosen.text().catch(() => "");
  });
  exported.addEventListener("click", () => save(profileName(file), new Blob([profileFile(info, names)], { type: "application/json" })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(fields).map(([name, control]) => [name, control.value]));
    const next = profileOf(/** @type {import("./profile.js").Fields} */ (given), info.profile);
    if ("problem" in next) fail(next.problem);
    else changed(next.profile, labels.value.trim() === "" ? undefined : labels.value);
  });
  return form;
}

/** @param {HTMLFormElement} form @param {string} name @param {string} label @param {string} value @returns {HTMLInputElement} */
function text(form, name, label, value) {
  const control = el("input", { type: "text", inputmode: "decimal", id: `profile-${name}`, value });
  form.append(el("div", { class: "field" }, el("label", { for: control.id }, label), control));
  return control;
}

/** @param {HTMLFormElement} form @param {string} name @param {string} label @param {string[]} values @param {string} value @returns {HTMLSelectElement} */
function choice(form, name, label, values, value) {
  const control = el("select", { id: `profile-${name}` });
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
