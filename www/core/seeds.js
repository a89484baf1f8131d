/** The results of several runs of the same question with different seeds. Pure. */

/**
 * What several seeds agree on, and how far they differ: mean and standard deviation of each pixel.
 *
 * @param {Float32Array[]} maps
 * @returns {Float32Array[]}
 */
export function spreadOf(maps) {
  const mean = maps[0].map((_, i) => maps.reduce((sum, map) => sum + map[i], 0) / maps.length);
  const deviation = mean.map((middle, i) =>
    Math.sqrt(maps.reduce((sum, map) => sum + (map[i] - middle) ** 2, 0) / maps.length),
  );
  return [mean, deviation];
}

/**
 * The results that differ from one only in their seeds, including that one.
 *
 * @param {import("./result.js").Result} result
 * @param {import("./result.js").Result[]} all
 * @returns {import("./result.js").Result[]}
 */
export function otherSeeds(result, all) {
  const wanted = question(result);
  if (!wanted) return [];
  const alike = all.filter((each) => each.key !== result.key && each.label === result.label && question(each) === wanted);
  return [result, ...alike];
}

/** The question without the seed; empty if it is not known. @param {import("./result.js").Result} result */
function question({ report, pictures, ended, device }) {
  if (!report || !pictures || ended) return "";
  const { model, image, target, settings } = JSON.parse(report);
  return JSON.stringify([model, image.sha256, target.index, { ...settings, seed: 0 }, device]);
}
