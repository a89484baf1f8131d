/**
 * The engine's files, and the models and names that come with the page. The page fetches each once and posts it to the
 * worker, because offline a worker in Firefox can fetch nothing, even if it is stored for the page.
 */
import { base } from "./client.js";
import { compiled, counted, fileOf, textAt, textOf } from "./fetching.js";
import { fitting } from "./fitting.js";

/** @typedef {(news: import("../types.js").Loading) => void} Tell */
/** @typedef {import("./fetching.js").Count} Count */
/**
 * @typedef {object} Build the files of an engine, each available as soon as it has arrived
 * @property {Promise<string>} script the worker's text
 * @property {Promise<WebAssembly.Module>} module the engine, compiled
 * @property {string} [noAdapter]
 */
/** @typedef {{file: Blob, profile: string | undefined}} ModelFiles */

/** What was fetched or is being fetched, by its address. @type {Map<string, Promise<any>>} */
const known = new Map();

/**
 * @template T
 * @param {string} key
 * @param {() => Promise<T>} get
 * @returns {Promise<T>} a failure is tried again at the next request
 */
function once(key, get) {
  const had = known.get(key) ?? get();
  known.set(key, had);
  had.catch(() => known.delete(key));
  return had;
}

/**
 * The build of the engine that fits this browser.
 *
 * @param {string} preference
 * @param {Tell} tell
 * @returns {Promise<Build>}
 */
export async function engineFor(preference, tell) {
  tell({ stage: "engine" });
  const { build, noAdapter } = await fitting(preference);
  const count = (/** @type {number} */ done, /** @type {number} */ total) => tell({ stage: "engine", done, total });
  const wasm = new URL(`pkg/${build}_bg.wasm`, base());
  const module = once(wasm.href, () => counted(wasm, count).then(compiled));
  return { script: once(build, () => scriptOf(build)), module, noAdapter };
}

/** The text of the worker that reads pictures. @returns {Promise<string>} */
export function readerScript() {
  return once("reader", () => scriptOf("reader"));
}

/**
 * The text of a worker. The published worker is complete. Otherwise its imports have relative addresses, and a blob has
 * no folder, so they are made absolute.
 *
 * @param {string} worker
 */
async function scriptOf(worker) {
  const address = new URL(`www/worker/${worker}.js`, base());
  const text = await textAt(address);
  return text.replace(/(?<=^import .* from ")\.[^"]+(?=";$)/gm, (path) => new URL(path, address).href);
}

/**
 * A built-in model and its profile.
 *
 * @param {string} name
 * @param {Tell} tell
 * @returns {Promise<ModelFiles>}
 */
export function builtinModel(name, tell) {
  const count = (/** @type {number} */ done, /** @type {number} */ total) =>
    tell({ stage: "model", name, done, total });
  const place = (/** @type {string} */ kind) => new URL(`www/models/${name}.${kind}`, base());
  return once(place("onnx").href, async () => {
    const [model, profile] = await Promise.all([counted(place("onnx"), count), textAt(place("json"))]);
    return { file: await fileOf(model), profile };
  });
}

/** ImageNet's names, one per line; undefined if they cannot be fetched. @returns {Promise<string | undefined>} */
export function imageNetLabels() {
  return textOf(new URL("www/models/imagenet-labels.txt", base()));
}
