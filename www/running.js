/** The run: started, watched, paused, cancelled, ended; and what is kept of it whatever happens. */
import { byId, clearMessages, note, say } from "./dom.js";
import { boot, client, handle, lostDevice } from "./engine.js";
import { endedAs, fromReport, keyOf, provisional } from "./result.js";
import { keep, show } from "./results.js";
import { drawView, showCurves, showEnd, showTick, showWaiting } from "./run-view.js";
import { app, colours, recall, refresh, targetLabel } from "./session.js";
import { settingsOf } from "./state.js";

/** A second press on Cancel ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;
/** A GPU that was lost may just fall silent: the least silence that counts, and in terms of the longest one before. */
const SILENCE_MS = 30_000;
const SILENCE_TIMES = 20;
const GRACE_MS = 5_000;

/** When the run was last heard of, the longest pause between two times, and the alarm for a longer one. */
const heard = { at: 0, longest: 0, alarm: 0 };

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

/** @param {import("./types.js").Started} now */
export function begun(now) {
  if (!app.run) return;
  app.run.started = now;
  showCurves({ objective: [], score: [] }, now.total, app.run.label, now.scores.original);
}

/** @param {import("./types.js").Tick} now */
export function tick(now) {
  if (!app.run?.started) return;
  listenFor(app.run);
  app.run.tick = now;
  say(showTick(now));
  showCurves(now.curves, now.progress.total, app.run.label, app.run.started.scores.original);
  wear(now.pictures);
}

/** @param {import("./session.js").Running} of @param {import("./types.js").Finished} finished */
function ended(of, { last, started: begun, report, regions, end }) {
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
    regions,
  });
}

/** Keeps what was last seen of the run when no proof of it can be had any more. */
export function keepProvisional() {
  if (app.run?.started && app.run.tick) keepFrom(app.run, app.run.tick, app.run.started, "cancelled");
  idle();
}

/** The GPU goes on answering, or is given up. @param {import("./session.js").Running} run */
function listenFor(run) {
  const now = performance.now();
  heard.longest = run.tick ? Math.max(heard.longest, now - heard.at) : 0;
  heard.at = now;
  clearTimeout(heard.alarm);
  if (!run.tick || app.device?.kind !== "gpu") return;
  const giveUp = () => {
    if (app.run === run && app.phase === "running") lostDevice("The GPU does not answer any more.");
  };
  // After a sleep of the whole machine the alarm comes before the next answer: that one is waited for.
  const alarm = () => (heard.alarm = window.setTimeout(giveUp, GRACE_MS));
  heard.alarm = window.setTimeout(alarm, Math.max(SILENCE_MS, SILENCE_TIMES * heard.longest));
}

/** The run, if there was one, is over. */
function idle() {
  clearTimeout(heard.alarm);
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
    regions: [],
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
  drawView(pictures, app.view, colours(), app.state.opacity);
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
    if (app.device?.kind === "gpu") return lostDevice("The GPU did not answer.");
    keepProvisional();
    note("The engine did not answer and was started again; the last picture of the run is kept.");
    void boot(app.gpuLost || undefined);
  }
}

export function pause() {
  if (app.phase === "idle") return;
  app.phase = app.phase === "paused" ? "running" : "paused";
  clearTimeout(heard.alarm);
  client.call("pause", { paused: app.phase === "paused" }).catch(() => {});
  say(app.phase === "paused" ? "Paused." : "Going on.");
  refresh();
}

/** @param {string} key @returns {import("./session.js").Running} */
function newRun(key) {
  const names = { model: app.model?.info.name ?? "", image: app.photo?.info.name ?? "", device: app.device?.kind ?? "" };
  return { key, label: targetLabel(), ...names, started: null, tick: null, cancelled: 0 };
}
