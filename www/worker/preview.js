/** A photo in the form that the page shows. */

/** Its longer side in pixels. */
const PREVIEW_PX = 1024;

/** @param {Uint8Array} rgba @param {number} width @param {number} height @returns {Promise<ImageBitmap>} */
export async function preview(rgba, width, height) {
  const shrink = Math.min(1, PREVIEW_PX / Math.max(width, height));
  const data = new ImageData(new Uint8ClampedArray(rgba), width, height);
  return createImageBitmap(data, {
    resizeWidth: Math.max(1, Math.round(width * shrink)),
    resizeHeight: Math.max(1, Math.round(height * shrink)),
    resizeQuality: "high",
  });
}
