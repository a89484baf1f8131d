/** The content of a finding, as the page takes it. */

/**
 * @param {any} job @param {number} steps @returns {Promise<Omit<import("../types.js").Tick, "rate">>} the state after
 *   them
 */
export async function look(job, steps) {
  const progress = JSON.parse(await job.step(steps));
  const preview = await job.preview();
  const seen = { progress, curves: JSON.parse(job.curves()), pictures: pictures(preview) };
  preview.free();
  return seen;
}

/** @param {any} finding @returns {import("../types.js").Pictures} */
export function pictures(finding) {
  const side = finding.side();
  return {
    width: side,
    height: side,
    original: finding.picture("original"),
    deleted: finding.picture("deleted"),
    preserved: finding.picture("preserved"),
    mask: finding.mask(),
    evidence: finding.evidence(),
    order: finding.order(),
  };
}
