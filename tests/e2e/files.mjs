/** Files for the tests, good and bad, made of bytes on the spot. */
import { deflateSync, crc32 as zlibCrc } from "node:zlib";

/** @param {Uint8Array} bytes @returns {number} */
function crc32(bytes) {
  if (zlibCrc) return zlibCrc(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** @param {string} type @param {Uint8Array} body @returns {Buffer} */
function chunk(type, body) {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

/**
 * A PNG of a coloured spot; with alpha its left half is transparent.
 *
 * @param {number} width @param {number} height
 * @param {{alpha?: boolean, headerOnly?: boolean}} [options] headerOnly leaves the pixels out: the size is a claim
 * @returns {Buffer}
 */
export function png(width, height, { alpha = false, headerOnly = false } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, alpha ? 6 : 2, 0, 0, 0], 8);
  const channels = alpha ? 4 : 3;
  const rows = headerOnly ? Buffer.alloc(1) : Buffer.alloc(height * (1 + width * channels));
  if (!headerOnly) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (Math.min(width, height) / 4) ** 2;
        const at = y * (1 + width * channels) + 1 + x * channels;
        rows.set(inside ? [220, 80, 60] : [90, 140, (x * 255) / width], at);
        if (alpha) rows[at + 3] = x < width / 2 ? 0 : 255;
      }
    }
  }
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * A JPEG's frame without real pixels: enough for a reader of headers.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} components
 */
export function jpegHeader(width, height, components) {
  const frame = Buffer.alloc(10 + components * 3);
  frame.set([0xff, 0xc0, 0, 8 + components * 3, 8]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame[9] = components;
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0x4a, 0x46]),
    frame,
    scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** @param {number} width @param {number} height */
export function gifHeader(width, height) {
  const out = Buffer.alloc(20);
  out.write("GIF89a", "latin1");
  out.writeUInt16LE(width, 6);
  out.writeUInt16LE(height, 8);
  return out;
}

