/** Fetching for the engine: bytes are counted, and a wrong answer of the server is an error with a sentence. */
import { sentence } from "../core/words.js";
import { EngineError } from "./client.js";

/** @typedef {(done: number, total: number) => void} Count */
/** @typedef {Response & {from: URL}} Counted */

/** The reason if a server did not send everything. */
const CUT = "the transfer was cut off; try again";

/** Requests made before the page's scripts arrived. @type {Record<string, Promise<Response | null>>} */
const early = /** @type {any} */ (globalThis).early ?? {};

/** The service worker's answer for a file that only an earlier version had. */
const GONE = 410;

/** No server has answered. */
export class Unreached extends EngineError {}

/** @param {URL} url @returns {Promise<Response>} */
export async function fetched(url) {
  const { href } = url;
  const response = await (early[href] ?? fetch(url).catch(() => null));
  delete early[href];
  if (!response) throw unfetched(url, "no connection", Unreached);
  if (response.ok && response.body) return response;
  if (response.status === GONE) throw unfetched(url, "the page was updated on its server meanwhile; reload it");
  throw unfetched(url, `the server answered ${response.status}`);
}

/**
 * Reads a response to its end. Browsers report a transfer that was cut off in many ways, and name no file.
 *
 * @template T
 * @param {URL} from
 * @param {Promise<T>} reading
 * @returns {Promise<T>}
 */
export function whole(from, reading) {
  return reading.catch(() => {
    throw unfetched(from, CUT);
  });
}

/** Returns a response whose bytes are counted. @param {URL} from @param {Count} count @returns {Promise<Counted>} */
export async function counted(from, count) {
  const { body, headers } = await fetched(from);
  // The length of a compressed transfer differs from that of the bytes that arrive, so there is no correct total.
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

/** Reads a file. @param {Counted} response @returns {Promise<Blob>} */
export async function fileOf(response) {
  const { from } = response;
  const file = await whole(from, response.blob());
  if (isHtml(await file.slice(0, 2).arrayBuffer())) throw html(from);
  return file;
}

/** @param {URL} url @returns {Promise<string>} */
export async function textAt(url) {
  const text = await whole(url, (await fetched(url)).text());
  if (text.startsWith("<")) throw html(url);
  return text;
}

/** Reads a text; undefined if it cannot be fetched. @param {URL} url @returns {Promise<string | undefined>} */
export function textOf(url) {
  return textAt(url).catch(() => undefined);
}

/**
 * Compiles the engine while it arrives, or from its bytes if the server does not know the type of wasm.
 *
 * @param {Counted} response
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compiled(response) {
  const { from } = response;
  if (response.headers.get("content-type") === "application/wasm")
    return compiling(WebAssembly.compileStreaming(response), from);
  const bytes = await whole(from, response.arrayBuffer());
  if (isHtml(bytes)) throw html(from);
  return compiling(WebAssembly.compile(bytes));
}

/**
 * Compiles, and fails with a sentence.
 *
 * @param {Promise<WebAssembly.Module>} work
 * @param {URL} [from] the address of what arrives while it is compiled
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compiling(work, from) {
  try {
    return await work;
  } catch (error) {
    if (from && !(error instanceof WebAssembly.CompileError)) throw unfetched(from, CUT);
    const why = sentence(`The engine could not be compiled: ${/** @type {Error} */ (error).message}`);
    throw new EngineError({ kind: "io", message: `${why} A current Chrome, Edge, Firefox or Safari can run it.` });
  }
}

/**
 * Whether a server sent HTML instead of a missing file. No other file begins with `<!`. @param {BufferSource} source
 */
export function isHtml(source) {
  const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset) : new Uint8Array(source);
  return bytes[0] === 0x3c && bytes[1] === 0x21;
}

/** @param {URL} url @returns {EngineError} */
export function html(url) {
  return unfetched(url, "the server sent a page of HTML in its place, so the file is missing there");
}

/** @param {URL} url @param {string} why @param {typeof EngineError} [Kind] @returns {EngineError} */
function unfetched({ pathname }, why, Kind = EngineError) {
  return new Kind({ kind: "io", message: `${pathname.split("/").pop()} could not be fetched: ${why}.` });
}
