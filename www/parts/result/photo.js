/** The photo of a result in the best available resolution: the part that the model sees, in the photo's own pixels. */
import { cropOf } from "../../core/crop.js";
import { isOpen } from "../../core/result.js";
import { el, paint, pen } from "../dom.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../app/store.js").Knowledge} Knowledge */

/** Least and largest side of a picture for export. */
const LEAST = 1024;
const MOST = 4096;

/**
 * Draws what the model sees, as large as the photo allows.
 *
 * @param {Result} result with pictures
 * @param {Knowledge} now
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function fullSize(result, now) {
  const photo = isOpen(result, now) ? await bitmapOf(now) : null;
  const crop = photo && cropFor(photo, now);
  const side = crop ? Math.min(MOST, Math.max(LEAST, Math.round(crop.side))) : LEAST;
  const canvas = drawn(result, side, crop && photo ? { bitmap: photo, crop } : null);
  if (photo && photo !== now.picture?.preview) photo.close();
  return canvas;
}

/** The same at once, from the page's preview of the photo. @param {Result} result @param {Knowledge} now */
export function atOnce(result, now) {
  const preview = isOpen(result, now) ? now.picture?.preview : null;
  const crop = preview ? cropFor(preview, now) : null;
  return drawn(result, LEAST, crop && preview ? { bitmap: preview, crop } : null);
}

/** @param {ImageBitmap} bitmap @param {Knowledge} now */
function cropFor(bitmap, { model }) {
  return model && cropOf(bitmap.width, bitmap.height, model.info.profile);
}

/** The photo itself. A drawn sample has only one size. @param {Knowledge} now @returns {Promise<ImageBitmap | null>} */
async function bitmapOf({ pictureSource, picture }) {
  if (!("blob" in pictureSource)) return picture?.preview ?? null;
  // If the browser cannot decode the photo, the engine did, and only the preview is available.
  return createImageBitmap(pictureSource.blob).catch(() => picture?.preview ?? null);
}

/**
 * @param {Result} result
 * @param {number} side
 * @param {{bitmap: ImageBitmap, crop: {x: number, y: number, side: number}} | null} photo
 * @returns {HTMLCanvasElement}
 */
function drawn({ pictures }, side, photo) {
  const canvas = el("canvas");
  if (!pictures) return canvas;
  const { width, height, original } = pictures;
  const scale = side / Math.max(width, height);
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  const to = pen(canvas);
  to.imageSmoothingQuality = "high";
  if (photo) {
    const { x, y, side: cut } = photo.crop;
    to.drawImage(photo.bitmap, x, y, cut, cut, 0, 0, canvas.width, canvas.height);
  } else {
    const small = el("canvas");
    paint(small, original, width, height);
    to.drawImage(small, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}
