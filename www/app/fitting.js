/** Chooses which of the two builds of the engine fits this browser. */

/**
 * Without an adapter, the shader compiler, which is most of one build's bytes, would be fetched for nothing. If the
 * page has an adapter and its worker has none, the engine says so.
 *
 * @param {string} preference
 * @returns {Promise<{build: "vanish" | "vanish_cpu", noAdapter?: string}>} `noAdapter`: why the preferred build is not
 *   used
 */
export async function fitting(preference) {
  if (preference === "cpu") return { build: "vanish_cpu" };
  if (await hasAdapter()) return { build: "vanish" };
  return { build: "vanish_cpu", noAdapter: "this browser offers no WebGPU adapter" };
}

/** @returns {Promise<boolean>} */
async function hasAdapter() {
  const { gpu } = /** @type {{gpu?: {requestAdapter: () => Promise<object | null>}}} */ (navigator);
  const ask = async () => Boolean(await gpu?.requestAdapter().catch(() => null));
  // A freshly started Chromium was seen to have no adapter, and to have one when asked again.
  return (await ask()) || ask();
}
