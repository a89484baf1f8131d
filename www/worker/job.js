/**
 * The loop that drives a job of any kind. It steps in short pieces, so that every request is heard between two of them.
 */
import { model, openBeside, photo } from "./bench.js";
import { look, pictures } from "./finding.js";
import * as tasks from "./task.js";
import { alone, breathe, superseded } from "./queue.js";

/** @typedef {import("./border.js").Tell} Tell */
/** @typedef {"cancelled" | "replaced"} Ending */

/**
 * How a job of each kind begins: from the picture's handle and the page's settings.
 *
 * @type {Record<string, (picture: any, settings: object) => any>}
 */
const KINDS = {
  explain: (picture, settings) => model().handle.explain(picture, JSON.stringify(settings)),
};

/**
 * @typedef {object} Asked
 * @property {string} kind
 * @property {object} settings
 * @property {boolean} [judged] The judges are asked too, and of several regions only the answer counts.
 * @property {boolean} [early] The finding is also reported before the pixels are put in order.
 * @property {Parameters<typeof openBeside>[0]} [picture] in place of the open one
 * @property {string} [part] of a study whose other parts are computed by other workers
 * @property {number} [study]
 */

/** Intended time of one piece: short enough to cancel at once, and long enough to keep the device busy. */
const PIECE_MS = 120;
const MOST_STEPS = 20;

/**
 * @typedef {{ending: Ending | null, paused: boolean, wake: () => void, over: () => void, finished: Promise<void>}} Run
 */

/** The present run. @type {Run | null} */
let current = null;

/** @returns {Run} */
function newRun() {
  let over = () => {};
  const finished = /** @type {Promise<void>} */ (new Promise((resolve) => (over = () => resolve(undefined))));
  return { ending: null, paused: false, wake: () => {}, over, finished };
}

/** @param {Ending} how */
export function end(how) {
  if (!current) return;
  current.ending ??= how;
  current.wake();
}

/** @param {Ending} how */
export async function endAndWait(how) {
  end(how);
  await current?.finished;
}

/** Waits until no run is in progress. */
export async function untilFree() {
  while (current) await current.finished;
}

/** @param {{paused: boolean}} params */
export async function pause({ paused }) {
  if (current) current.paused = paused;
  if (current && !paused) current.wake();
}

/**
 * @param {Asked} asked
 * @param {Tell} tell
 * @returns {Promise<import("../types.js").Finished | import("../types.js").TaskFinished>}
 */
export async function run(asked, tell) {
  const before = current;
  end("replaced");
  // Set before the wait, so that a run can be stopped while the previous one is still ending.
  const mine = (current = newRun());
  try {
    await before?.finished;
    if (mine.ending === "replaced") superseded();
    return await (asked.kind in KINDS ? explain : task)(mine, asked, tell);
  } finally {
    mine.over();
    if (current === mine) current = null;
  }
}

/** @param {Run} mine @param {Asked} asked @param {Tell} tell */
async function explain(mine, { kind, settings, judged = false, early = false, picture }, tell) {
  /** @type {any} */
  let [job, beside] = [null, null];
  try {
    tell("loading", { stage: "start" });
    if (picture) beside = await openBeside(picture);
    job = await alone(() => KINDS[kind](beside ?? photo(), settings));
    return await drive(mine, job, { judged, early }, tell);
  } finally {
    await alone(() => (job?.free(), beside?.free()));
  }
}

/**
 * A task is kept after its end, so that it can answer questions. Of a study that several workers share, it computes one
 * part and reports the results meanwhile.
 *
 * @param {Run} mine
 * @param {Asked} asked
 * @param {Tell} tell
 * @returns {Promise<import("../types.js").TaskFinished>}
 */
async function task(mine, { kind, settings, part, study = 0 }, tell) {
  const open = await (part ? tasks.ofStudy({ kind, settings, study }) : tasks.begin(kind, settings));
  if (part) await alone(() => tasks.handleIn(open).ask(`{"part":${part}}`));
  const last = await stepAll(mine, (size) => (part ? tasks.lines : tasks.look)(open, size), Infinity, tell);
  const found = part ? null : await alone(() => tasks.found(open));
  return { task: open.id, found, end: last?.progress.done ? "done" : (mine.ending ?? "done") };
}