/** @param {number} width @param {number} height */
export function bmp(width, height) {
  const row = Math.ceil((width * 3) / 4) * 4;
  const out = Buffer.alloc(54 + row * height, 120);
  out.fill(0, 0, 54);
  out.write("BM", "latin1");
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(width, 18);
  out.writeInt32LE(-height, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  return out;
}

/** @param {number} width @param {number} height */
export function webpHeader(width, height) {
  const out = Buffer.alloc(40);
  out.write("RIFF", "latin1");
  out.writeUInt32LE(32, 4);
  out.write("WEBPVP8X", 8, "latin1");
  out.writeUIntLE(width - 1, 24, 3);
  out.writeUIntLE(height - 1, 27, 3);
  return out;
}

/** @param {number} width @param {number} height */
export function avifHeader(width, height) {
  const out = Buffer.alloc(96);
  out.write("\0\0\0\x18ftypavif", "latin1");
  out.write("ispe", 60, "latin1");
  out.writeUInt32BE(width, 68);
  out.writeUInt32BE(height, 72);
  return out;
}

/**
 * A real baseline JPEG with flat 8 × 8 blocks, in grey, RGB-like YCbCr or CMYK: a left half and a right half of
 * different brightness, so that a rotation can be seen.
 *
 * @param {number} width a multiple of 8
 * @param {number} height a multiple of 8
 * @param {{components?: 1 | 3 | 4, orientation?: number}} [options]
 * @returns {Buffer}
 */
export function jpeg(width, height, { components = 3, orientation = 0 } = {}) {
  const parts = [Buffer.from([0xff, 0xd8])];
  const segment = (/** @type {number} */ marker, /** @type {number[] | Buffer} */ body) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    parts.push(head, Buffer.from(body));
  };
  if (orientation) {
    const exif = Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", "latin1");
    exif.writeUInt16BE(orientation, exif.length - 8);
    segment(0xe1, exif);
  }
  // Adobe's marker says that four components are CMYK, stored inverted.
  if (components === 4) segment(0xee, Buffer.from("Adobe\0\x64\0\0\0\0\0", "latin1"));
  segment(0xdb, [0, ...new Array(64).fill(8)]);
  const frame = [8, height >> 8, height & 255, width >> 8, width & 255, components];
  for (let c = 1; c <= components; c++) frame.push(c, 0x11, 0);
  segment(0xc0, frame);
  // DC: categories 0…11, all codes of four bits. AC: only the end of a block, one bit.
  segment(0xc4, [0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  segment(0xc4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const scan = [components];
  for (let c = 1; c <= components; c++) scan.push(c, 0x00);
  segment(0xda, [...scan, 0, 63, 0]);
  let bits = "";
  const before = new Array(components).fill(0);
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      for (let c = 0; c < components; c++) {
        const level = c === 0 ? (x < width / 2 ? 90 : -90) : c === 1 ? 30 : -20;
        const change = level - before[c];
        before[c] = level;
        const size = change === 0 ? 0 : Math.floor(Math.log2(Math.abs(change))) + 1;
        const code = change < 0 ? change + 2 ** size - 1 : change;
        bits += size.toString(2).padStart(4, "0") + (size ? code.toString(2).padStart(size, "0") : "") + "0";
      }
    }
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1");
  const data = [];
  for (let i = 0; i < bits.length; i += 8) {
    const byte = parseInt(bits.slice(i, i + 8), 2);
    data.push(byte, ...(byte === 0xff ? [0] : []));
  }
  return Buffer.concat([...parts, Buffer.from(data), Buffer.from([0xff, 0xd9])]);
}

// ---------------------------------------------------------------------------------------------------------------------
// ONNX, written as the protocol buffer it is.

/** @param {number} field @param {number} wire @param {Buffer} body @returns {Buffer} */
function field(field, wire, body) {
  return Buffer.concat([varint(field * 8 + wire), wire === 2 ? varint(body.length) : Buffer.alloc(0), body]);
}

/** @param {number} value @returns {Buffer} */
function varint(value) {
  const out = [];
  while (value > 127) {
    out.push((value & 127) | 128);
    value = Math.floor(value / 128);
  }
  return Buffer.from([...out, value]);
}

const text = (/** @type {number} */ n, /** @type {string} */ s) => field(n, 2, Buffer.from(s));
const number = (/** @type {number} */ n, /** @type {number} */ v) => field(n, 0, varint(v));
const message = (/** @type {number} */ n, /** @type {Buffer[]} */ ...parts) => field(n, 2, Buffer.concat(parts));

/** A value's name and shape, in float32. @param {number} n @param {string} name @param {number[]} shape */
function value(n, name, shape) {
  const sides = shape.map((side) => message(1, number(1, side)));
  return message(n, text(1, name), message(2, message(1, number(1, 1), message(2, ...sides))));
}

/** @param {string} name @param {number[]} shape @param {number[]} values */
function tensor(name, shape, values) {
  return message(
    5,
    ...shape.map((side) => number(1, side)),
    number(2, 1),
    text(8, name),
    field(9, 2, Buffer.from(new Float32Array(values).buffer)),
  );
}

/** A tensor whose values lie in another file. @param {string} name @param {number[]} shape @param {string} location */
function external(name, shape, location) {
  const entry = message(13, text(1, "location"), text(2, location));
  return message(5, ...shape.map((side) => number(1, side)), number(2, 1), text(8, name), entry, number(14, 1));
}

/** The weights of the tiny classifier, as a file beside it. */
export const WEIGHTS = Buffer.from(new Float32Array([8, 0, 0, 0, 8, 0, 0, 0, 8]).buffer);

/** @param {string} op @param {string[]} inputs @param {string} output */
function node(op, inputs, output) {
  return message(1, ...inputs.map((input) => text(1, input)), text(2, output), text(3, output), text(4, op));
}

/**
 * A tiny classifier in ONNX: the mean of each channel, then a linear layer onto three classes.
 *
 * @param {{operator?: string, weight?: number, classifier?: boolean, size?: number, beside?: string}} [options]
 * `operator` takes the place of Relu, `weight` fills the matrix, `classifier: false` leaves the picture's shape as the
 * output, `beside` names the file that holds `WEIGHTS` @returns {Buffer}
 */
export function onnx({ operator = "Relu", weight, classifier = true, size = 32, beside = "" } = {}) {
  const matrix = weight === undefined ? [8, 0, 0, 0, 8, 0, 0, 0, 8] : new Array(9).fill(weight);
  const nodes = classifier
    ? [
        node(operator, ["x"], "a"),
        node("GlobalAveragePool", ["a"], "b"),
        node("Flatten", ["b"], "c"),
        node("Gemm", ["c", "w"], "y"),
      ]
    : [node(operator, ["x"], "y")];
  const graph = [
    ...nodes,
    text(2, "tiny"),
    ...(classifier ? [beside ? external("w", [3, 3], beside) : tensor("w", [3, 3], matrix)] : []),
    value(11, "x", [1, 3, size, size]),
    value(12, "y", classifier ? [1, 3] : [1, 3, size, size]),
  ];
  return Buffer.concat([number(1, 8), message(8, text(1, ""), number(2, 17)), message(7, ...graph)]);
}
