/** The results the page keeps, and the one it shows. */
import { byId } from "./dom.js";
import { say } from "./messages.js";
import { showResult } from "./result-view.js";
import { showEnd } from "./run-view.js";
import { showRuns } from "./runs.js";
import { app, colours, recall } from "./session.js";

/** @typedef {import("./result.js").Result} Result */

/** @param {Result} result */
export function keep(result) {
  recall.keep(result);
  const partial = result.ended ? `${result.ended[0].toUpperCase()}${result.ended.slice(1)}. ` : "";
  showEnd(partial || `Done: ${result.iterations} iterations.`, true);
  show(result);
  say(`${partial}${result.sentence}`);
}

/** @param {Result} result */
export function show(result) {
  app.shown = recall.results.find((kept) => kept.key === result.key) ?? result;
  showResult(result, colours(), app.state.opacity);
  showRuns(recall.results, app.shown, (past) => show({ ...past, recalled: true }));
  byId("export-report", HTMLButtonElement).disabled = result.report === null;
  for (const button of document.querySelectorAll("[data-png]")) button.toggleAttribute("disabled", result.pictures === null);
}
