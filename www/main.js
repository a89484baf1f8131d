/**
 * The page: joins what a person does with the engine.
 *
 * 1. `engine.js`: the worker starts, on the device that the address or the settings ask for,
 * 2. `opening.js`: a model and a picture are opened, and the model answers,
 * 3. `running.js`: an answer is explained while the heat map grows on the stage,
 * 4. `results.js`: the result is kept on the page, apart from the engine, whatever becomes of the worker.
 *
 * Beside it, `compare-view.js` runs several methods on the same answer.
 */
import { build } from "./compare-view.js";
import { byId, click, fail } from "./dom.js";
import { boot } from "./engine.js";
import { initClasses, initInput } from "./inputs.js";
import { initProfile } from "./model-view.js";
import { chooseClass, openFiles, openModel, openPicture, setProfile } from "./opening.js";
import { initSettings } from "./panels.js";
import { initResult } from "./result-view.js";
import { exportPicture, exportReport } from "./results.js";
import { cancel, chooseView, explain, pause } from "./running.js";
import { app, changeState, colours, copyLink, followLink, forcedDevice, recolourAll, showModelChoice } from "./session.js";

function listen() {
  click("run", explain);
  click("cancel", cancel);
  click("pause", pause);
  click("another", () => openPicture({ seed: Math.floor(Math.random() * 1e6) }));
  click("see", () => byId("result", HTMLElement).scrollIntoView({ block: "start", behavior: "smooth" }));
  click("copy-link", copyLink);
  click("export-report", () => app.shown && exportReport(app.shown));
  for (const button of document.querySelectorAll("[data-png]")) {
    button.addEventListener("click", () => app.shown && void exportPicture(app.shown, button.getAttribute("data-png") ?? "", colours(), app.state.opacity));
  }
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => chooseView(/** @type {import("./run-view.js").View} */ (button.getAttribute("data-view"))));
  }
  byId("model", HTMLSelectElement).addEventListener("change", (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    if (value) void openModel({ builtin: value });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancel();
  });
  byId("compare", HTMLDetailsElement).addEventListener("toggle", build);
  addEventListener("hashchange", followLink);
  initInput({ opened: (files) => void openFiles(files), refused: fail });
  initClasses(chooseClass);
  initSettings(changeState, { forcedDevice });
  initProfile(() => app.model, setProfile);
  initResult({
    colours: (name) => (changeState({ colours: name }), recolourAll()),
    opacity: (value) => ((app.state.opacity = value), recolourAll()),
  });
}

listen();
recolourAll();
showModelChoice();
void boot();
