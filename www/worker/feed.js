/** Passes a model's file to the engine in pieces. */
import { PIECE } from "./kept.js";
import { alone } from "./queue.js";

/** @typedef {import("./kept.js").NamedFile} NamedFile */

/**
 * Passes a file to the engine piece by piece, so that JavaScript's memory never holds the whole file as well.
 *
 * @param {{reserveModel: (bytes: number) => void, appendModel: (piece: Uint8Array) => void}} engine
 * @param {NamedFile} model
 * @param {() => void} check
 * @param {import("./border.js").Tell} tell
 */
export async function feed(engine, { name, file }, check, tell) {
  await alone(() => (check(), engine.reserveModel(file.size)));
  for (let at = 0; at < file.size; at += PIECE) {
    if (file.size > PIECE) tell("loading", { stage: "read", name, done: at, total: file.size });
    const piece = await whole({ name, file: file.slice(at, at + PIECE) });
    await alone(() => (check(), engine.appendModel(piece.bytes)));
  }
}

/** A file with its bytes. @param {NamedFile} file @returns {Promise<{name: string, bytes: Uint8Array}>} */
export async function whole({ name, file }) {
  const bytes = await file.arrayBuffer().catch(() => {
    throw { kind: "io", message: `${name} could not be read: it was moved or changed.` };
  });
  return { name, bytes: new Uint8Array(bytes) };
}
