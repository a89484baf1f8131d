/** The part of a photo that a model sees. Pure. */

/**
 * The part of a photo that a centre crop leaves, in the photo's pixels.
 *
 * @param {number} width
 * @param {number} height
 * @param {{size?: number, resize?: number | null}} profile
 * @returns {{x: number, y: number, side: number} | null} null if the profile crops in another way
 */
export function cropOf(width, height, { size, resize }) {
  if (!size || !resize || resize < size) return null;
  const side = (Math.min(width, height) * size) / resize;
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}