/** @param {Run} mine @param {any} job @param {{judged: boolean, early: boolean}} how @param {Tell} tell */
async function drive(mine, job, { judged, early }, tell) {
  const started = await alone(() => JSON.parse(job.started()));
  tell("started", started);
  const last = /** @type {import("../types.js").Tick | null} */ (
    await stepAll(mine, (size) => look(job, size), started.total, tell, early ? tellEarly(mine, job, tell) : undefined)
  );
  const finding = last ? await finish(job, tell) : null;
  const report = finding ? finding.report() : null;
  if (finding && last) last.pictures = await alone(() => pictures(finding));
  const verdict = finding && judged && !mine.ending ? await judge(finding, tell) : null;
  const regions = finding && !judged ? await regionsOf(job) : [];
  await alone(() => finding?.free());
  // What follows a judged run must know that it was replaced, even if this run reached its end.
  const end = last?.progress.done && !judged ? "done" : (mine.ending ?? "done");
  return { last, started, report, regions, verdict, end: /** @type {"done" | Ending} */ (end) };
}

/**
 * Reports the proved finding as soon as only the order of the pixels is missing.
 *
 * @param {Run} mine
 * @param {any} job
 * @param {Tell} tell
 */
function tellEarly(mine, job, tell) {
  let told = false;
  return async (/** @type {import("../types.js").Tick} */ { progress }) => {
    if (told || mine.ending || progress.stage !== "order") return;
    told = true;
    const finding = await finish(job, tell);
    tell("found", finding.report());
    await alone(() => finding.free());
  };
}

/**
 * @param {Run} mine
 * @param {(size: number) => Promise<any>} lookAfter takes that many steps, and returns what there is to see
 * @param {number} total number of steps, if it is known
 * @param {Tell} tell
 * @param {(seen: any) => Promise<void>} [then] hears of each look
 */
async function stepAll(mine, lookAfter, total, tell, then = async () => {}) {
  let [steps, stepped, spent] = [1, 0, 0];
  /** @type {any} */
  let last = null;
  while (!mine.ending && !last?.progress.done) {
    const begin = performance.now();
    const size = Math.max(1, Math.min(steps, total - stepped));
    const seen = await alone(async () => (mine.ending ? null : lookAfter(size)));
    if (!seen) break;
    const took = performance.now() - begin;
    // The first piece also compiles shaders, so it says nothing about the rate.
    if (stepped > 0) spent += took;
    const rate = stepped > 0 ? ((seen.progress.iteration - 1) / spent) * 1000 : 0;
    stepped = seen.progress.iteration;
    steps = Math.round(Math.min(MOST_STEPS, Math.max(1, (size * PIECE_MS) / Math.max(took, 1)), steps * 2));
    tell("tick", (last = { ...seen, rate }));
    await then(last);
    await breathe();
    while (mine.paused && !mine.ending) await new Promise((resolve) => (mine.wake = () => resolve(undefined)));
  }
  return last;
}

/** @param {any} job @param {Tell} tell @returns {Promise<any>} the finding, proved */
async function finish(job, tell) {
  tell("loading", { stage: "proof" });
  return alone(() => job.finish());
}

/** @param {any} finding @param {Tell} tell @returns {Promise<import("../types.js").Verdict>} */
async function judge(finding, tell) {
  tell("loading", { stage: "judge" });
  return alone(async () => JSON.parse(await finding.judge()));
}

/** @param {any} job @returns {Promise<import("../types.js").Region[]>} */
async function regionsOf(job) {
  return alone(async () => {
    /** @type {any[]} */
    const findings = await job.regions();
    const several = findings.length > 1;
    const regions = findings.map((finding) => several && regionOf(finding));
    for (const finding of findings) finding.free();
    return several ? regions : [];
  });
}

/** @param {any} finding */
function regionOf(finding) {
  return { ...JSON.parse(finding.region()), report: finding.report(), pictures: pictures(finding) };
}
