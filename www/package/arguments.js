/** What JavaScript may hand over although the types forbid it: refused here, since in the engine it would be a panic. */
import { EngineError } from "../app/client.js";

/** @param {string} message what is wrong, and what to give instead @returns {EngineError} */
export function wrong(message) {
  return new EngineError({ kind: "settings", message });
}

/** @param {unknown} value @returns {value is string} */
export function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value @returns {boolean} whether it has what a model's files need */
export function isModelFiles(value) {
  const { file, name, profile = "", labels = "", beside = [] } = /** @type {any} */ (value ?? {});
  return file instanceof Blob && [name, profile, labels].every(isText) && Array.isArray(beside);
}
