/**
 * The reader: a worker that the engine's worker starts to decode a picture from a file, and ends when it has its
 * pixels. The first load does not need it.
 */
import { faultOf } from "./border.js";
import { decoded } from "./decode.js";

/** @typedef {(message: unknown, moved?: Transferable[]) => void} Post */
const scope = /** @type {{postMessage: Post} & EventTarget} */ (/** @type {unknown} */ (self));

scope.addEventListener("message", async (message) => {
  const { blob, name, small } = /** @type {MessageEvent} */ (message).data;
  try {
    const value = await decoded(blob, name, small);
    scope.postMessage({ value }, [value.rgba.buffer]);
  } catch (error) {
    scope.postMessage({ fault: faultOf(error) });
  }
});
scope.postMessage({ ready: true });
