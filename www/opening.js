/** What is opened: a model, a picture, a report; and the model's answer to it. What fails leaves the earlier in place. */
import { byId, clearMessages, fail, note, say } from "./dom.js";
import { cropOf } from "./draw.js";
import { EngineError } from "./engine-client.js";
import { client, handle, started } from "./engine.js";
import { portableProfile, sort } from "./files.js";
import { markSample, markTarget, setLabels, showAnswers } from "./inputs.js";
import { keepModel, tryProfile } from "./kept.js";
import { showRefused } from "./model-view.js";
import { openedNote } from "./profile.js";
import { endedAs, fromReport } from "./result.js";
import { keep } from "./results.js";
import { describe, setCaption, setLoading, setPicture, showEnd } from "./run-view.js";
import { wear } from "./running.js";
import { app, builtin, captions, refresh, sample, showModelChoice, targetIndex } from "./session.js";
import { NO_TARGET, ofReport, SIDES } from "./state.js";
import { bytes, shortLabel } from "./words.js";

/** @typedef {import("./session.js").ModelSource} ModelSource */
/** @typedef {import("./session.js").PictureSource} PictureSource */

/** How many of the model's answers are shown. */
const TOP = 5;
/** A file above this is not even read. */
const MOST_BYTES = 600e6;
/** What a file is shows in its first bytes; of a model, no more is read here. */
const HEAD_BYTES = 4096;

/** @param {ModelSource} source */
export async function takeModel(source) {
  const params =
    "builtin" in source
      ? { name: source.builtin, url: new URL(`www/models/${source.builtin}.onnx`, document.baseURI).href }
      : source;
  app.model = await client.call("openModel", params);
  app.modelSource = source;
  if ("builtin" in source) app.state.model = source.builtin;
  if (app.model) setLabels(app.model.labels);
  showRefused();
  byId("model-doubt", HTMLElement).hidden = true;
  showModelChoice();
}

/** @param {PictureSource} source */
export async function takePicture(source) {
  const next = "seed" in source ? await client.call("openCritter", source) : await client.call("openPicture", source);
  app.photo?.preview.close();
  app.photo = next;
  app.pictureSource = source;
  if ("seed" in source) app.state.critter = source.seed;
  markSample("seed" in source ? source.seed : null);
}

/** @param {ModelSource} source */
export async function openModel(source) {
  clearMessages();
  await attempt("model", async () => {
    await takeModel(source).catch((error) => {
      if (error instanceof EngineError && "name" in source) showRefused(source.name, error.message);
      throw error;
    });
    Object.assign(app.state, NO_TARGET);
    const words = app.model && builtin() === null ? openedNote(app.model.info, app.model.assumedLabels) : "";
    if (words) note(words);
    if (app.photo) await classify();
    void keepModel();
    void tryProfile();
  });
  showModelChoice();
}

/** @param {PictureSource} source */
export async function openPicture(source) {
  clearMessages();
  await attempt("picture", async () => {
    await takePicture(source);
    Object.assign(app.state, NO_TARGET);
    if (app.model) await classify();
  });
}

/** @param {import("./types.js").Profile} profile @param {string | undefined} labels */
export async function setProfile(profile, labels) {
  const json = JSON.stringify(profile);
  clearMessages();
  await attempt("model", async () => {
    app.model = await client.call("setProfile", { profile: json, labels });
    if (!("builtin" in app.modelSource)) app.modelSource = { ...app.modelSource, profile: json, labels: labels ?? app.modelSource.labels };
    if (app.model) setLabels(app.model.labels);
    showModelChoice();
    Object.assign(app.state, NO_TARGET);
    await classify();
    void keepModel();
    void tryProfile();
  });
}

/** Asks the model about the picture, and shows both. */
export async function classify() {
  const { answers: top, seen } = await client.call("classify", { topK: TOP });
  if (!app.photo || !app.model) return;
  app.answers = top;
  app.crashes = 0;
  if (app.state.target !== null && app.state.target >= app.model.labels.length) Object.assign(app.state, NO_TARGET);
  app.worn = null;
  byId("views", HTMLDivElement).hidden = true;
  const { info, notes, preview } = app.photo;
  setPicture(seen, { bitmap: preview, crop: cropOf(preview.width, preview.height, app.model.info.profile) });
  const seed = sample();
  const caption = info.caption ?? (seed === null ? info.name : (captions.get(seed) || `Sample number ${seed}`));
  describe(`${caption}; the model says ${shortLabel(app.answers[0]?.label ?? "nothing")}`);
  const part = info.width === info.height ? "it" : "the middle of it";
  setCaption(`${caption}${/[.!?]$/.test(caption) ? "" : " ·"} ${info.width} × ${info.height} pixels; the model sees ${part} at ${seen.width} × ${seen.height}.`, notes);
  setLoading("");
  byId("curves", HTMLDivElement).hidden = true;
  showEnd("");
  showAnswers(app.answers, app.state.target);
  const first = app.answers[0];
  if (first) say(`The model says ${first.label}.`);
  refresh();
}

