/** Out of the page: report.json and pictures. */
import { maskPicture } from "./colour.js";
import { el, paint, save } from "./dom.js";
import { drawOverlay } from "./result-view.js";
import { fileName } from "./result.js";

/** @typedef {import("./result.js").Result} Result */

/** @param {Result} result */
export function exportReport(result) {
  if (result.report) save(fileName(result, "report.json"), new Blob([result.report], { type: "application/json" }));
}

/**
 * @param {Result} result
 * @param {string} kind mask, heatmap, deleted or preserved
 * @param {import("./colour.js").ColourMap} colours
 * @param {number} opacity
 */
export async function exportPicture(result, kind, colours, opacity) {
  const { pictures } = result;
  if (!pictures) return;
  const canvas = el("canvas");
  if (kind === "heatmap") drawOverlay(canvas, pictures, colours, opacity);
  else if (kind === "mask") paint(canvas, maskPicture(pictures.mask), pictures.width, pictures.height);
  else paint(canvas, kind === "preserved" ? pictures.preserved : pictures.deleted, pictures.width, pictures.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob) save(fileName(result, `${kind}.png`), /** @type {Blob} */ (blob));
}
