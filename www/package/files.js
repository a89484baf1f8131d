/** The files of the package's engine: the wasm, the built-in models, and files that addresses name. */
import { EngineError } from "../app/client.js";
import { Unreached, compiled, compiling, counted, fileOf, isHtml, textOf, whole } from "../app/fetching.js";
import { fitting } from "../app/fitting.js";
import { isModelFiles, wrong } from "./arguments.js";

/** @typedef {import("./api.js").LoadOptions} LoadOptions */
/** @typedef {import("./api.js").ModelFiles} ModelFiles */
/** @typedef {(news: import("./api.js").Loading) => void} Tell */

// Bundlers find the files to copy by exactly this form of an address, so each is written out.

/** The engine by build. @type {Record<string, () => URL>} */
const ENGINES = {
  vanish: () => new URL("./vanish_bg.wasm", import.meta.url),
  vanish_cpu: () => new URL("./vanish_cpu_bg.wasm", import.meta.url),
};

/** The built-in models and their profiles, by name. @type {Record<string, () => [URL, URL]>} */
const MODELS = {
  critters: () => [
    new URL("./models/critters.onnx", import.meta.url),
    new URL("./models/critters.json", import.meta.url),
  ],
  "critters-biased": () => [
    new URL("./models/critters-biased.onnx", import.meta.url),
    new URL("./models/critters-biased.json", import.meta.url),
  ],
};

/** Schemes of addresses that do not name a file. */
const NAMELESS = ["data:", "blob:"];
const POLICY = "the policy of this page forbids it (connect-src)";
const IN_MEMORY = `it is damaged or gone, or ${POLICY}`;
const FOREIGN = `there is no connection, that site does not allow other sites to read it (CORS), or ${POLICY}`;
/** Names of files without a name. */
const UNNAMED = { model: "model.onnx", picture: "picture" };

/** ImageNet's names, one per line; undefined if they cannot be fetched. @returns {Promise<string | undefined>} */
export function imageNetLabels() {
  return textOf(new URL("./models/imagenet-labels.txt", import.meta.url));
}

/** The URL of an address, resolved from the page. @param {string | URL} address @returns {URL} */
export function addressOf(address) {
  if (URL.canParse(address, document.baseURI)) return new URL(address, document.baseURI);
  throw wrong(`“${address}” is no address.`);
}

/**
 * @param {URL} url
 * @param {string} otherwise the name if the address holds the file itself, or stands for one in memory
 * @returns {string} the name of the file
 */
export function nameOf({ pathname, protocol }, otherwise) {
  if (NAMELESS.includes(protocol)) return otherwise;
  const name = pathname.split("/").pop() || pathname;
  try {
    return decodeURIComponent(name);
  } catch {
    // A per cent sign that does not begin an escape.
    return name;
  }
}

/**
 * The compiled engine, and the reason if it cannot have an adapter.
 *
 * @param {LoadOptions["wasm"]} wasm
 * @param {string} device the requested device
 * @param {Tell} tell
 * @returns {Promise<{module: WebAssembly.Module, noAdapter?: string}>}
 */
export async function engineOf(wasm, device, tell) {
  tell({ stage: "engine" });
  const { build, noAdapter } = await fitting(device);
  return { module: await moduleOf(wasm ?? ENGINES[build](), tell), noAdapter };
}

/** @param {NonNullable<LoadOptions["wasm"]>} wasm @param {Tell} tell @returns {Promise<WebAssembly.Module>} */
async function moduleOf(wasm, tell) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm === "string" || wasm instanceof URL) return moduleAt(addressOf(wasm), tell);
  if (isHtml(wasm)) throw notWasm();
  return compiling(WebAssembly.compile(wasm));
}

/** @param {URL} url @param {Tell} tell */
async function moduleAt(url, tell) {
  const count = (/** @type {number} */ done, /** @type {number} */ total) => tell({ stage: "engine", done, total });
  const response = await sent(url, nameOf(url, "The engine"), count);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/html")) throw notWasm();
  return compiled(response);
}

/**
 * A response. If there is none, browsers hide the reason from scripts, so the possible reasons are named.
 *
 * @param {URL} url
 * @param {string} name
 * @param {import("../app/fetching.js").Count} count
 */
async function sent(url, name, count) {
  try {
    return await counted(url, count);
  } catch (error) {
    const nameless = NAMELESS.includes(url.protocol);
    const hidden = nameless || url.origin !== location.origin;
    if (!hidden || !(error instanceof Unreached)) throw error;
    const [place, why] = nameless ? [`its ${url.protocol} address`, IN_MEMORY] : [url.origin, FOREIGN];
    throw new EngineError({ kind: "io", message: `${name} could not be fetched from ${place}: ${why}.` });
  }
}

/** @returns {EngineError} */
function notWasm() {
  const what = "The server sent a page of HTML instead of the engine";
  const remedy =
    'in Vite add optimizeDeps.exclude: ["vanish"]; elsewhere copy the wasm beside the script, or name it in load';
  return new EngineError({ kind: "io", message: `${what}; ${remedy}.` });
}

/**
 * The files of a model's source.
 *
 * @param {import("./api.js").ModelSource} source
 * @param {Tell} tell
 * @returns {Promise<ModelFiles>}
 */
export async function modelFiles(source, tell) {
  if (source instanceof Blob) return { file: source, name: /** @type {File} */ (source).name ?? UNNAMED.model };
  if (typeof source !== "string" && !(source instanceof URL)) {
    if (isModelFiles(source)) return source;
    throw wrong("A model is an address, a file, or { file, name } with a file that was read.");
  }
  const builtin = Object.hasOwn(MODELS, String(source));
  const model = builtin ? MODELS[String(source)]()[0] : addressOf(source);
  const profile = builtin ? MODELS[String(source)]()[1] : new URL(model.href.replace(/\.onnx(?=$|[?#])/, ".json"));
  return fetchModel(builtin ? `${source}` : nameOf(model, UNNAMED.model), model, profile, tell);
}

/** @param {string} name @param {URL} model @param {URL} profile @param {Tell} tell @returns {Promise<ModelFiles>} */
async function fetchModel(name, model, profile, tell) {
  const count = (/** @type {number} */ done, /** @type {number} */ total) =>
    tell({ stage: "model", name, done, total });
  const described = profile.href === model.href ? undefined : textOf(profile);
  const [response, text] = await Promise.all([sent(model, name, count), described]);
  const file = await fileOf(response);
  // A server that answers every address with its page has no profile there.
  return { file, name, profile: text?.trimStart().startsWith("{") ? text : undefined };
}

/** A picture's file. @param {string | URL | Blob} source @returns {Promise<{blob: Blob, name: string}>} */
export async function pictureFile(source) {
  if (source instanceof Blob) return { blob: source, name: /** @type {File} */ (source).name ?? UNNAMED.picture };
  // An element or a bitmap as a text would be an address, too: that of a file called “[object …]”.
  if (typeof source !== "string" && !(source instanceof URL))
    throw wrong("A picture is an address, a file or blob, or critter: and a number; of a canvas, give what toBlob gives.");
  const url = addressOf(source);
  const name = nameOf(url, UNNAMED.picture);
  const response = await sent(url, name, () => {});
  return { blob: await whole(url, response.blob()), name };
}
