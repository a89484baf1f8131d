/** Sorts a set of files that were dropped or chosen together. Pure. */
import { looksLikeText, sniff } from "./sniff.js";

export { looksLikeText };

/** @typedef {{name: string, bytes: Uint8Array}} Named */
/**
 * @typedef {object} Sorted
 * @property {Named} [picture]
 * @property {Named} [model]
 * @property {Named[]} beside the files beside a model: separate weights, and Hugging Face's two files
 * @property {string} [profile] JSON
 * @property {string} [labels] one per line
 * @property {string} [report] JSON
 * @property {string} [problem] one sentence; nothing is opened if there is one
 */

/** Hugging Face's files beside a model, with its preprocessing and its labels. */
const HUB = ["config.json", "preprocessor_config.json"];

/**
 * @param {Named[]} files
 * @param {string} [missing] a file that an earlier model needs beside it
 * @returns {Sorted}
 */
export function sort(files, missing) {
  const named = files.find(({ name }) => /\.onnx$/i.test(name));
  const model = named ?? files.find((file) => kindOf(file) === "model");
  /** @type {Sorted} */
  const out = { beside: [] };
  for (const file of files) {
    if (liesBeside(file, model, missing)) {
      out.beside.push(file);
      continue;
    }
    const kind = kindOf(file);
    const problem = problemOf(file, kind);
    if (problem) return { beside: [], problem };
    if (kind === "picture" || kind === "model") {
      const two = out[kind];
      if (two)
        return { beside: [], problem: `These are two ${kind}s (${two.name} and ${file.name}): open one at a time.` };
      out[kind] = file;
    } else out[/** @type {"profile" | "labels" | "report"} */ (kind)] = text(file.bytes);
  }
  return out;
}

/**
 * Whether a file belongs to a model that came with it or that waits for it.
 *
 * @param {Named} file @param {Named | undefined} model @param {string | undefined} missing
 */
function liesBeside(file, model, missing) {
  if (file.name === missing) return true;
  if (!(model || missing)) return false;
  if (HUB.includes(file.name)) return true;
  // Weights may begin like any kind of file, so the name decides.
  const named = Boolean(model) && file.name.startsWith(`${model?.name}`);
  const kind = kindOf(file);
  return file !== model && (named || kind === "unknown" || (kind === "model" && !/\.onnx$/i.test(file.name)));
}

/** Why a file cannot be opened, in one sentence. @param {Named} file @param {Kind} kind @returns {string} */
function problemOf({ name, bytes }, kind) {
  if (kind === "broken-json") return `${name} is not valid JSON, so it can be neither a report nor a profile.`;
  if (kind === "other-json") return `${name} is JSON, but neither a report of this page nor a model’s profile.`;
  if (kind !== "unknown") return "";
  const what = sniff(bytes);
  const words = bytes.length === 0 ? "empty" : "other" in what ? what.other : "a picture";
  return `${name} is ${words}: this page opens pictures, ONNX models and its own reports.`;
}

/** @typedef {"picture" | "model" | "profile" | "labels" | "report" | "broken-json" | "other-json" | "unknown"} Kind */

/**
 * @param {Named} file
 * @returns {Kind}
 */
function kindOf({ name, bytes }) {
  if ("picture" in sniff(bytes)) return "picture";
  if (/\.onnx$/i.test(name)) return "model";
  if (/\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(name)) return "picture"; // It is refused with a picture's own sentence.
  if (/\.json$/i.test(name)) return jsonKind(text(bytes));
  if (looksLikeText(bytes) && /\.(txt|csv|names|labels)$/i.test(name)) return "labels";
  // An ONNX file is a protocol buffer whose first field is its version.
  return bytes[0] === 0x08 && bytes.length > 64 ? "model" : "unknown";
}

/** @param {string} json @returns {"profile" | "report" | "labels" | "broken-json" | "other-json"} */
function jsonKind(json) {
  try {
    const value = JSON.parse(json);
    if (value === null || typeof value !== "object") return "other-json";
    const names = Object.entries(value);
    // A list of names, or names by index.
    if (names.length && names.every(([at, name]) => /^\d+$/.test(at) && typeof name === "string")) return "labels";
    if ("mask" in value && "target" in value) return "report";
    if (["size", "mean", "std", "channels", "resize", "range", "output"].some((key) => key in value)) return "profile";
    return "version" in value ? "report" : "other-json";
  } catch {
    return "broken-json";
  }
}

/**
 * A profile for the engine. A path to its labels means nothing in a browser and is removed.
 *
 * @param {string | undefined} json
 * @returns {string | undefined}
 */
export function portableProfile(json) {
  if (json === undefined) return undefined;
  const value = JSON.parse(json);
  if (typeof value.labels === "string") delete value.labels;
  return JSON.stringify(value);
}

/** @param {Uint8Array} bytes @returns {string} */
function text(bytes) {
  return new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");
}
