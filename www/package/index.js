/** The package's entry: loads an engine. Importing it does nothing. */
import { EngineClient, EngineError } from "../app/client.js";
import { Engine } from "./engine.js";
import { engineOf } from "./files.js";

export { EngineError };

/** @type {typeof import("./api.js").load} */
export async function load({ wasm, worker, device = "auto", onLoading = () => {} } = {}) {
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
    throw error;
  }
}
