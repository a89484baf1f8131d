/** The results the page keeps: the one it shows, the last ones to be shown again, and what is saved of them. */
import { byId, el, paint, save, say } from "./dom.js";
import { maskPicture } from "./draw.js";
import { drawOverlay, showResult } from "./result-view.js";
import { fileName, ofRegion } from "./result.js";
import { showEnd } from "./run-view.js";
import { app, colours, recall } from "./session.js";
import { percent, score, shortLabel } from "./words.js";

// -------- The results the page keeps, and the one it shows

/** @typedef {import("./result.js").Result} Result */

/** @param {Result} result */
export function keep(result) {
  recall.keep(result);
  const partial = result.ended ? `${result.ended[0].toUpperCase()}${result.ended.slice(1)}. ` : "";
  showEnd(partial || `Done: ${result.iterations} iterations${result.iterations < result.total ? ", no more were worth it" : ""}.`, true);
  show(result);
  say(`${partial}${result.sentence}`);
}

/** @param {Result} result */
export function show(result) {
  app.shown = recall.results.find((kept) => kept.key === result.key) ?? result;
  showAreas(result);
  showResult(result, colours(), app.state.opacity);
  showRuns(recall.results, app.shown, (past) => show({ ...past, recalled: true }));
  byId("export-report", HTMLButtonElement).disabled = result.report === null;
  for (const button of document.querySelectorAll("[data-png]")) button.toggleAttribute("disabled", result.pictures === null);
}

// -------- The regions of several areas, one of them shown

const area = byId("area", HTMLInputElement);

/** @param {Result} result */
function showAreas(result) {
  const { regions } = result;
  byId("areas", HTMLDivElement).hidden = regions.length === 0;
  if (!regions.length) return;
  area.max = String(regions.length - 1);
  area.value = String(regions.findIndex((region) => region.chosen));
  describeArea(regions);
  area.oninput = () => {
    app.shown = ofRegion(result, regions[area.valueAsNumber]);
    showResult(app.shown, colours(), app.state.opacity);
    describeArea(regions);
  };
}

/** @param {import("./types.js").Region[]} regions */
function describeArea(regions) {
  const { area: share, chosen, sufficient } = regions[area.valueAsNumber];
  const answer = regions.find((region) => region.chosen && region.sufficient);
  const state = sufficient ? (chosen ? "the smallest that suffices" : "suffices") : "does not suffice";
  const others = answer && !chosen ? `; the smallest that does is ${percent(answer.area)}` : "";
  const words = `${percent(share)} of the picture: ${state}${others}`;
  byId("area-note", HTMLElement).textContent = words;
  area.setAttribute("aria-valuetext", words);
}

// -------- The last runs, kept to be shown again at once

/**
 * @param {Result[]} results
 * @param {Result | null} shown
 * @param {(result: Result) => void} choose
 */
export function showRuns(results, shown, choose) {
  const items = results.map((result) => {
    const canvas = el("canvas", { "aria-hidden": "true" });
    if (result.pictures) drawOverlay(canvas, result.pictures, "viridis", 0.8);
    const words = `${percent(result.area)}, ${score(result.scores.original)} → ${score(result.scores.deleted)}${result.ended ? `, ${result.ended}` : ""}`;
    const button = el(
      "button",
      { type: "button", class: "past", "aria-pressed": String(result === shown) },
      canvas,
      el("span", {}, el("strong", {}, shortLabel(result.label)), el("span", { class: "numbers" }, words)),
    );
    button.addEventListener("click", () => choose(result));
    return el("li", {}, button);
  });
  byId("runs", HTMLUListElement).replaceChildren(...items);
}

// -------- Out of the page

/** @param {Result} result */
export function exportReport(result) {
  if (result.report) save(fileName(result, "report.json"), new Blob([result.report], { type: "application/json" }));
}

/**
 * @param {Result} result
 * @param {string} kind mask, heatmap, deleted or preserved
 * @param {import("./draw.js").ColourMap} colours
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
