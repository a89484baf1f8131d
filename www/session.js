/** What the page knows: one record, read by everything; and what a change of it leads to. */
import { atMostEvery, byId, el } from "./dom.js";
import { boot } from "./engine.js";
import { showBeside } from "./inputs.js";
import { modelLine, showModel } from "./model-view.js";
import { attempt, classify, leaveOut, takeModel, takePicture } from "./opening.js";
import { showSettings } from "./panels.js";
import { recolour } from "./result-view.js";
import { Recall } from "./result.js";
import { showPhase } from "./run-view.js";
import { keepProvisional, wear } from "./running.js";
import { beside, format, MODELS, parse, SIDES } from "./state.js";
import { shortLabel } from "./words.js";

// -------- What the page knows

/** @typedef {{builtin: string} | {name: string, file?: Blob, stored?: string, profile?: string, labels?: string}} ModelSource `stored`: kept at an earlier visit */
/** @typedef {{seed: number} | {name: string, blob: Blob}} PictureSource */

/**
 * @typedef {object} Running
 * @property {string} key What the run is known by.
 * @property {string} label
 * @property {string} model
 * @property {string} image
 * @property {string} device
 * @property {import("./types.js").Started | null} started
 * @property {import("./types.js").Tick | null} tick The last look at it.
 * @property {number} cancelled When Cancel was pressed; 0 before.
 */

const asked = new URLSearchParams(location.search).get("device");
/** The device that the address forces. */
export const forcedDevice = asked === "cpu" || asked === "gpu" ? asked : null;

const state = parse(location.hash);

export const app = {
  state,
  /** The model that is open, or the one to open first. */
  modelSource: /** @type {ModelSource} */ ({ builtin: state.model }),
  pictureSource: /** @type {PictureSource} */ ({ seed: state.critter }),
  model: /** @type {import("./types.js").OpenModel | null} */ (null),
  photo: /** @type {{info: import("./types.js").PictureInfo, notes: string[], preview: ImageBitmap} | null} */ (null),
  answers: /** @type {import("./types.js").Answer[]} */ ([]),
  device: /** @type {import("./types.js").Device | null} */ (null),
  /** Why the GPU is not used any more, once it was lost. */
  gpuLost: "",
  /** The engine can be asked. */
  booted: false,
  /** How much of what was asked for is still to be done before a run makes sense. */
  busy: 0,
  /** Bugs met in a row: the engine is not started again for ever. */
  crashes: 0,
  phase: /** @type {import("./run-view.js").Phase} */ ("idle"),
  run: /** @type {Running | null} */ (null),
  shown: /** @type {import("./result.js").Result | null} */ (null),
  /** Who hears of a run in place of the stage. */
  listener: /** @type {Pick<import("./engine-client.js").Events, "tick" | "loading"> | null} */ (null),
  /** The pictures of a run that the stage wears. */
  worn: /** @type {import("./types.js").Pictures | null} */ (null),
  view: /** @type {import("./run-view.js").View} */ ("heat"),
};

/** Captions of the samples by seed. @type {Map<number, string>} */
export const captions = new Map();

export const recall = new Recall();

/** @returns {import("./draw.js").ColourMap} */
export function colours() {
  return /** @type {import("./draw.js").ColourMap} */ (app.state.colours);
}

/** @returns {number | undefined} the class to explain */
export function targetIndex() {
  return app.state.target ?? app.answers[0]?.index;
}

/** @param {number | undefined} index @returns {string} */
export function labelOf(index) {
  return index === undefined ? "" : shortLabel(app.model?.labels[index] ?? String(index));
}

/** @returns {{sign: string, index: number}[]} the classes beside it */
function besides() {
  return SIDES.flatMap((side) => beside(app.state, side).map((index) => ({ sign: side === "with" ? "+" : "−", index })));
}

/** @returns {string} the answer to explain, as the engine names it: "cat + dog − fox" */
export function targetLabel() {
  return [labelOf(targetIndex()), ...besides().map(({ sign, index }) => `${sign} ${labelOf(index)}`)].join(" ");
}

/** The built-in model that is open, if one is. @returns {string | null} */
export function builtin() {
  return "builtin" in app.modelSource ? app.modelSource.builtin : null;
}

/** The sample on the stage, if one is. @returns {number | null} */
export function sample() {
  return "seed" in app.pictureSource ? app.pictureSource.seed : null;
}

// -------- The state of the page and its link

/** @param {Partial<import("./state.js").State>} change */
export function changeState(change) {
  const deviceBefore = app.state.device;
  Object.assign(app.state, change);
  if (app.state.device !== deviceBefore) {
    app.gpuLost = "";
    keepProvisional();
    void boot();
  }
  refresh();
}

export function recolourAll() {
  recolour(colours(), app.state.opacity);
  if (app.worn) wear(app.worn);
  document.dispatchEvent(new Event("colours"));
  writeLink();
}

export function showModelChoice() {
  const select = byId("model", HTMLSelectElement);
  select.replaceChildren(...Object.entries(MODELS).map(([id, name]) => el("option", { value: id }, name)));
  if ("name" in app.modelSource) select.append(el("option", { value: "" }, app.modelSource.name));
  select.value = builtin() ?? "";
  if (!app.model) return;
  byId("model-line", HTMLElement).textContent = modelLine(app.model.info);
  showModel(app.model, "name" in app.modelSource ? app.modelSource.name : app.modelSource.builtin);
}

export function refresh() {
  showPhase(app.phase, { label: targetLabel(), ready: app.booted && app.answers.length > 0 && !app.busy });
  if (app.phase === "idle") byId("cancel", HTMLButtonElement).replaceChildren("Cancel ", el("kbd", {}, "Esc"));
  showSettings(app.state);
  showBeside(besides(), leaveOut);
  const hidden = new Set(app.state.hide.split(","));
  for (const part of document.querySelectorAll("[data-part]")) part.toggleAttribute("hidden", hidden.has(part.getAttribute("data-part") ?? ""));
  writeLink();
}

/** Browsers bound how often the address may change. */
const writeLink = atMostEvery(() => {
  const own = { ownPicture: sample() === null, ownModel: builtin() === null };
  const hash = format(app.state, own);
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : `${location.pathname}${location.search}`);
  const kept = [own.ownPicture ? "picture" : "", own.ownModel ? "model" : ""].filter(Boolean).join(" and your ");
  byId("link-note", HTMLElement).textContent = kept ? `Your ${kept} stay${kept.includes(" ") ? "" : "s"} on this device: a link never holds ${kept.includes(" ") ? "them" : "it"}.` : "";
}, 300);

/** A link was followed, or edited, while the page was open. */
export function followLink() {
  const before = app.state;
  const next = (app.state = parse(location.hash));
  recolourAll();
  if (before.device !== next.device && !forcedDevice) {
    app.modelSource = { builtin: next.model };
    app.pictureSource = { seed: next.critter };
    return void boot();
  }
  return void attempt("link", async () => {
    if (builtin() !== next.model) await takeModel({ builtin: next.model });
    if (sample() !== next.critter) await takePicture({ seed: next.critter });
    Object.assign(app.state, { target: next.target, with: next.with, against: next.against });
    await classify();
  });
}

export async function copyLink() {
  const place = byId("link-note", HTMLElement);
  try {
    await navigator.clipboard.writeText(location.href);
    place.textContent = `Copied. ${place.textContent}`;
  } catch {
    place.textContent = "The browser did not allow it: copy the address from its bar.";
  }
}
