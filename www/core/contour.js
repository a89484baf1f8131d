/** The outline along which a map passes a level, and the share of the map above that level. Pure. */

/**
 * Marching squares over the centres of the pixels. Outside the map counts as below the level, so an outline closes
 * along the border.
 *
 * @param {ArrayLike<number>} map width × height, row by row
 * @param {number} width
 * @param {number} height
 * @param {number} level
 * @returns {number[]} segments, each as x, y, x, y in pixels from the left upper corner of the map
 */
export function contour(map, width, height, level) {
  const below = level - 1e-6;
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    x < 0 || y < 0 || x >= width || y >= height ? below : map[y * width + x];
  /** @type {number[]} */
  const out = [];
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const corners = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
      for (const [px, py] of cell(corners, level)) out.push(clamp(x + px, width), clamp(y + py, height));
    }
  }
  return out;
}

/**
 * Moves an outline from the centres of pixels to the map's edges. @param {number} at @param {number} size @returns
 * {number}
 */
function clamp(at, size) {
  return Math.min(size, Math.max(0, at + 0.5));
}

/**
 * The segments within one cell.
 *
 * @param {number[]} corners from the left upper one clockwise
 * @param {number} level
 * @returns {[number, number][]} points in the unit square, two for each segment
 */
function cell(corners, level) {
  const above = corners.map((value) => value > level);
  const [top, right, bottom, left] = corners.map((value, side) => {
    const next = corners[(side + 1) % 4];
    return above[side] === above[(side + 1) % 4] ? null : point(side, (level - value) / (next - value));
  });
  const crossed = [top, right, bottom, left].filter((each) => each !== null);
  if (crossed.length < 4) return crossed;
  const middle = corners.reduce((sum, value) => sum + value, 0) / 4 > level;
  const pairs = middle === above[0] ? [top, right, bottom, left] : [top, left, right, bottom];
  return /** @type {[number, number][]} */ (pairs);
}

/** A point on a side of the unit square, the sides numbered clockwise. @param {number} side @param {number} share */
function point(side, share) {
  const points = [
    [share, 0],
    [1, share],
    [1 - share, 1],
    [0, 1 - share],
  ];
  return /** @type {[number, number]} */ (points[side]);
}

/** @param {ArrayLike<number>} map @param {number} level @returns {number} the share of the map above the level */
export function shareAbove(map, level) {
  let count = 0;
  for (let i = 0; i < map.length; i++) if (map[i] > level) count++;
  return map.length ? count / map.length : 0;
}
