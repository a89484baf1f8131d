/** Recognises a file by its bytes and not by its name. Pure. */

/** A larger picture is shrunk while it is read, because a pixel takes four bytes in several copies. */
const MAX_PIXELS = 40e6;
/** A larger picture is not read at all. The command has the same two limits. */
const MAX_STORED_PIXELS = 2 ** 28;
/** Least side of a picture. */
export const MIN_SIDE = 8;

/**
 * @typedef {object} Picture
 * @property {"PNG" | "JPEG" | "GIF" | "WebP" | "BMP" | "AVIF"} format
 * @property {number} width As stored; an EXIF rotation may swap it with the height.
 * @property {number} height
 * @property {boolean} whole False if the bytes end early.
 * @property {boolean} cmyk
 * @property {string} [unread] A feature that neither the page nor the command reads, and what to do.
 */

/** @typedef {{picture: Picture} | {other: string}} Sniffed */

/**
 * @param {Uint8Array} bytes
 * @returns {Sniffed} a picture, or a description of what it is instead
 */
export function sniff(bytes) {
  const picture = png(bytes) ?? jpeg(bytes) ?? gif(bytes) ?? webp(bytes) ?? bmp(bytes) ?? avif(bytes);
  return picture ? { picture } : { other: otherKind(bytes) };
}

/**
 * The sentence that says why these bytes cannot be the picture; null if they can.
 *
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {string | null}
 */
export function refusal(name, bytes) {
  if (bytes.length === 0) return `${name} is empty.`;
  const sniffed = sniff(bytes);
  if ("other" in sniffed) {
    return `${name} is ${sniffed.other}, not a picture this page can read (PNG, JPEG, GIF, WebP, BMP or AVIF).`;
  }
  const { format, width, height, whole, unread } = sniffed.picture;
  if (!width || !height)
    return `${name} starts like a ${format} picture, but its size cannot be read: the file is damaged.`;
  if (width * height > MAX_STORED_PIXELS) {
    const [megapixels, most] = [width * height, MAX_STORED_PIXELS].map((pixels) => (pixels / 1e6).toFixed(0));
    return `${name} is ${width} × ${height}, ${megapixels} megapixels; the limit is ${most}. Make it smaller and open it again.`;
  }
  if (width < MIN_SIDE || height < MIN_SIDE) {
    return `${name} is ${width} × ${height} pixels; a picture needs at least ${MIN_SIDE} × ${MIN_SIDE} to have a region in it.`;
  }
  if (!whole) return `${name} is a ${format} picture that stops in the middle: the file was cut short.`;
  return unread ? `${name} is a ${format} picture that ${unread}.` : null;
}

/**
 * The divisor (1, 2 or 4) by which a picture is shrunk while it is read, so that at most 40 megapixels are left.
 *
 * @param {number} width @param {number} height @returns {number}
 */
export function divisorOf(width, height) {
  const fits = (/** @type {number} */ by) => Math.ceil(width / by) * Math.ceil(height / by) <= MAX_PIXELS;
  return [1, 2].find(fits) ?? 4;
}

