/**
 * Requests the engine, which takes longest, while the page's other scripts are still being fetched. The requests lie in
 * `early`, by address, for `app/fetching.js`. It also tells the user if the page's script did not run.
 */
{
  // If another script does not arrive, or has a type that does not run, nothing else can say so.
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
