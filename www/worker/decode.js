/** Decodes a file's bytes into pixels, in the worker: checked before decoding, upright, without transparency. */
import { divisorOf, refusal, sniff } from "../core/sniff.js";

/** Number of rows that are read at once; a multiple of every divisor. */
const STRIP_PX = 64;

/**
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<{rgba: Uint8Array, width: number, height: number, notes: string[]}>} flattened on white, upright
 */
async function decode(blob, name) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const refused = refusal(name, bytes);
  if (refused) throw { kind: "image", message: refused };
  const sniffed = sniff(bytes);
  const stored = "picture" in sniffed ? sniffed.picture : null;
  const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" }).catch(() => {
    throw {
      kind: "image",
      message: `${name} is a ${stored?.format} picture that this browser cannot decode: it is damaged, too large for its memory, or of a kind the browser does not know.`,
    };
  });
  const notes = stored ? notesOf(stored, bitmap) : [];
  const { data, width, height } = pixelsOf(bitmap);
  if (flatten(data)) notes.unshift("Its transparent parts were put on white.");
  return { rgba: new Uint8Array(data.buffer), width, height, notes };
}

/**
 * Notes for the user on how it was read. @param {import("../core/sniff.js").Picture} stored @param {ImageBitmap} bitmap
 */
function notesOf({ cmyk, width, height }, bitmap) {
  const notes = [];
  if (cmyk) notes.push("Its four print colours (CMYK) were turned into RGB by the browser.");
  if (width !== bitmap.width || height !== bitmap.height) notes.push("It was turned upright, as its camera noted.");
  const by = divisorOf(width, height);
  const left = `${Math.ceil(width / by)} × ${Math.ceil(height / by)}`;
  if (by > 1) notes.push(`It has ${width} × ${height} pixels and was shrunk to ${left} while it was read.`);
  return notes;
}

/**
 * A picture's pixels, shrunk if there are too many. They are read in strips, so that there is never a second full copy.
 * They are shrunk here, because browsers' own filters round down.
 *
 * @param {ImageBitmap} bitmap closed afterwards
 * @returns {{data: Uint8ClampedArray, width: number, height: number}}
 */
function pixelsOf(bitmap) {
  const by = divisorOf(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.ceil(length / by));
  const data = new Uint8ClampedArray(4 * width * height);
  const strip = context(new OffscreenCanvas(bitmap.width, Math.min(bitmap.height, STRIP_PX)));
  for (let top = 0; top < bitmap.height; top += STRIP_PX) {
    const rows = Math.min(STRIP_PX, bitmap.height - top);
    strip.clearRect(0, 0, bitmap.width, rows);
    strip.drawImage(bitmap, 0, -top);
    const read = strip.getImageData(0, 0, bitmap.width, rows);
    data.set(by === 1 ? read.data : means(read, by), (4 * width * top) / by);
  }
  bitmap.close();
  return { data, width, height };
}

/**
 * Each pixel becomes the mean of a square. The last squares of a row or column take what is left, as in the command.
 *
 * @param {ImageData} picture
 * @param {number} by the squares' side
 * @returns {Uint8ClampedArray}
 */
function means({ data, width, height }, by) {
  const across = Math.ceil(width / by);
  const sums = new Float64Array(4 * across * Math.ceil(height / by));
  for (let y = 0; y < height; y++) {
    const row = 4 * across * Math.floor(y / by);
    for (let x = 0; x < width; x++) {
      const [to, from] = [row + 4 * Math.floor(x / by), 4 * (y * width + x)];
      for (let c = 0; c < 4; c++) sums[to + c] += data[from + c];
    }
  }
  const extent = (/** @type {number} */ at, /** @type {number} */ length) => Math.min(by, length - at * by);
  const share = (/** @type {number} */ i) => {
    const pixel = Math.floor(i / 4);
    return extent(pixel % across, width) * extent(Math.floor(pixel / across), height);
  };
  return new Uint8ClampedArray(sums.map((sum, i) => Math.floor(sum / share(i) + 0.5)));
}

/**
 * Puts transparent pixels on white, in place. @param {Uint8ClampedArray} rgba @returns {boolean} whether there were any
 */
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

/**
 * Decodes a picture, and shrinks it if it is one of many. @param {Blob} blob @param {string} name @param {boolean}
 * small
 */
export async function decoded(blob, name, small) {
  const whole = await decode(blob, name);
  return small ? { ...whole, ...shrunk(whole) } : whole;
}

/** Number of pixels at which a picture of a set is kept, because a set holds many. */
const SET_PIXELS = 1e6;

/**
 * @param {{rgba: Uint8Array, width: number, height: number}} picture
 * @returns {{rgba: Uint8Array, width: number, height: number}} small enough to be one of many
 */
function shrunk({ rgba, width, height }) {
  const by = Math.ceil(Math.sqrt((width * height) / SET_PIXELS));
  if (by <= 1) return { rgba, width, height };
  const small = means(new ImageData(new Uint8ClampedArray(rgba), width, height), by);
  return { rgba: new Uint8Array(small.buffer), width: Math.ceil(width / by), height: Math.ceil(height / by) };
}

/** @param {OffscreenCanvas} canvas @returns {OffscreenCanvasRenderingContext2D} */
function context(canvas) {
  const to = canvas.getContext("2d", { willReadFrequently: true });
  if (!to) throw { kind: "image", message: "The browser has no memory left for a picture of this size." };
  return to;
}
