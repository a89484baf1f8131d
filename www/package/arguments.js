/** Refuses arguments that the types forbid but JavaScript may pass, because they would be a panic in the engine. */
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
  const texts = [name, profile, labels].every(isText);
  return file instanceof Blob && texts && Array.isArray(beside) && beside.every(isNamedFile);
}

/** @param {{name?: unknown, file?: unknown}} given @returns {boolean} whether it is a file with its name */
export function isNamedFile(given) {
  return isText(given?.name) && given.file instanceof Blob;
}

/** @param {unknown} value @returns {boolean} whether it can be asked, and be ended */
export function isWorker(value) {
  const { postMessage, terminate } = /** @type {any} */ (value ?? {});
  return [postMessage, terminate].every((each) => typeof each === "function");
}

/** The devices that `load` takes. */
const DEVICES = ["auto", "cpu", "gpu"];

/** Refuses options that `load` cannot use. @param {import("./api.js").LoadOptions} options */
export function checkOptions({ wasm, worker, device }) {
  const isWasm = isText(wasm) || [URL, WebAssembly.Module, ArrayBuffer].some((type) => wasm instanceof type);
  if (wasm !== undefined && !isWasm && !ArrayBuffer.isView(wasm))
    throw wrong("The option wasm is the engine’s address, its bytes, or its compiled module.");
  if (/** @type {any} */ (wasm)?.byteLength === 0)
    throw wrong("The option wasm has no bytes: they were transferred elsewhere, or never came. An engine’s wasm can be given.");
  if (worker !== undefined && typeof worker !== "function")
    throw wrong("The option worker is a function that starts the worker and returns it.");
  if (device !== undefined && !DEVICES.includes(device))
    throw wrong(`“${device}” is no device: it is "auto", "cpu" or "gpu".`);
}

/**
 * Settings in the form that reaches the engine, which takes them as JSON. Files among them stay as they are.
 *
 * @template {object} T
 * @param {T} settings
 * @returns {T}
 */
export function plain(settings) {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw wrong("Settings are an object, such as { method: \"fast\", seed: 2 }.");
  const { files, ...others } = /** @type {{files?: unknown}} */ (settings);
  return { ...asJson(others), ...(files !== undefined && { files }) };
}

/** @param {object} settings @returns {any} */
function asJson(settings) {
  const check = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    const lost = typeof value === "number" ? !isFinite(value) : ["function", "symbol", "bigint"].includes(typeof value);
    if (lost) throw wrong(`The setting “${name}” is ${sort(value)}: give a finite number, a text or a list.`);
    return value;
  };
  try {
    return JSON.parse(JSON.stringify(settings, check));
  } catch (error) {
    // Only cycles are left for JSON itself to refuse.
    throw error instanceof EngineError ? error : wrong("The settings hold themselves, so they cannot reach the engine.");
  }
}

/** @param {unknown} value @returns {string} what it is, in a sentence */
function sort(value) {
  return typeof value === "number" ? String(value) : `a ${typeof value}`;
}
