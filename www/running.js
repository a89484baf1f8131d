/** The run: started, watched, paused, cancelled, ended; and what is kept of it whatever happens. */
import { byId, clearMessages, note, say } from "./dom.js";
import { boot, client, handle } from "./engine.js";
import { endedAs, fromReport, keyOf, provisional } from "./result.js";
import { keep, show } from "./results.js";
import { showCurves, showEnd, showTick, showWaiting } from "./run-view.js";
import * as stage from "./run-view.js";
import { app, colours, recall, refresh, targetLabel } from "./session.js";
import { settingsOf } from "./state.js";

/** A second press on Cancel ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;

export async function explain() {
  if (!app.model || !app.photo || !app.device) return;
  const settings = settingsOf(app.state);
  const key = keyOf(app.model.info.sha256, app.photo.info.sha256, { ...settings, target: { index: app.state.target ?? app.answers[0]?.index } }, app.model.info.profile, app.device.kind);
  const past = app.phase === "idle" ? recall.find(key) : undefined;
  if (past && past !== app.shown) return show({ ...past, recalled: true });
  const mine = (app.run = newRun(key));
  clearMessages();
  app.phase = "running";
  refresh();
  showWaiting("Measuring the blurred picture…");
  if (matchMedia("(max-width: 56rem)").matches) byId("stage-frame", HTMLElement).scrollIntoView({ block: "nearest" });
  try {
    /** @type {import("./types.js").Finished} */
    const finished = await client.call("run", { settings });
    if (app.run === mine) ended(mine, finished);
  } catch (error) {
    if (app.run === mine) {
      keepProvisional();
      showEnd("");
    }
    handle(error);
  } finally {
    if (app.run === mine) idle();
  }
  return undefined;
}

/** @param {import("./types.js").Started} begun */
export function started(begun) {
  if (!app.run) return;
  app.run.started = begun;
  showCurves({ objective: [], score: [] }, begun.total, app.run.label);
}

/** @param {import("./types.js").Tick} now */
export function tick(now) {
  if (!app.run?.started) return;
  app.run.tick = now;
  say(showTick(now));
  showCurves(now.curves, now.progress.total, app.run.label);
  wear(now.pictures);
}

/** @param {import("./session.js").Running} of @param {import("./types.js").Finished} finished */
function ended(of, { last, started: begun, report, end }) {
  if (!last) return showEnd("Stopped before the first step.");
  if (!report) return keepFrom(of, last, begun, end);
  /** @type {import("./types.js").Report} */
  const proof = JSON.parse(report);
  const partial = endedAs(end, last.progress.iteration, last.progress.total);
  wear(last.pictures);
  return keep({
    ...fromReport(proof, report),
    key: of.key,
    ended: partial,
    total: last.progress.total,
    pictures: last.pictures,
    curves: last.curves,
    warnings: begun.warnings,
  });
}

/** Keeps what was last seen of the run when no proof of it can be had any more. */
export function keepProvisional() {
  if (app.run?.started && app.run.tick) keepFrom(app.run, app.run.tick, app.run.started, "cancelled");
  idle();
}

/** The run, if there was one, is over. */
function idle() {
  if (app.run) document.body.dataset.runs = String(Number(document.body.dataset.runs ?? 0) + 1);
  app.run = null;
  app.phase = "idle";
  refresh();
}

/**
 * @param {import("./session.js").Running} of
 * @param {import("./types.js").Tick} last
 * @param {import("./types.js").Started} begun
 * @param {"done" | "cancelled" | "replaced"} end
 */
function keepFrom(of, last, begun, end) {
  const { progress, pictures, curves } = last;
  keep({
    key: of.key,
    label: of.label,
    model: of.model,
    image: of.image,
    ended: endedAs(end, progress.iteration, progress.total),
    iterations: progress.iteration,
    total: progress.total,
    seconds: progress.seconds,
    device: of.device,
    ...provisional(last, begun, of.label),
    area: progress.area_at_half,
    meanMask: progress.mask_mean,
    pictures,
    grid: null,
    curves,
    report: null,
    warnings: begun.warnings,
    recalled: false,
  });
}

/** The heat map on the stage. @param {import("./types.js").Pictures} pictures */
export function wear(pictures) {
  app.worn = pictures;
  byId("views", HTMLDivElement).hidden = false;
  stage.drawView(pictures, app.view, colours(), app.state.opacity);
}

/** @param {import("./run-view.js").View} next what the stage shows of a run */
export function chooseView(next) {
  app.view = next;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === next));
  }
  if (app.worn) wear(app.worn);
}

/** Asks once; asked again after a while, ends the worker. */
export function cancel() {
  if (!app.run) return;
  const now = performance.now();
  if (!app.run.cancelled) {
    app.run.cancelled = now;
    byId("cancel", HTMLButtonElement).textContent = "Stop at once";
    client.call("cancel").catch(() => {});
    say("Stopping.");
  } else if (now - app.run.cancelled > PATIENCE_MS) {
    keepProvisional();
    note("The engine did not answer and was started again; the last picture of the run is kept.");
    void boot(app.gpuLost || undefined);
  }
}

export function pause() {
  if (app.phase === "idle") return;
  app.phase = app.phase === "paused" ? "running" : "paused";
  client.call("pause", { paused: app.phase === "paused" }).catch(() => {});
  say(app.phase === "paused" ? "Paused." : "Going on.");
  refresh();
}

/** @param {string} key @returns {import("./session.js").Running} */
function newRun(key) {
  const names = { model: app.model?.info.name ?? "", image: app.photo?.info.name ?? "", device: app.device?.kind ?? "" };
  return { key, label: targetLabel(), ...names, started: null, tick: null, cancelled: 0 };
}