/** Opens what was chosen, dropped or pasted. @param {File[]} files */
export async function openFiles(files) {
  const heavy = files.find((file) => file.size > MOST_BYTES);
  if (heavy) return fail(`${heavy.name} is ${bytes(heavy.size)}; the limit is ${bytes(MOST_BYTES)}.`);
  const read = files.map(async (file) => {
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    const whole = sort([{ name: file.name, bytes: head }]).model ? head : new Uint8Array(await file.arrayBuffer());
    return { name: file.name, bytes: whole };
  });
  const known = await Promise.all(read).catch(() => null);
  if (!known) return fail(`${files[0].name} could not be read: it was moved or changed, or is a folder.`);
  const sorted = sort(known);
  if (sorted.problem) return fail(sorted.problem);
  if (sorted.report !== undefined) return importReport(sorted.report);
  const profile = portableProfile(sorted.profile);
  const named = (/** @type {string} */ name) => /** @type {File} */ (files.find((file) => file.name === name));
  if (sorted.model) await openModel({ name: sorted.model.name, file: named(sorted.model.name), profile, labels: sorted.labels });
  else if (profile) await setProfile(JSON.parse(profile), sorted.labels);
  else if (sorted.labels && app.model) await setProfile(app.model.info.profile, sorted.labels);
  const picture = sorted.picture;
  if (picture) await openPicture({ name: picture.name, blob: named(picture.name) });
}

/** @param {number} index @param {import("./inputs.js").Role} role */
export function chooseClass(index, role) {
  leaveOut(index);
  if (!role) app.state.target = index === app.answers[0]?.index ? null : index;
  // The class explained can be neither added to itself nor held against itself.
  else if (index !== targetIndex()) app.state[role] = [...(app.state[role] ? [app.state[role]] : []), index].join();
  markTarget(app.state.target, app.answers);
  refresh();
}

/** Neither summed nor held against any more. @param {number} index */
export function leaveOut(index) {
  for (const side of SIDES) app.state[side] = app.state[side].split(",").filter((each) => each !== String(index)).join();
  refresh();
}

/** Shows an earlier result, with its picture and model where the page has them. @param {string} text */
async function importReport(text) {
  clearMessages();
  await attempt("link", async () => {
    const wanted = ofReport(text);
    if (wanted.model && wanted.model !== builtin()) await takeModel({ builtin: wanted.model });
    if (wanted.seed !== null && wanted.seed !== sample()) await takePicture({ seed: wanted.seed });
    Object.assign(app.state, wanted.state);
    await classify();
    /** @type {{report: import("./types.js").Report, pictures: import("./types.js").Pictures | null}} */
    const { report, pictures } = await client.call("importReport", { text });
    const same = report.image.sha256 === app.photo?.info.sha256 && report.model.sha256 === app.model?.info.sha256;
    const intended = /** @type {number | undefined} */ (report.settings.iterations) ?? report.iterations;
    const result = { ...fromReport(report, text), pictures: same ? pictures : null, ended: report.iterations < intended ? endedAs("cancelled", report.iterations, intended) : "", total: intended };
    if (same && pictures) wear(pictures);
    keep(result);
    showEnd("");
    byId("result", HTMLElement).scrollIntoView({ block: "start" });
  });
}

/** What the person asked for is done in that order. @type {Promise<unknown>} */
let chain = Promise.resolve();
/** Of what is asked for twice only the last is done. @type {Map<string, object>} */
const newest = new Map();

/**
 * Something that may fail with a sentence; what was there before stays.
 *
 * @param {"model" | "picture" | "link"} kind
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
export function attempt(kind, work) {
  const mine = {};
  newest.set(kind, mine);
  app.busy += 1;
  refresh();
  const done = chain.then(async () => {
    try {
      await started();
      if (app.booted && newest.get(kind) === mine) await work();
    } catch (error) {
      handle(error);
    } finally {
      app.busy -= 1;
      if (app.phase === "idle" && !app.busy) setLoading("");
      refresh();
    }
  });
  chain = done.catch(() => {});
  return done;
}
