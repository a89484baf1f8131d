/** The engine's side of the reader. */

/** @typedef {{rgba: Uint8Array, width: number, height: number, notes: string[]}} Pixels upright, on white */
/** @typedef {(blob: Blob, name: string, small: boolean) => Promise<Pixels>} Decode */

/** The decoder in this worker itself, if any. @type {Decode | null} */
let here = null;

/** For a worker whose own script can decode, and which starts no other. @param {Decode} decode */
export function readHere(decode) {
  here = decode;
}

/**
 * The pixels of a picture, decoded in a separate worker whose memory is freed afterwards.
 *
 * @param {string} reader the text of that worker, if this one does not decode itself
 * @param {Blob} blob
 * @param {string} name
 * @param {boolean} [small] as one of many
 * @returns {Promise<Pixels>}
 */
export async function read(reader, blob, name, small = false) {
  if (here) return here(blob, name, small);
  const url = URL.createObjectURL(new Blob([reader], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module" });
  try {
    return await answerOf(worker, { blob, name, small });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}

/** @param {Worker} worker @param {{blob: Blob, name: string, small: boolean}} asked @returns {Promise<Pixels>} */
function answerOf(worker, asked) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { ready, value, fault } }) => {
      if (ready) worker.postMessage(asked);
      else if (fault) reject(fault);
      else resolve(value);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject({ kind: "image", message: `${asked.name} could not be read: ${event.message || "its reader stopped"}.` });
    };
  });
}
