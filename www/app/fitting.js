/** Which of the two builds of the engine fits this browser. */

/**
 * Without an adapter the shader compiler, most of one build's bytes, would be fetched for nothing. Where the page has an
 * adapter and its worker has none, the engine says so.
 *
 * @param {string} preference
 * @returns {Promise<{build: "vanish" | "vanish_cpu", noAdapter?: string}>} `noAdapter`: why not the one that was
 *   preferred
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
  // Chromium that has just begun was seen to have none, and to have one when it was asked again.
  return (await ask()) || ask();
}
