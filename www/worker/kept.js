/**
 * Models stored between visits, in the browser's own storage for this page (the origin private file system). Each has
 * its bytes, `ID.onnx`, the files beside it, `ID.0.data` and so on, and a note, `ID.json`. For the worker only, because
 * only workers may write there without a copy.
 */
import { bytes } from "../core/words.js";

/** @typedef {{name: string, profile?: string, labels?: string}} Note What is stored with the bytes. */
/** @typedef {{name: string, file: Blob}} NamedFile */
/** @typedef {import("../types.js").Kept} Kept */

/** Number of bytes that are read and written at once, so that a large model is never completely in memory. */
export const PIECE = 4 << 20;

/** @returns {Promise<FileSystemDirectoryHandle>} */
async function folder() {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle("models", { create: true });
  } catch {
    throw fault(
      "This browser keeps nothing for this page (a private window, or its storage is switched off): open the model again at the next visit.",
    );
  }
}

/** @param {string} message */
function fault(message) {
  return { kind: "storage", message };
}

/** @returns {Promise<Kept[]>} by name */
export async function list() {
  const place = await folder();
  const all = [];
  // @ts-expect-error the compiler's library does not know the iterator yet
  for await (const name of place.keys()) {
    if (!name.endsWith(".onnx")) continue;
    const id = name.slice(0, -5);
    const note = await noteOf(place, id);
    // Bytes without a note were cut off, or are being written by another tab, which then locks them.
    if (!note) await place.removeEntry(name).catch(() => {});
    else all.push({ id, name: note.name, size: (await (await place.getFileHandle(name)).getFile()).size });
  }
  return all.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * @param {FileSystemDirectoryHandle} place
 * @param {string} id
 * @returns {Promise<(Note & {near?: string[]}) | null>} `near`: the names of the files beside it, in order
 */
async function noteOf(place, id) {
  try {
    // Another tab may have taken the bytes away just before the note was written.
    await place.getFileHandle(`${id}.onnx`);
    return JSON.parse(await (await (await place.getFileHandle(`${id}.json`)).getFile()).text());
  } catch {
    return null;
  }
}

/** @param {string} id @returns {Promise<Note & {file: Blob, beside: NamedFile[]}>} */
export async function take(id) {
  const place = await folder();
  const note = await noteOf(place, id);
  if (!note) throw fault("This model is not kept any more: open its file again.");
  const file = async (/** @type {string} */ entry) => (await place.getFileHandle(entry)).getFile();
  const beside = (note.near ?? []).map(async (name, at) => ({ name, file: await file(besideEntry(id, at)) }));
  return { ...note, file: await file(`${id}.onnx`), beside: await Promise.all(beside) };
}

/** @param {string} id @param {number} at */
function besideEntry(id, at) {
  return `${id}.${at}.data`;
}

/**
 * Stores a model, or only its note if its bytes are stored already.
 *
 * @param {string} id
 * @param {Blob} file
 * @param {Note} note
 * @param {NamedFile[]} beside
 */
export async function keep(id, file, note, beside) {
  const place = await folder();
  const known = await noteOf(place, id);
  // There is a note only beside complete bytes.
  if (!known && !(await writeAll(place, id, file, note.name, beside))) return;
  const near = known ? known.near : beside.map(({ name }) => name);
  await write(place, `${id}.json`, new Blob([JSON.stringify({ ...note, near })]), note.name);
}

/**
 * @param {FileSystemDirectoryHandle} place
 * @param {string} id
 * @param {Blob} file
 * @param {string} model
 * @param {NamedFile[]} beside
 * @returns {Promise<boolean>} false while another tab is writing them
 */
async function writeAll(place, id, file, model, beside) {
  for (const [at, each] of beside.entries())
    if (!(await write(place, besideEntry(id, at), each.file, model))) return false;
  return write(place, `${id}.onnx`, file, model);
}

/** @param {string} id */
export async function forget(id) {
  const place = await folder();
  const near = (await noteOf(place, id))?.near ?? [];
  const entries = [`${id}.json`, `${id}.onnx`, ...near.map((_, at) => besideEntry(id, at))];
  for (const entry of entries) await place.removeEntry(entry).catch(() => {});
}

/**
 * @param {FileSystemDirectoryHandle} place
 * @param {string} entry
 * @param {Blob} blob
 * @param {string} model its name, for the person
 * @returns {Promise<boolean>} false while another tab is writing it
 */
async function write(place, entry, blob, model) {
  try {
    const handle = await place.getFileHandle(entry, { create: true });
    // @ts-expect-error nor what only a worker may do
    const out = await handle.createSyncAccessHandle();
    try {
      for (let at = 0; at < blob.size;) {
        const piece = new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer());
        const written = out.write(piece, { at });
        if (written < piece.length) throw new DOMException("cut short", "QuotaExceededError");
        at += written;
      }
      out.truncate(blob.size);
      out.flush();
    } finally {
      out.close();
    }
    return true;
  } catch (error) {
    const { name } = /** @type {DOMException} */ (error);
    if (name === "NoModificationAllowedError") return false;
    await place.removeEntry(entry).catch(() => {});
    const { quota = 0, usage = 0 } = await navigator.storage.estimate().catch(() => /** @type {StorageEstimate} */ ({}));
    const why =
      name === "QuotaExceededError"
        ? `it has ${bytes(blob.size)}, and the browser has ${bytes(Math.max(0, quota - usage))} left for this page; deleting a kept model makes room`
        : "the browser refused";
    throw fault(`${model} is open, but could not be kept for the next visit: ${why}.`);
  }
}