/** @param {Uint8Array} b @returns {Picture | null} */
function png(b) {
  if (!starts(b, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return null;
  const named = ascii(b, 12, 4) === "IHDR" && b.length >= 24;
  const found = made("PNG", named ? u32be(b, 16) : 0, named ? u32be(b, 20) : 0, false);
  for (let at = 8; at + 12 <= b.length && !found.whole;) {
    const [chunk, end] = [ascii(b, at + 4, 4), at + 12 + u32be(b, at)];
    // The curves PQ and HLG, which each browser maps by its own rules.
    if (chunk === "cICP" && [16, 18].includes(b[at + 9]))
      found.unread = "is of high dynamic range, which is not supported; save it as sRGB";
    found.whole = chunk === "IEND" && end <= b.length;
    at = end;
  }
  return found;
}

/** Follows the markers to the end of the picture. @param {Uint8Array} b @returns {Picture | null} */
function jpeg(b) {
  if (!starts(b, [0xff, 0xd8, 0xff])) return null;
  const found = made("JPEG", 0, 0, false);
  let at = 2;
  while (at + 4 <= b.length) {
    if (b[at] !== 0xff) return found;
    const marker = b[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame && at + 10 <= b.length) {
      found.height = u16be(b, at + 5);
      found.width = u16be(b, at + 7);
      found.cmyk = b[at + 9] === 4;
      if (marker > 0xc8)
        found.unread = "uses arithmetic coding, which is not supported; save it again as an ordinary JPEG or as PNG";
    }
    at += 2 + u16be(b, at + 2);
    if (marker === 0xda) at = afterScan(b, at);
  }
  found.whole = at + 2 <= b.length && b[at] === 0xff && b[at + 1] === 0xd9;
  return found;
}

/** The next marker after compressed data. @param {Uint8Array} b @param {number} at @returns {number} */
function afterScan(b, at) {
  for (; ; at += 1) {
    at = b.indexOf(0xff, at);
    if (at < 0 || at + 1 >= b.length) return b.length;
    const next = b[at + 1];
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
}

/** @param {Uint8Array} b @returns {Picture | null} */
function gif(b) {
  if (!/^GIF8[79]a$/.test(ascii(b, 0, 6))) return null;
  return made("GIF", u16le(b, 6), u16le(b, 8), b.length > 13);
}

/** @param {Uint8Array} b @returns {Picture | null} */
function webp(b) {
  if (ascii(b, 0, 4) !== "RIFF" || ascii(b, 8, 4) !== "WEBP") return null;
  const whole = b.length >= u32le(b, 4) + 8;
  const kind = ascii(b, 12, 4);
  if (b.length < 30) return made("WebP", 0, 0, false);
  if (kind === "VP8X") return made("WebP", 1 + u24le(b, 24), 1 + u24le(b, 27), whole);
  if (kind === "VP8L") {
    const bits = u32le(b, 21);
    return made("WebP", 1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff), whole);
  }
  return made("WebP", u16le(b, 26) & 0x3fff, u16le(b, 28) & 0x3fff, whole);
}

/** @param {Uint8Array} b @returns {Picture | null} */
function bmp(b) {
  if (ascii(b, 0, 2) !== "BM" || b.length < 26) return null;
  const header = u32le(b, 14);
  if (header === 12) return made("BMP", u16le(b, 18), u16le(b, 20), b.length >= u32le(b, 2));
  if (header < 40 || header > 124) return null;
  return made("BMP", u32le(b, 18), Math.abs(u32le(b, 22) | 0), b.length >= u32le(b, 2));
}

/** The largest picture in any `ispe` box. @param {Uint8Array} b @returns {Picture | null} */
function avif(b) {
  if (ascii(b, 4, 4) !== "ftyp" || !/avif|avis/.test(ascii(b, 8, 24))) return null;
  const found = made("AVIF", 0, 0, true);
  const limit = Math.min(b.length - 16, 1 << 16);
  for (let at = 8; at < limit; at++) {
    if (b[at] !== 0x69 || ascii(b, at, 4) !== "ispe") continue;
    const [width, height] = [u32be(b, at + 8), u32be(b, at + 12)];
    if (width * height > found.width * found.height) Object.assign(found, { width, height });
  }
  return found;
}

/** @param {Uint8Array} b @returns {string} */
function otherKind(b) {
  const head = ascii(b, 0, 256);
  if (ascii(b, 4, 4) === "ftyp") return "a HEIC picture or a film";
  if (head.startsWith("%PDF")) return "a PDF document";
  if (starts(b, [0x49, 0x49, 0x2a, 0]) || starts(b, [0x4d, 0x4d, 0, 0x2a])) return "a TIFF picture";
  if (starts(b, [0x50, 0x4b, 3, 4])) return "a ZIP archive";
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?<svg/i.test(head)) return "an SVG drawing";
  if (looksLikeText(b)) return "text";
  return "a file of another kind";
}

/** @param {Uint8Array} b @returns {boolean} whether the first bytes are printable */
export function looksLikeText(b) {
  const head = b.subarray(0, 512);
  return head.length > 0 && head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

/**
 * @param {Picture["format"]} format @param {number} width @param {number} height @param {boolean} whole
 * @returns {Picture}
 */
function made(format, width, height, whole) {
  return { format, width, height, whole, cmyk: false };
}

/** @param {Uint8Array} b @param {number[]} magic @returns {boolean} */
function starts(b, magic) {
  return magic.every((byte, at) => b[at] === byte);
}

/** @param {Uint8Array} b @param {number} at @param {number} length @returns {string} */
function ascii(b, at, length) {
  return String.fromCharCode(...b.subarray(at, at + length));
}

/** @param {Uint8Array} b @param {number} at @returns {number} */
const u16be = (b, at) => (b[at] << 8) | b[at + 1];
/** @param {Uint8Array} b @param {number} at @returns {number} */
const u16le = (b, at) => b[at] | (b[at + 1] << 8);
/** @param {Uint8Array} b @param {number} at @returns {number} */
const u24le = (b, at) => u16le(b, at) | (b[at + 2] << 16);
/** @param {Uint8Array} b @param {number} at @returns {number} */
const u32be = (b, at) => ((b[at] << 24) | (b[at + 1] << 16) | u16be(b, at + 2)) >>> 0;
/** @param {Uint8Array} b @param {number} at @returns {number} */
const u32le = (b, at) => (u24le(b, at) | (b[at + 3] << 24)) >>> 0;
