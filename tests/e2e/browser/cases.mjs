/** Bad and odd files, and the sentence each must lead to. */
import { bmp, jpeg, jpegHeader, onnx, png } from "../files.mjs";

/** @type {{name: string, body: Buffer | string, says: RegExp}[]} refused, by the page or by the browser's decoder */
export const BAD_PICTURES = [
  { name: "letter.png", body: "Dear reader, this is no picture.", says: /letter\.png is text, not a picture/ },
  { name: "empty.jpg", body: "", says: /empty\.jpg is empty/ },
  { name: "cut.png", body: png(64, 64).subarray(0, 120), says: /cut\.png is a PNG picture that stops in the middle/ },
  { name: "cut.jpg", body: jpeg(64, 64).subarray(0, -9), says: /cut\.jpg is a JPEG picture that stops in the middle/ },
  {
    name: "head.jpg",
    body: Buffer.from([0xff, 0xd8, 0xff]),
    says: /head\.jpg starts like a JPEG picture, but its size cannot be read/,
  },
  {
    name: "garbled.jpg",
    body: jpegHeader(64, 64, 3),
    says: /garbled\.jpg is a JPEG picture that this browser cannot decode/,
  },
  { name: "dot.png", body: png(1, 1), says: /dot\.png is 1 × 1 pixels; a picture needs at least 8 × 8/ },
  {
    name: "wall.png",
    body: png(20000, 15000, { headerOnly: true }),
    says: /wall\.png is 20000 × 15000, 300 megapixels; the limit is 268/,
  },
  { name: "paper.pdf", body: "%PDF-1.7 and so on", says: /paper\.pdf is a PDF document/ },
];

/** @type {{name: string, body: Buffer, notes: RegExp, size: RegExp}[]} opened, with what was done said */
export const ODD_PICTURES = [
  {
    name: "glass.png",
    body: png(64, 48, { alpha: true }),
    notes: /transparent parts were put on white/,
    size: /64\s×\s48/,
  },
  { name: "print.jpg", body: jpeg(64, 32, { components: 4 }), notes: /four print colours \(CMYK\)/, size: /64\s×\s32/ },
  { name: "upright.jpg", body: jpeg(64, 32, { orientation: 6 }), notes: /turned upright/, size: /32\s×\s64/ },
  { name: "grey.jpg", body: jpeg(64, 32, { components: 1 }), notes: /^$/, size: /64\s×\s32/ },
  { name: "old.bmp", body: bmp(40, 24), notes: /^$/, size: /40\s×\s24/ },
];

/**
 * Models that no engine can run; `says` is for the real engine.
 *
 * @type {{name: string, body: Buffer | string, says: RegExp}[]}
 */
export const BAD_MODELS = [
  { name: "letter.onnx", body: "Dear reader, this is no model, however long it goes on. ".repeat(20), says: /./ },
  { name: "empty.onnx", body: "", says: /./ },
  { name: "cut.onnx", body: onnx().subarray(0, 150), says: /./ },
  { name: "zoinks.onnx", body: onnx({ operator: "Zoinks" }), says: /Zoinks/ },
  { name: "painter.onnx", body: onnx({ classifier: false }), says: /./ },
  { name: "nan.onnx", body: onnx({ weight: NaN }), says: /./ },
];
