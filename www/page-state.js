/** The state of the page and its link: what a change of it leads to, and what is shown of it. */
import { atMostEvery, byId, el } from "./dom.js";
import { boot } from "./engine.js";
import { modelLine, showModel } from "./model-view.js";
import { attempt, classify, setProfile, takeModel, takePicture } from "./opening.js";
import { recolour } from "./result-view.js";
import { showPhase } from "./run-view.js";
import { keepProvisional, wear } from "./running.js";
import { app, builtin, colours, forcedDevice, sample, targetLabel } from "./session.js";
import { showSettings } from "./settings-view.js";
import { MODELS, format, parse } from "./state.js";

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
  writeLink();
}

export function showModelChoice() {
  const select = byId("model", HTMLSelectElement);
  select.replaceChildren(...Object.entries(MODELS).map(([id, name]) => el("option", { value: id }, name)));
  if ("name" in app.modelSource) select.append(el("option", { value: "" }, app.modelSource.name));
  select.value = builtin() ?? "";
  if (!app.model) return;
  byId("model-line", HTMLElement).textContent = modelLine(app.model.info);
  showModel(app.model.info, setProfile);
}

export function refresh() {
  showPhase(app.phase, { label: targetLabel(), ready: app.booted && app.answers.length > 0 });
  if (app.phase === "idle") byId("cancel", HTMLButtonElement).replaceChildren("Cancel ", el("kbd", {}, "Esc"));
  showSettings(app.state);
  const hidden = new Set(app.state.hide.split(","));
  for (const part of document.querySelectorAll("[data-part]")) part.toggleAttribute("hidden", hidden.has(part.getAttribute("data-part") ?? ""));
  writeLink();
}

/** Browsers bound how often the address may change. */
const writeLink = atMostEvery(() => {
  const own = { ownPicture: sample() === null, ownModel: builtin() === null };
  const hash = format(app.state, own);
  history.replaceState(null, "", hash ? `#${hash}` : `${location.pathname}${location.search}`);
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
  return void attempt(async () => {
    if (builtin() !== next.model) await takeModel({ builtin: next.model });
    if (sample() !== next.critter) await takePicture({ seed: next.critter });
    app.state.target = next.target;
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
