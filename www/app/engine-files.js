/**
 * What the engine is made of, and the models and names that come with the page: fetched by the page and posted to the
 * worker, because a worker in Firefox can fetch nothing offline, whatever is kept for the page. All is fetched once.
 */
import { EngineError, base } from "./client.js";

/** @typedef {(news: import("../types.js").Loading) => void} Tell */
/** @typedef {(done: number, total: number) => void} Count */
/** @typedef {{script: string, module: WebAssembly.Module}} Build the worker's text, and the engine compiled */
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
 * The build of the engine that fits this browser: without an adapter the shader compiler, most of the other build's
 * bytes, would be fetched for nothing. Where the page has an adapter and its worker has none, the engine says so.
 *
 * @param {string} preference
 * @param {Tell} tell
 * @returns {Promise<Build & {noAdapter?: string}>}
 */
export async function engineFor(preference, tell) {
  tell({ stage: "engine" });
  const { build, noAdapter } = await fitting(preference);
  const count = (/** @type {number} */ done, /** @type {number} */ total) => tell({ stage: "engine", done, total });
  return { ...(await once(build, () => fetchBuild(build, count))), noAdapter };
}

/** @param {string} preference @returns {Promise<{build: string, noAdapter?: string}>} */
async function fitting(preference) {
  if (preference === "cpu") return { build: "vanish_cpu" };
  const { gpu } = /** @type {{gpu?: {requestAdapter: () => Promise<object | null>}}} */ (navigator);
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter) return { build: "vanish" };
  return { build: "vanish_cpu", noAdapter: "this browser offers no WebGPU adapter" };
}

/** @param {string} build @param {Count} count @returns {Promise<Build>} */
async function fetchBuild(build, count) {
  const wasm = counted(new URL(`pkg/${build}_bg.wasm`, base()), count);
  const [script, module] = await Promise.all([scriptOf(build), wasm.then(compiled)]);
  return { script, module };
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
  const text = await (await fetched(address)).text();
  if (text.startsWith("<")) throw html(address);
  return text.replace(/(?<=^import .* from ")\.[^"]+(?=";$)/gm, (path) => new URL(path, address).href);
}

/**
 * Compiled while it comes; from its bytes where the server does not know the type of wasm.
 *
 * @param {Response & {from: URL}} response
 * @returns {Promise<WebAssembly.Module>}
 */
async function compiled(response) {
  const typed = response.headers.get("content-type") === "application/wasm";
  try {
    return await (typed ? WebAssembly.compileStreaming(response) : compiledWhole(response));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const why = `The engine could not be compiled in this browser: ${/** @type {Error} */ (error).message}.`;
    throw new EngineError({ kind: "io", message: `${why} A current Chrome, Edge, Firefox or Safari can run it.` });
  }
}

/** @param {Response & {from: URL}} response */
async function compiledWhole(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] === "<".charCodeAt(0)) throw html(response.from);
  return WebAssembly.compile(bytes);
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
    const [model, profile] = await Promise.all([counted(place("onnx"), count), textOf(place("json"))]);
    return { file: await model.blob(), profile };
  });
}

/** ImageNet's names, one a line; nothing where they cannot be had. @returns {Promise<string | undefined>} */
export function imageNetLabels() {
  return textOf(new URL("www/models/imagenet-labels.txt", base()));
}

/** @param {URL} url @returns {Promise<string | undefined>} */
async function textOf(url) {
  const response = await fetch(url).catch(() => null);
  return response?.ok ? response.text() : undefined;
}

/** @param {URL} url @returns {Promise<Response>} */
async function fetched(url) {
  const response = await fetch(url).catch(() => null);
  if (response?.ok && response.body) return response;
  throw unfetched(url, response ? `the server answered ${response.status}` : "no connection");
}

/**
 * A response whose bytes are counted.
 *
 * @param {URL} from
 * @param {Count} count
 * @returns {Promise<Response & {from: URL}>}
 */
async function counted(from, count) {
  const { body, headers } = await fetched(from);
  // A compressed transfer counts other bytes than those that arrive: then there is no honest total.
  const total = headers.get("content-encoding") ? 0 : Number(headers.get("content-length") ?? 0);
  let done = 0;
  const counter = new TransformStream({
    transform(chunk, out) {
      done += chunk.byteLength;
      count(done, total);
      out.enqueue(chunk);
    },
  });
  const type = headers.get("content-type") ?? "application/octet-stream";
  const stream = /** @type {ReadableStream} */ (body).pipeThrough(counter);
  return Object.assign(new Response(stream, { headers: { "content-type": type } }), { from });
}

/** @param {URL} url @returns {EngineError} */
function html(url) {
  return unfetched(url, "the server sent a page of HTML in its place, so the file is missing there");
}

/** @param {URL} url @param {string} why @returns {EngineError} */
function unfetched({ pathname }, why) {
  return new EngineError({ kind: "io", message: `${pathname.split("/").pop()} could not be fetched: ${why}.` });
}
