/**
 * Asks for the engine, which takes longest to come, while the page's other scripts are still on their way. What it asks
 * for lies in `early`, by its address, for `app/fetching.js`.
 */
{
  // Where a script does not come, or with another type, nothing of the page can say so.
  const say = (/** @type {Event} */ { target }) =>
    target instanceof HTMLScriptElement && document.getElementById("unstarted")?.removeAttribute("hidden");
  addEventListener("error", say, true);
  const { gpu } = /** @type {any} */ (navigator);
  const early = (/** @type {any} */ (globalThis).early = /** @type {Record<string, Promise<Response | null>>} */ ({}));
  const asked = /\bdevice=cpu\b/.test(location.href) ? null : gpu?.requestAdapter();
  Promise.resolve(asked)
    .catch(() => null)
    .then((adapter) => {
      const build = adapter ? "vanish" : "vanish_cpu";
      for (const name of [`pkg/${build}_bg.wasm`, `www/worker/${build}.js`])
        early[new URL(name, location.href).href] = fetch(name).catch(() => null);
    });
}
