/** The last runs, kept to be shown again at once. */
import { byId, el } from "./dom.js";
import { shortLabel } from "./labels.js";
import { percent, score } from "./format.js";
import { drawOverlay } from "./result-view.js";

/** @typedef {import("./result.js").Result} Result */

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
