/**
 * A ZIP file whose files are stored uncompressed, because they are compressed already (PNG) or small. Pure.
 */

/** @typedef {{name: string, bytes: Uint8Array<ArrayBuffer>}} Entry */

/** Names are UTF-8. */
const UTF8 = 0x0800;
const VERSION = 20;

/** The contribution of each byte to a checksum. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of ZIP and PNG. @param {Uint8Array} bytes @returns {number} */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param {Entry[]} entries below 4 GB together @param {Date} [when] @returns {Blob} */
export function zip(entries, when = new Date()) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const named = new TextEncoder().encode(name);
    const fields = [VERSION, UTF8, 0, ...dosTime(when), crc32(bytes), bytes.length, bytes.length, named.length, 0];
    const head = record(0x04034b50, fields, [2, 2, 2, 2, 2, 4, 4, 4, 2, 2]);
    parts.push(head, named, bytes);
    const place = [VERSION, ...fields, 0, 0, 0, 0, offset];
    directory.push(record(0x02014b50, place, [2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4]), named);
    offset += head.length + named.length + bytes.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = entries.length;
  const end = record(0x06054b50, [0, 0, count, count, size, offset, 0], [2, 2, 2, 2, 4, 4, 2]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/**
 * A record of numbers, each with its size in bytes, the least significant byte first.
 *
 * @param {number} mark
 * @param {number[]} values
 * @param {number[]} sizes
 */
function record(mark, values, sizes) {
  const bytes = new Uint8Array(4 + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, mark, true);
  let at = 4;
  values.forEach((value, i) => {
    if (sizes[i] === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += sizes[i];
  });
  return bytes;
}

/** Time and date in DOS's form, from 1980 on and in steps of two seconds. @param {Date} when */
function dosTime(when) {
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  const day = (Math.max(0, when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  return [time, day];
}
