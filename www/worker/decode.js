/** From a file's bytes to pixels, in the worker: checked before decoding, upright, without transparency. */
import { refusal, sniff } from "../core/sniff.js";

/** The longer side of the photo as the page shows it. */
const PREVIEW_PX = 1024;

/**
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<{rgba: Uint8Array, width: number, height: number, notes: string[]}>} flattened on white, upright
 */
export async function decode(blob, name) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const refused = refusal(name, bytes);
  if (refused) throw { kind: "image", message: refused };
  const sniffed = sniff(bytes);
  const stored = "picture" in sniffed ? sniffed.picture : null;
  const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => {
    throw {
      kind: "image",
      message: `${name} is a ${stored?.format} picture that this browser cannot decode: it is damaged, or of a kind the browser does not know.`,
    };
  });
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const to = context(canvas);
  to.drawImage(bitmap, 0, 0);
  bitmap.close();
  const pixels = to.getImageData(0, 0, width, height).data;
  const notes = [];
  if (flatten(pixels)) notes.push("Its transparent parts were put on white.");
  if (stored?.cmyk) notes.push("Its four print colours (CMYK) were turned into RGB by the browser.");
  if (stored && (stored.width !== width || stored.height !== height))
    notes.push("It was turned upright, as its camera noted.");
  return { rgba: new Uint8Array(pixels.buffer), width, height, notes };
}

/** Puts transparent pixels on white, in place. @param {Uint8ClampedArray} rgba @returns {boolean} whether any was */
function flatten(rgba) {
  let any = false;
  for (let i = 3; i < rgba.length; i += 4) {
    const alpha = rgba[i];
    if (alpha === 255) continue;
    any = true;
    for (let c = i - 3; c < i; c++) rgba[c] = (rgba[c] * alpha + 255 * (255 - alpha)) / 255;
    rgba[i] = 255;
  }
  return any;
}

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

/** @param {OffscreenCanvas} canvas @returns {OffscreenCanvasRenderingContext2D} */
function context(canvas) {
  const to = canvas.getContext("2d", { willReadFrequently: true });
  if (!to) throw { kind: "image", message: "The browser has no memory left for a picture of this size." };
  return to;
}
