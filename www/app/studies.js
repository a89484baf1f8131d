/**
 * Work that yields figures, such as the test of a rule: it is started, watched and kept. Views read it from the store,
 * so that it goes on while another view is open.
 */

import { readerScript } from "./engine-files.js";
import { isOpen } from "../core/result.js";
import { builtin, isReady } from "./facts.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} Study
 * @property {string} kind
 * @property {string} about Its subject. A study of the same kind and subject is the same study.
 * @property {"running" | "done" | "stopped" | "failed"} state
 * @property {import("../types.js").TaskProgress | null} progress
 * @property {any} found What has been found so far, in the task's own form.
 * @property {number} task The number under which the worker keeps it; 0 before it begins.
 * @property {string} why it failed
 */

/** Number of studies that are kept. */
const MOST = 24;

/** @param {string} kind @param {string} about @returns {string} */
function keyOf(kind, about) {
  return `${kind} ${about}`;
}

/**
 * @param {import("./store.js").Knowledge} now
 * @param {string} kind
 * @param {string} about
 * @returns {Study | undefined}
 */
export function studyOf({ studies }, kind, about) {
  return studies.get(keyOf(kind, about));
}

/**
 * Begins a study, replacing an earlier one of the same kind and subject.
 *
 * @param {Context} context
 * @param {string} kind
 * @param {object} settings
 * @param {string} about
 * @returns {Promise<Study>} resolved when it is over, however it ended
 */
export async function study(context, kind, settings, about) {
  const { store, jobs, handle, voice } = context;
  const { model, picture } = store.now;
  /** @type {Study} */
  const mine = { kind, about, state: "running", progress: null, found: null, task: 0, why: "" };
  const tell = (/** @type {Partial<Study>} */ news) => {
    Object.assign(mine, news);
    store.change({ studies: store.now.studies });
  };
  keep(store, mine);
  const tick = (/** @type {import("../types.js").TaskTick} */ { progress, found, task }) =>
    tell({ progress, task, ...(found && { found }) });
  const lost = () => mine.state === "running" && tell({ state: "stopped" });
  try {
    const read = /** @type {any} */ (settings).files?.length ? { reader: await readerScript() } : {};
    const params = { kind, settings: { ...settings, ...read } };
    const watch = { tick, lost };
    // On the CPU several workers may share it.
    const shared = store.now.device?.kind === "cpu" && (await import("./sharing.js").catch(() => null));
    const { found, task, end } = await (shared ? shared.share(context, params, watch) : jobs.task(kind, params, watch));
    tell({ found: found ?? mine.found, task, state: end === "done" ? "done" : "stopped" });
    // Users of a screen reader hear of its end, too.
    voice.say(end === "done" ? (mine.found?.sentence ?? "Done.") : "Stopped.");
  } catch (error) {
    // If another picture or model was opened meanwhile, the study is about what is no longer open, which is no failure.
    const gone = store.now.model !== model || store.now.picture !== picture;
    const why = String(/** @type {any} */ (error).message ?? error);
    if (mine.state === "running") tell(gone ? { state: "stopped" } : { state: "failed", why });
    if (!gone) handle(error);
  }
  return mine;
}

/** @param {import("./store.js").Store} store @param {Study} mine */
function keep(store, mine) {
  const { studies } = store.now;
  const key = keyOf(mine.kind, mine.about);
  studies.delete(key);
  studies.set(key, mine);
  for (const old of [...studies.keys()].slice(0, -MOST)) studies.delete(old);
  store.change({ studies });
}

/** Identifies the present model. @param {import("./store.js").Knowledge} now @returns {string} */
export function aboutModel({ model, device }) {
  return model ? JSON.stringify([model.info.sha256, model.info.profile, device?.kind]) : "";
}

/** Identifies the present model and picture. @param {import("./store.js").Knowledge} now @returns {string} */
export function aboutPicture(now) {
  return `${aboutModel(now)} ${now.picture?.info.sha256}`;
}

/**
 * The report of the shown result, if it is about the open model and picture.
 *
 * @param {import("./store.js").Knowledge} now
 * @returns {string | null}
 */
export function presentReport(now) {
  const { shown } = now;
  return shown?.pictures && isOpen(shown, now) ? shown.report : null;
}

/**
 * Whether a view may begin by itself: no job is running, the model is small enough to take only seconds, and no tour
 * begins the work.
 *
 * @param {import("./store.js").Knowledge} now
 * @returns {boolean}
 */
export function beginsByItself(now) {
  return isReady(now) && builtin(now) !== null && !now.job && !now.state.tour;
}
