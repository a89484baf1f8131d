/** The part of a photo that a model sees. Pure. */

/**
 * The part of a photo that a centre crop leaves, in the photo's pixels.
 *
 * A rule that crops is left out of a profile by the engine.
 *
 * @param {number} width
 * @param {number} height
 * @param {Partial<import("../types.js").Profile>} profile
 * @returns {{x: number, y: number, side: number} | null} null if the profile crops in another way
 */
export function cropOf(width, height, { size, resize, resize_rule, ...own }) {
  if (!size || !resize || resize < size || resize_rule || own.width !== own.height) return null;
  const side = (Math.min(width, height) * size) / resize;
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}
