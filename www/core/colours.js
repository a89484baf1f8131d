/** Colour maps, and the layers that show a map of numbers as colours. Pure. */

/** @typedef {"viridis" | "inferno" | "grey"} ColourMap */

/** Evenly spaced anchors of matplotlib's tables (CC0). Colours between them are interpolated, within 2 of 255. */
const ANCHORS = {
  viridis:
    "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e 26828e 23898e 21918c 1f978b 1f9f88 21a685 27ad81 31b57b 3dbc74 4cc26c 5cc863 6ece58 81d34d 95d840 aadc32 c0df25 d5e21a eae51a fde725",
  inferno:
    "000004 040312 0b0724 150b37 210c4a 2f0a5b 3d0965 4a0c6b 57106e 64156e 71196e 7d1e6d 8a226a 972766 a32c61 b0315b bc3754 c63d4d d04545 da4e3c e35933 eb6429 f1711f f67e14 f98c0a fb9b06 fcaa0f fbba1f f9c932 f5d949 f2e865 f3f586 fcffa4",
  grey: "000000 ffffff",
};

/** Share of the layer's opacity where there is no evidence, so that the picture can still be seen there. */
const FLOOR = 0.3;

/** @type {Map<string, Uint8Array>} */
const tables = new Map();

/**
 * @param {ColourMap} name
 * @returns {Uint8Array} 256 × 3, RGB
 */
export function table(name) {
  const known = tables.get(name);
  if (known) return known;
  const anchors = ANCHORS[name].split(" ").map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const out = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (anchors.length - 1);
    const low = Math.min(Math.floor(at), anchors.length - 2);
    for (let c = 0; c < 3; c++) {
      out[i * 3 + c] = Math.round(anchors[low][c] + (anchors[low + 1][c] - anchors[low][c]) * (at - low));
    }
  }
  tables.set(name, out);
  return out;
}

/**
 * The colour layer of a heat map.
 *
 * @param {Float32Array} evidence of each pixel, from 0 (none) to 1 (all)
 * @param {ColourMap} name
 * @param {number} opacity of the layer where the evidence is 1, in [0, 1]
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA
 */
export function layer(evidence, name, opacity) {
  const colours = table(name);
  const out = new Uint8ClampedArray(evidence.length * 4);
  for (let i = 0; i < evidence.length; i++) {
    const heat = Math.round(Math.min(1, Math.max(0, evidence[i])) * 255);
    out[i * 4] = colours[heat * 3];
    out[i * 4 + 1] = colours[heat * 3 + 1];
    out[i * 4 + 2] = colours[heat * 3 + 2];
    out[i * 4 + 3] = Math.round(opacity * (FLOOR + (1 - FLOOR) * (heat / 255)) * 255);
  }
  return out;
}

/**
 * The mask as a grey picture: white keeps, black deletes.
 *
 * @param {Float32Array} mask
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA
 */
export function maskPicture(mask) {
  const out = new Uint8ClampedArray(mask.length * 4);
  for (let i = 0; i < mask.length; i++) {
    out.fill(Math.round(Math.min(1, Math.max(0, mask[i])) * 255), i * 4, i * 4 + 3);
    out[i * 4 + 3] = 255;
  }
  return out;
}

/**
 * The spread of the mask's values. Below about 0.05 a map is nearly flat.
 *
 * @param {Float32Array} mask
 * @returns {number}
 */
export function spread(mask) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of mask) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return mask.length ? high - low : 0;
}
