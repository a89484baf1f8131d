/**
 * Work that leaves figures, such as the test of a rule: started, watched, kept. Views read what is known of it from the
 * store, so that it goes on while another is open.
 */

import { readerScript } from "./engine-files.js";
import { isOpen } from "../core/result.js";
import { builtin, isReady } from "./facts.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} Study
 * @property {string} kind
 * @property {string} about What it was asked about; the same is the same study.
 * @property {"running" | "done" | "stopped" | "failed"} state
 * @property {import("../types.js").TaskProgress | null} progress
 * @property {any} found What was found until now, in the task's own form.
 * @property {number} task Under which the worker keeps it; 0 before.
 * @property {string} why it failed
 */

/** So many are kept. */
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
 * Begins a study, in place of an earlier one of the same kind about the same.
 *
 * @param {Context} context
 * @param {string} kind
 * @param {object} settings
 * @param {string} about
 * @returns {Promise<Study>} when it is over, whatever became of it
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
    // Who only listens hears of its end, too.
    voice.say(end === "done" ? (mine.found?.sentence ?? "Done.") : "Stopped.");
  } catch (error) {
    // Another picture may have come while it began: then it is about what is not open any more, and nobody failed.
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

/** What the present model is known by. @param {import("./store.js").Knowledge} now @returns {string} */
export function aboutModel({ model, device }) {
  return model ? JSON.stringify([model.info.sha256, model.info.profile, device?.kind]) : "";
}

/** The same with the present picture. @param {import("./store.js").Knowledge} now @returns {string} */
export function aboutPicture(now) {
  return `${aboutModel(now)} ${now.picture?.info.sha256}`;
}

/**
 * The report of the result that is shown, where it is about the model and the picture that are open.
 *
 * @param {import("./store.js").Knowledge} now
 * @returns {string | null}
 */
export function presentReport(now) {
  const { shown } = now;
  return shown?.pictures && isOpen(shown, now) ? shown.report : null;
}

/**
 * Whether a view may begin by itself: nothing else goes on, the model is small enough that it takes seconds, and no tour
 * begins what it shows.
 *
 * @param {import("./store.js").Knowledge} now
 * @returns {boolean}
 */
export function beginsByItself(now) {
  return isReady(now) && builtin(now) !== null && !now.job && !now.state.tour;
}
