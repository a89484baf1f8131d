/**
 * Asks for the engine, which takes longest to come, while the page's other scripts are still on their way. What it asks
 * for lies in `early`, by its address, for `app/fetching.js`. And says where the page's script did not run.
 */
{
  // Where another script does not come, or with a type that does not run, nothing else can say so.
  const there = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const look = () => (there("unstarted").hidden = there("navigation").hasChildNodes());
  if (document.readyState === "complete") look();
  else addEventListener("load", look);
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
