/** The entry of the package, which loads an engine. Importing it does nothing. */
import { EngineClient, EngineError, UNSTARTED } from "../app/client.js";
import { checkOptions, isWorker, wrong } from "./arguments.js";
import { Engine } from "./engine.js";
import { engineOf } from "./files.js";

export { EngineError };

/** @type {typeof import("./api.js").load} */
export async function load({ wasm, worker, device = "auto", onLoading = () => {} } = {}) {
  if (typeof document === "undefined" || typeof Worker === "undefined")
    throw new EngineError({ kind: "worker", message: "An engine needs a page of a browser; here there is none." });
  checkOptions({ wasm, worker, device });
  const { module, noAdapter } = await engineOf(wasm, device, onLoading);
  const start = worker ? ownWorker(worker) : (await import("./worker-text.js")).default;
  const client = new EngineClient({ loading: () => {}, crashed: () => engine?.close() });
  /** @type {Engine | undefined} */
  let engine;
  try {
    client.start(start);
    const how = { module, preference: device, noAdapter };
    return (engine = new Engine(client, module, await client.call("boot", how, { loading: onLoading })));
  } catch (error) {
    client.stop();
    throw unstarted(/** @type {EngineError} */ (error), worker !== undefined);
  }
}

/** Returns what starts the caller's own worker. @param {() => Worker} begin @returns {() => Worker} */
function ownWorker(begin) {
  return () => {
    const worker = begin();
    if (!isWorker(worker)) throw wrong("The option worker is a function that returns the worker itself, and no promise.");
    return worker;
  };
}

/**
 * A worker that a policy forbids, or whose file is missing, only reports that it did not start.
 *
 * @param {EngineError} error
 * @param {boolean} own the worker is the caller's
 * @returns {EngineError}
 */
function unstarted(error, own) {
  const silent = error.message?.includes(UNSTARTED);
  if (!silent && !(own && error.kind === "panic")) return error;
  const remedy = own
    ? "The option worker has to start vanish/worker as a module, from an address that has it and that the policy allows (worker-src)."
    : "A Content-Security-Policy has to allow worker-src blob:, or name the worker in load.";
  const why = silent ? "" : ` (${error.message})`;
  return new EngineError({ kind: "worker", message: `The worker could not be started${why}. ${remedy}` });
}
