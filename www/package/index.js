/** The entry of the package, which loads an engine. Importing it does nothing. */
import { EngineClient, EngineError, UNSTARTED } from "../app/client.js";
import { checkOptions } from "./arguments.js";
import { Engine } from "./engine.js";
import { engineOf } from "./files.js";

export { EngineError };

/** @type {typeof import("./api.js").load} */
export async function load({ wasm, worker, device = "auto", onLoading = () => {} } = {}) {
  if (typeof document === "undefined" || typeof Worker === "undefined")
    throw new EngineError({ kind: "worker", message: "An engine needs a page of a browser; here there is none." });
  checkOptions({ wasm, worker, device });
  const { module, noAdapter } = await engineOf(wasm, device, onLoading);
  const start = worker ?? (await import("./worker-text.js")).default;
  const client = new EngineClient({ loading: () => {}, crashed: () => engine?.close() });
  /** @type {Engine | undefined} */
  let engine;
  client.start(start);
  try {
    const how = { module, preference: device, noAdapter };
    return (engine = new Engine(client, module, await client.call("boot", how, { loading: onLoading })));
  } catch (error) {
    client.stop();
    throw unstarted(/** @type {EngineError} */ (error));
  }
}

/**
 * A worker that a policy forbids only reports that it did not start. @param {EngineError} error @returns {EngineError}
 */
function unstarted(error) {
  if (!error.message.includes(UNSTARTED)) return error;
  const remedy = "A Content-Security-Policy has to allow worker-src blob:, or name the worker in load.";
  return new EngineError({ kind: "worker", message: `The worker could not be started. ${remedy}` });
}
