/** The engine that all elements of a page share. The first that needs it loads it, and they use it in turn. */

/** @typedef {import("./api.js").Engine} Engine */
/** @typedef {import("./api.js").LoadOptions} LoadOptions */

/** @type {LoadOptions} */
let how = {};
/** @type {Promise<Engine> | null} */
let loading = null;
/** The model that the engine has open. @type {{engine: Engine, model: string} | null} */
let open = null;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * Sets how the engine is loaded. A loaded engine ends after those that wait have had their turn.
 *
 * @param {LoadOptions} options
 */
export function configure(options) {
  how = options;
  const before = loading;
  loading = null;
  if (before) queue = queue.then(() => before).then((engine) => engine.close(), () => {});
}

/** @param {NonNullable<LoadOptions["onLoading"]>} onLoading @returns {Promise<Engine>} */
async function engine(onLoading) {
  const mine = (loading ??= import("./index.js").then(({ load }) => load({ ...how, onLoading })));
  const there = await mine.catch(() => null);
  if (there?.alive) return there;
  if (loading === mine) loading = null;
  return there ? engine(onLoading) : mine;
}

/**
 * Does work with the engine and an open model, when its turn has come.
 *
 * @template T
 * @param {string} model
 * @param {NonNullable<LoadOptions["onLoading"]>} onLoading
 * @param {AbortSignal} signal ends the waiting at once, in any case
 * @param {(engine: Engine) => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(model, onLoading, signal, work) {
  const mine = queue.then(async () => {
    signal.throwIfAborted();
    const there = await engine(onLoading);
    if (open?.engine !== there || open.model !== model) {
      open = null;
      await there.openModel(model, { onLoading });
      open = { engine: there, model };
    }
    signal.throwIfAborted();
    return work(there).catch((error) => {
      // A lost device stays lost, so the next caller gets another engine.
      if (error.kind === "device") there.close();
      throw error;
    });
  });
  queue = mine.catch(() => {});
  return Promise.race([mine, aborted(signal)]);
}

/** @param {AbortSignal} signal @returns {Promise<never>} rejects with its reason */
function aborted(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
