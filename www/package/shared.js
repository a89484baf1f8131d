/** The engine that all elements of a page share: loaded when the first needs it, and asked by one after the other. */

/** @typedef {import("./api.js").Engine} Engine */
/** @typedef {import("./api.js").LoadOptions} LoadOptions */

/** @type {LoadOptions} */
let how = {};
/** @type {Promise<Engine> | null} */
let loading = null;
/** Which model the engine has open. @type {{engine: Engine, model: string} | null} */
let open = null;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * How the engine is loaded; one that is there already ends when those that wait have had their turn.
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
 * Work with the engine when its turn has come, with a model open.
 *
 * @template T
 * @param {string} model
 * @param {NonNullable<LoadOptions["onLoading"]>} onLoading
 * @param {AbortSignal} signal ends the waiting at once, whatever is waited for
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
      // A lost device stays lost: the next one who asks gets another engine.
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
