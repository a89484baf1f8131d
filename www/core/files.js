/** What a set of files that were dropped or chosen together means. Pure. */
import { looksLikeText, sniff } from "./sniff.js";

/** @typedef {{name: string, bytes: Uint8Array}} Named */
/**
 * @typedef {object} Sorted
 * @property {Named} [picture]
 * @property {Named} [model]
 * @property {string} [profile] JSON
 * @property {string} [labels] one a line
 * @property {string} [report] JSON
 * @property {string} [problem] one sentence; nothing is opened then
 */

/**
 * @param {Named[]} files
 * @returns {Sorted}
 */
export function sort(files) {
  /** @type {Sorted} */
  const out = {};
  for (const file of files) {
    const kind = kindOf(file);
    if (kind === "unknown") {
      const what = sniff(file.bytes);
      const words = file.bytes.length === 0 ? "empty" : "other" in what ? what.other : "a picture";
      return { problem: `${file.name} is ${words}: this page opens pictures, ONNX models and its own reports.` };
    }
    if (kind === "broken-json")
      return { problem: `${file.name} is not valid JSON, so it can be neither a report nor a profile.` };
    if (kind === "other-json")
      return { problem: `${file.name} is JSON, but neither a report of this page nor a model’s profile.` };
    if (kind === "picture" || kind === "model") {
      if (out[kind])
        return { problem: `These are two ${kind}s (${out[kind].name} and ${file.name}): open one at a time.` };
      out[kind] = file;
    } else out[kind] = text(file.bytes);
  }
  return out;
}

/**
 * @param {Named} file
 * @returns {"picture" | "model" | "profile" | "labels" | "report" | "broken-json" | "other-json" | "unknown"}
 */
function kindOf({ name, bytes }) {
  if ("picture" in sniff(bytes)) return "picture";
  if (/\.onnx$/i.test(name)) return "model";
  if (/\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(name)) return "picture"; // Refused with a picture's own sentence.
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
 * A profile ready for the engine: a file's path to its labels means nothing in a browser, so it is taken out.
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
