/**
 * What the engine is made of, and the models and names that come with the page: fetched by the page and posted to the
 * worker, because a worker in Firefox can fetch nothing offline, whatever is kept for the page. All is fetched once.
 */
import { base } from "./client.js";
import { compiled, counted, fileOf, textAt, textOf } from "./fetching.js";
import { fitting } from "./fitting.js";

/** @typedef {(news: import("../types.js").Loading) => void} Tell */
/** @typedef {import("./fetching.js").Count} Count */
/**
 * @typedef {object} Build what comes of an engine, each as soon as it is there
 * @property {Promise<string>} script the worker's text
 * @property {Promise<WebAssembly.Module>} module the engine, compiled
 * @property {string} [noAdapter]
 */
/** @typedef {{file: Blob, profile: string | undefined}} ModelFiles */

/** What was fetched, or is on its way, by its address. @type {Map<string, Promise<any>>} */
const known = new Map();

/**
 * @template T
 * @param {string} key
 * @param {() => Promise<T>} get
 * @returns {Promise<T>} what failed is tried again when it is next asked for
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
 * The text of a worker. The published one is complete; what another imports has addresses from its own, and a blob has
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
 * A model that comes with the page, and its profile.
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

/** ImageNet's names, one a line; nothing where they cannot be had. @returns {Promise<string | undefined>} */
export function imageNetLabels() {
  return textOf(new URL("www/models/imagenet-labels.txt", base()));
}
