/**
 * Work that yields figures: a rule's test, an attack, a study. The last one of each kind is kept after its end, so that
 * the pictures of its figures can be asked for.
 */
import { model, openAside, photo } from "./bench.js";
import { alone, superseded } from "./queue.js";

/**
 * @typedef {object} Open
 * @property {number} id
 * @property {any} handle null once it has been freed
 * @property {number} told Time at which it last reported what it has found.
 * @property {string[]} unread Pictures that could not be opened, and why.
 */

/** @typedef {{study: number, task: Promise<Open>}} Shared */
/** @typedef {{kind: string, settings: any, study: number}} Sharing a later study has a higher number */

/** Interval at which a running task reports what it has found, because computing the figures takes time. */
const TELL_MS = 700;

/** The last task of each kind. @type {Map<string, Open>} */
const open = new Map();
/** Numbers of an earlier worker are not used again. */
let next = Date.now();
/** The last study of each kind that was shared with other workers. @type {Map<string, Shared>} */
const shared = new Map();

/**
 * How a task of each kind begins. Other kinds are studies of the model. @type {Record<string, (settings: any) => any>}
 */
const KINDS = {
  deletion: ({ report }) => ofReport(report, (finding) => finding.test()),
  invariance: ({ report }) =>
    report ? ofReport(report, (finding) => finding.invariance()) : model().handle.invariance(photo()),
  attack: (settings) => model().handle.attack(photo(), JSON.stringify(settings)),
};

/**
 * @param {string} report about the open picture
 * @param {(finding: any) => any} begin
 */
async function ofReport(report, begin) {
  const finding = await model().handle.report(report, photo());
  try {
    return begin(finding);
  } finally {
    finding.free();
  }
}

/**
 * @param {string} kind
 * @param {{files?: {name: string, file: Blob}[], reader?: string}} settings `files`: the pictures of a study
 * @returns {Promise<Open>}
 */
export async function begin(kind, { files = [], reader = "", ...settings }) {
  const { pictures, unread } = await openAside(files, reader);
  return alone(async () => {
    const start = KINDS[kind] ?? ((asked) => model().handle.study(kind, JSON.stringify(asked), pictures));
    const mine = { id: next++, handle: await start(settings), told: 0, unread };
    letGo(open.get(kind));
    open.set(kind, mine);
    return mine;
  });
}

/**
 * This worker's task of a shared study. It begins with the first request for it.
 *
 * @param {Sharing} asked
 * @returns {Promise<Open>}
 */
export async function ofStudy({ kind, settings, study }) {
  let known = shared.get(kind);
  if (!known || known.study < study) {
    shared.set(kind, (known = { study, task: begin(kind, settings) }));
    known.task.catch(() => shared.delete(kind));
  }
  return known.study > study ? superseded() : known.task;
}

/** @param {Open} task @returns {any} its handle */
export function handleIn({ handle }) {
  return handle ?? superseded();
}

/**
 * Adds the results of parts, and returns which parts are wanted. A `task` other than 0 must have got all results
 * before.
 *
 * @param {Sharing & {lines: string[], task: number, last: boolean}} asked
 */
export async function share({ lines, task, last, ...asked }) {
  const mine = await ofStudy(asked);
  if (task && mine.id !== task) throw { kind: "gone", message: "" };
  return alone(async () => {
    let said = "";
    for (const each of lines) said = await handleIn(mine).ask(`{"add":${each}}`);
    if (last) mine.told = -TELL_MS;
    return { ...JSON.parse(said), task: mine.id, found: await foundNow(mine) };
  });
}

/** @param {Open | undefined} task */
function letGo(task) {
  task?.handle?.free();
  if (task) task.handle = null;
}

/** Frees all tasks, because their model is replaced. */
export function forget() {
  for (const task of open.values()) letGo(task);
  open.clear();
}

/**
 * @param {Open} task @param {number} steps @returns {Promise<Omit<import("../types.js").TaskTick, "rate">>} the state
 *   after them
 */
export async function look(task, steps) {
  return { progress: await step(task, steps), task: task.id, found: await foundNow(task) };
}

/** @param {Open} task @param {number} steps of the part that was begun */
export async function lines(task, steps) {
  return { progress: await step(task, steps), lines: await task.handle.ask('"lines"') };
}

/** @param {Open} task @param {number} steps */
async function step({ handle }, steps) {
  return JSON.parse(await handle.step(steps));
}

/** What it has found, at intervals. @param {Open} task */
async function foundNow(task) {
  const now = performance.now();
  if (now - task.told < TELL_MS) return null;
  task.told = now;
  return found(task);
}

/** What it has found so far; null if it was freed. @param {Open} task @returns {Promise<any>} */
export async function found({ handle, unread }) {
  if (!handle) return null;
  const told = JSON.parse(await handle.found());
  // They never reached the engine, whose counts do not include them.
  return unread.length ? { ...told, unread } : told;
}

/** @param {number} id @returns {any} its handle */
function handleOf(id) {
  for (const task of open.values()) if (task.id === id) return task.handle;
  throw { kind: "gone", message: "The pictures of an earlier run are not kept; run it again to see them." };
}

/** @param {{task: number, id: string}} params @returns {Promise<import("../types.js").Rgba>} */
export function picture({ task, id }) {
  return alone(() => {
    const found = handleOf(task).picture(id);
    const { width, height } = JSON.parse(found.info());
    const rgba = found.rgba();
    found.free();
    return { width, height, rgba };
  });
}

/** @param {{task: number, id: string}} params @returns {Promise<Float32Array>} row by row */
export function map({ task, id }) {
  return alone(() => handleOf(task).map(id));
}

/** @param {{task: number, question: object}} params @returns {Promise<any>} */
export function ask({ task, question }) {
  return alone(async () => JSON.parse(await handleOf(task).ask(JSON.stringify(question))));
}
