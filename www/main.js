/**
 * The page: joins what a person does with the engine, and shows what comes of it.
 *
 * 1. the worker starts (`boot`), on the device that the address or the settings ask for,
 * 2. a model and a picture are opened, and the model answers (`openModel`, `openPicture`, `classify`),
 * 3. an answer is explained (`explain`) while the heat map grows on the stage,
 * 4. the result is kept on the page (`keep`), apart from the engine, whatever becomes of the worker.
 */
import { initClasses, markTarget, setLabels, showAnswers } from "./classes.js";
import { cropOf } from "./crop.js";
import { showDevice } from "./device.js";
import { atMostEvery, byId, el } from "./dom.js";
import { EngineClient, EngineError } from "./engine-client.js";
import { portableProfile, sort } from "./files.js";
import { bytes, sentence } from "./format.js";
import { fillGallery, markSample } from "./gallery.js";
import { initInput } from "./image-input.js";
import { shortLabel } from "./labels.js";
import { clearMessages, fail, note, say } from "./messages.js";
import { modelLine, showModel } from "./model-view.js";
import { settingsOf } from "./presets.js";
import { Recall } from "./recall.js";
import { exportPicture, exportReport } from "./report.js";
import { initResult, recolour, showResult } from "./result-view.js";
import { endedAs, keyOf, provisional } from "./result.js";
import { showCurves, showEnd, showPhase, showTick, showWaiting } from "./run-view.js";
import { showRuns } from "./runs.js";
import { initSettings, showSettings } from "./settings-view.js";
import * as stage from "./stage.js";
import { MODELS, format, parse } from "./state.js";
import { ofReport } from "./report-state.js";

/** @typedef {import("./result.js").Result} Result */
/** @typedef {{builtin: string} | {name: string, bytes: Uint8Array, profile?: string, labels?: string}} ModelSource */
/** @typedef {{seed: number} | {name: string, blob: Blob}} PictureSource */

const TOP = 5;
/** A second press on Cancel ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;

const asked = new URLSearchParams(location.search).get("device");
const forcedDevice = asked === "cpu" || asked === "gpu" ? asked : null;

let state = parse(location.hash);
/** @type {ModelSource} The model that is open, or the one to open first. */
let modelSource = { builtin: state.model };
/** @type {PictureSource} */
let pictureSource = { seed: state.critter };
/** @type {{info: import("./types.js").ModelInfo, labels: string[]} | null} */
let model = null;
/** @type {{info: import("./types.js").PictureInfo, notes: string[], preview: ImageBitmap} | null} */
let photo = null;
/** @type {import("./types.js").Answer[]} */
let answers = [];
/** Captions of the samples by seed. @type {Map<number, string>} */
const captions = new Map();
/** @type {import("./types.js").Device | null} */
let device = null;
/** Why the GPU is not used any more, once it was lost. */
let gpuLost = "";
let booted = false;
/** Bugs met in a row: the engine is not started again for ever. */
let crashes = 0;

/** @type {import("./run-view.js").Phase} */
let phase = "idle";
/** @type {{label: string, key: string, started: import("./types.js").Started | null, tick: import("./types.js").Tick | null, cancelled: number} | null} */
let run = null;
/** @type {Result | null} */
let shown = null;
/** @type {import("./types.js").Pictures | null} What the stage wears. */
let worn = null;
/** @type {import("./stage.js").View} */
let view = "heat";
const recall = new Recall();

const client = new EngineClient({ loading, started, tick, crashed });

// ---------------------------------------------------------------------------------------------------------------------
// 1. The engine.

/** @returns {string} */
function preference() {
  return gpuLost ? "cpu" : (forcedDevice ?? state.device);
}

/**
 * Starts the worker and brings back the model and the picture it had.
 *
 * @param {string} [because] why the CPU is used where the GPU was asked for
 * @returns {Promise<void>}
 */
async function boot(because) {
  booted = false;
  answers = [];
  phase = "idle";
  refresh();
  try {
    client.start();
    const begun = await client.call("boot", { preference: preference() });
    device = begun.device;
    showDevice(begun.device, preference(), because);
    byId("version", HTMLElement).textContent = `vanish ${begun.version}`;
    booted = true;
    if (!document.querySelector("#gallery li")) {
      /** @type {import("./types.js").Sample[]} */
      const samples = await client.call("gallery");
      for (const { seed, caption } of samples) captions.set(seed, caption);
      void fillGallery(samples, (seed) => client.call("critterPicture", { seed }), (seed) => openPicture({ seed })).then(
        () => markSample("seed" in pictureSource ? pictureSource.seed : null),
        handle,
      );
    }
    const [opened, seen] = await Promise.allSettled([takeModel(modelSource), takePicture(pictureSource)]);
    if (opened.status === "rejected") throw opened.reason;
    if (seen.status === "rejected") throw seen.reason;
    await classify();
  } catch (error) {
    stage.setLoading("");
    if (!booted && error instanceof EngineError && error.kind === "device" && preference() !== "cpu") {
      gpuLost = error.message;
      note(`${error.message} The CPU is used instead.`);
      return boot(error.message);
    }
    handle(error);
  }
}

/**
 * The worker is of no more use. What was seen of a run stays; another worker takes over.
 *
 * @param {import("./types.js").Fault} fault
 */
function crashed(fault) {
  keepProvisional();
  showEnd("");
  crashes += 1;
  // A lost device surfaces in many ways, most of them as a panic of the GPU library.
  if (booted && device?.kind === "gpu" && /lost|wgpu|gpu|adapter|buffer/i.test(fault.message)) return lostDevice(sentence(fault.message));
  if (booted && crashes < 3) {
    fail(`You found a bug in vanish, and its engine had to be started again (${fault.message}). ${shown ? "Your last result is kept." : ""}`.trim());
    void boot();
  } else if (preference() !== "cpu") {
    crashes = 0;
    gpuLost = "The engine failed on the GPU, so the CPU is used.";
    note(`${gpuLost} (${fault.message})`);
    void boot(gpuLost);
  } else {
    booted = false;
    answers = [];
    refresh();
    stage.setLoading("");
    fail(`The engine could not be started in this browser: ${fault.message}. A current Chrome, Edge, Firefox or Safari can run it.`);
  }
}

/** @param {string} message */
function lostDevice(message) {
  keepProvisional();
  showEnd("");
  gpuLost = `The GPU was lost during this visit (${message}), so the CPU goes on.`;
  fail(`${message} The CPU goes on from here${shown ? "; your last result is kept" : ""}.`);
  void boot(gpuLost);
}

/** Says what went wrong, or mends it. @param {unknown} error */
function handle(error) {
  if (!(error instanceof EngineError)) throw error;
  if (["superseded", "ended", "panic"].includes(error.kind)) return;
  if (error.kind === "device" && device?.kind === "gpu") lostDevice(error.message);
  else fail(error.message);
}

/** @param {import("./types.js").Loading} now */
function loading({ stage: what, done = 0, total = 0, name = "" }) {
  const amount = done ? `: ${bytes(done)}${total ? ` of ${bytes(total)}` : ""}` : "";
  const words = {
    engine: `Fetching the engine${amount}`,
    device: "Trying the GPU against the CPU",
    model: `Fetching ${name}${amount}`,
    parse: `Opening ${name}`,
    classify: device?.kind === "gpu" ? "Asking the model (the first time, its shaders are compiled)" : "Asking the model",
    start: "Measuring the blurred picture",
    proof: "Checking the result",
  }[what];
  if (phase === "idle") stage.setLoading(`${words}…`);
  else if (what === "start") showWaiting(`${words}…`);
  say(words);
}

// ---------------------------------------------------------------------------------------------------------------------
// 2. The model, the picture, the answer.

/** @param {ModelSource} source */
async function takeModel(source) {
  const params =
    "builtin" in source
      ? { name: source.builtin, url: new URL(`www/models/${source.builtin}.onnx`, document.baseURI).href }
      : source;
  model = await client.call("openModel", params);
  modelSource = source;
  if ("builtin" in source) state.model = source.builtin;
  if (model) setLabels(model.labels);
  showModelChoice();
}

/** @param {PictureSource} source */
async function takePicture(source) {
  const next = "seed" in source ? await client.call("openCritter", source) : await client.call("openPicture", source);
  photo?.preview.close();
  photo = next;
  pictureSource = source;
  if ("seed" in source) state.critter = source.seed;
  markSample("seed" in source ? source.seed : null);
}

/** @param {ModelSource} source */
async function openModel(source) {
  await attempt(async () => {
    await takeModel(source);
    state.target = null;
    if (model?.info.profile_assumed) note(`No profile came with ${model.info.name}, so ImageNet’s usual values are assumed; see “The model in detail”.`);
    if (photo) await classify();
  });
  showModelChoice();
}

/** @param {PictureSource} source */
async function openPicture(source) {
  await attempt(async () => {
    await takePicture(source);
    state.target = null;
    if (model) await classify();
  });
}

/** @param {import("./types.js").Profile} profile @param {string | undefined} labels */
async function setProfile(profile, labels) {
  const json = JSON.stringify(profile);
  await attempt(async () => {
    model = await client.call("setProfile", { profile: json, labels });
    if (!("builtin" in modelSource)) modelSource = { ...modelSource, profile: json, labels: labels ?? modelSource.labels };
    if (model) setLabels(model.labels);
    showModelChoice();
    state.target = null;
    await classify();
  });
}

/** Asks the model about the picture, and shows both. */
async function classify() {
  const { answers: top, seen } = await client.call("classify", { topK: TOP });
  if (!photo || !model) return;
  answers = top;
  crashes = 0;
  if (state.target !== null && state.target >= model.labels.length) state.target = null;
  worn = null;
  byId("views", HTMLDivElement).hidden = true;
  const { info, notes, preview } = photo;
  stage.setPicture(seen, { bitmap: preview, crop: cropOf(preview.width, preview.height, model.info.profile) });
  const caption = info.caption ?? ("seed" in pictureSource ? (captions.get(pictureSource.seed) ?? `Sample number ${pictureSource.seed}`) : info.name);
  stage.describe(`${caption}; the model says ${shortLabel(answers[0]?.label ?? "nothing")}`);
  const part = info.width === info.height ? "" : ", of which it sees the middle";
  stage.setCaption(`${caption} · ${info.width} × ${info.height} pixels, ${seen.width} × ${seen.height} for the model${part}.`, notes);
  stage.setLoading("");
  byId("curves", HTMLDivElement).hidden = true;
  showEnd("");
  showAnswers(answers, state.target);
  const first = answers[0];
  if (first) say(`The model says ${first.label}.`);
  refresh();
}

/** Opens what was chosen, dropped or pasted. @param {File[]} files */
async function openFiles(files) {
  const named = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  const sorted = sort(named);
  if (sorted.problem) return fail(sorted.problem);
  if (sorted.report !== undefined) return importReport(sorted.report);
  const profile = portableProfile(sorted.profile);
  if (sorted.model) await openModel({ ...sorted.model, profile, labels: sorted.labels });
  else if (profile) await setProfile(JSON.parse(profile), sorted.labels);
  else if (sorted.labels && model) await setProfile(model.info.profile, sorted.labels);
  const picture = sorted.picture;
  if (picture) await openPicture({ name: picture.name, blob: /** @type {File} */ (files.find((file) => file.name === picture.name)) });
}

/** @param {number} index */
function chooseClass(index) {
  state.target = index === answers[0]?.index ? null : index;
  markTarget(state.target, answers);
  refresh();
}

/** @returns {string} the label of the class to explain */
function targetLabel() {
  return state.target === null ? (answers[0]?.label ?? "") : (model?.labels[state.target] ?? String(state.target));
}

// ---------------------------------------------------------------------------------------------------------------------
// 3. The run.

async function explain() {
  if (!model || !photo || !device) return;
  const settings = settingsOf(state);
  const key = keyOf(model.info.sha256, photo.info.sha256, { ...settings, target: { index: state.target ?? answers[0]?.index } }, model.info.profile, device.kind);
  const past = phase === "idle" ? recall.find(key) : undefined;
  if (past && past !== shown) return show({ ...past, recalled: true });
  const mine = (run = { label: targetLabel(), key, started: null, tick: null, cancelled: 0 });
  clearMessages();
  phase = "running";
  refresh();
  showWaiting("Measuring the blurred picture…");
  if (matchMedia("(max-width: 56rem)").matches) byId("stage-frame", HTMLElement).scrollIntoView({ block: "nearest" });
  try {
    /** @type {import("./types.js").Finished} */
    const finished = await client.call("run", { settings });
    if (run === mine) ended(mine, finished);
  } catch (error) {
    if (run === mine) {
      keepProvisional();
      showEnd("");
    }
    handle(error);
  } finally {
    if (run === mine) idle();
  }
  return undefined;
}

/** @param {import("./types.js").Started} begun */
function started(begun) {
  if (!run) return;
  run.started = begun;
  showCurves({ objective: [], score: [] }, begun.total, run.label);
}

/** @param {import("./types.js").Tick} now */
function tick(now) {
  if (!run?.started) return;
  run.tick = now;
  say(showTick(now));
  showCurves(now.curves, now.progress.total, run.label);
  wear(now.pictures);
}

/** @param {NonNullable<typeof run>} of @param {import("./types.js").Finished} finished */
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
function keepProvisional() {
  if (run?.started && run.tick) keepFrom(run, run.tick, run.started, "cancelled");
  idle();
}

/** The run, if there was one, is over. */
function idle() {
  if (run) document.body.dataset.runs = String(Number(document.body.dataset.runs ?? 0) + 1);
  run = null;
  phase = "idle";
  refresh();
}

/**
 * @param {NonNullable<typeof run>} of
 * @param {import("./types.js").Tick} last
 * @param {import("./types.js").Started} begun
 * @param {"done" | "cancelled" | "replaced"} end
 */
function keepFrom(of, last, begun, end) {
  const { progress, pictures, curves } = last;
  keep({
    key: of.key,
    label: of.label,
    model: model?.info.name ?? "",
    image: photo?.info.name ?? "",
    ended: endedAs(end, progress.iteration, progress.total),
    iterations: progress.iteration,
    total: progress.total,
    seconds: progress.seconds,
    device: device?.kind ?? "",
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
function wear(pictures) {
  worn = pictures;
  byId("views", HTMLDivElement).hidden = false;
  stage.drawView(pictures, view, colours(), state.opacity);
}

/** @param {import("./stage.js").View} next what the stage shows of a run */
function chooseView(next) {
  view = next;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === next));
  }
  if (worn) wear(worn);
}

/** Asks once; asked again after a while, ends the worker. */
function cancel() {
  if (!run) return;
  const now = performance.now();
  if (!run.cancelled) {
    run.cancelled = now;
    byId("cancel", HTMLButtonElement).textContent = "Stop at once";
    client.call("cancel").catch(() => {});
    say("Stopping.");
  } else if (now - run.cancelled > PATIENCE_MS) {
    keepProvisional();
    note("The engine did not answer and was started again; the last picture of the run is kept.");
    void boot(gpuLost || undefined);
  }
}

function pause() {
  if (phase === "idle") return;
  phase = phase === "paused" ? "running" : "paused";
  client.call("pause", { paused: phase === "paused" }).catch(() => {});
  say(phase === "paused" ? "Paused." : "Going on.");
  refresh();
}

// ---------------------------------------------------------------------------------------------------------------------
// 4. The result.

/** @param {Result} result */
function keep(result) {
  recall.keep(result);
  const partial = result.ended ? `${result.ended[0].toUpperCase()}${result.ended.slice(1)}. ` : "";
  showEnd(partial || `Done: ${result.iterations} iterations.`, true);
  show(result);
  say(`${partial}${result.sentence}`);
}

/** @param {Result} result */
function show(result) {
  shown = recall.results.find((kept) => kept.key === result.key) ?? result;
  showResult(result, colours(), state.opacity);
  showRuns(recall.results, shown, (past) => show({ ...past, recalled: true }));
  byId("export-report", HTMLButtonElement).disabled = result.report === null;
  for (const button of document.querySelectorAll("[data-png]")) button.toggleAttribute("disabled", result.pictures === null);
}

/** @param {import("./types.js").Report} report @param {string} text @returns {Result} */
function fromReport(report, text) {
  return {
    key: text,
    label: report.target.label,
    model: report.model.name,
    image: report.image.name,
    ended: "",
    iterations: report.iterations,
    total: report.iterations,
    seconds: report.seconds ?? NaN,
    device: report.device?.kind ?? "",
    scores: report.scores,
    area: report.mask.area_at_half,
    meanMask: report.mask.mean,
    sentence: report.sentence,
    pictures: null,
    grid: report.mask,
    curves: { objective: report.objective, score: [] },
    report: text,
    warnings: [],
    recalled: false,
  };
}

/** Shows an earlier result, with its picture and model where the page has them. @param {string} text */
async function importReport(text) {
  await attempt(async () => {
    const wanted = ofReport(text);
    if (wanted.model && (!("builtin" in modelSource) || modelSource.builtin !== wanted.model)) await takeModel({ builtin: wanted.model });
    if (wanted.seed !== null && (!("seed" in pictureSource) || pictureSource.seed !== wanted.seed)) await takePicture({ seed: wanted.seed });
    Object.assign(state, wanted.state);
    await classify();
    /** @type {{report: import("./types.js").Report, pictures: import("./types.js").Pictures | null}} */
    const { report, pictures } = await client.call("importReport", { text });
    const same = report.image.sha256 === photo?.info.sha256 && report.model.sha256 === model?.info.sha256;
    const intended = /** @type {number | undefined} */ (report.settings.iterations) ?? report.iterations;
    const result = { ...fromReport(report, text), pictures: same ? pictures : null, ended: endedAs("done", report.iterations, intended), total: intended };
    if (same && pictures) wear(pictures);
    keep(result);
    showEnd("");
    byId("result", HTMLElement).scrollIntoView({ block: "start" });
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// What the person does, and what the page shows of the state.

/** @returns {import("./colour.js").ColourMap} */
function colours() {
  return /** @type {import("./colour.js").ColourMap} */ (state.colours);
}

/**
 * Something that may fail with a sentence; what was there before stays.
 *
 * @param {() => Promise<void>} work
 */
async function attempt(work) {
  clearMessages();
  try {
    await work();
  } catch (error) {
    handle(error);
  }
  if (phase === "idle") stage.setLoading("");
  refresh();
}

/** @param {Partial<import("./state.js").State>} change */
function changeState(change) {
  const deviceBefore = state.device;
  Object.assign(state, change);
  if (state.device !== deviceBefore) {
    gpuLost = "";
    keepProvisional();
    void boot();
  }
  refresh();
}

function recolourAll() {
  recolour(colours(), state.opacity);
  if (worn) wear(worn);
  writeLink();
}

function showModelChoice() {
  const select = byId("model", HTMLSelectElement);
  const own = "builtin" in modelSource ? null : modelSource.name;
  select.replaceChildren(...Object.entries(MODELS).map(([id, name]) => el("option", { value: id }, name)));
  if (own) select.append(el("option", { value: "" }, own));
  select.value = "builtin" in modelSource ? modelSource.builtin : "";
  if (!model) return;
  byId("model-line", HTMLElement).textContent = modelLine(model.info);
  showModel(model.info, setProfile);
}

function refresh() {
  showPhase(phase, { label: targetLabel(), ready: booted && answers.length > 0 });
  if (phase === "idle") byId("cancel", HTMLButtonElement).replaceChildren("Cancel ", el("kbd", {}, "Esc"));
  showSettings(state);
  const hidden = new Set(state.hide.split(","));
  for (const part of document.querySelectorAll("[data-part]")) part.toggleAttribute("hidden", hidden.has(part.getAttribute("data-part") ?? ""));
  writeLink();
}

/** Browsers bound how often the address may change. */
const writeLink = atMostEvery(() => {
  const own = { ownPicture: !("seed" in pictureSource), ownModel: !("builtin" in modelSource) };
  const hash = format(state, own);
  history.replaceState(null, "", hash ? `#${hash}` : `${location.pathname}${location.search}`);
  const kept = [own.ownPicture ? "picture" : "", own.ownModel ? "model" : ""].filter(Boolean).join(" and your ");
  byId("link-note", HTMLElement).textContent = kept ? `Your ${kept} stay${kept.includes(" ") ? "" : "s"} on this device: a link never holds ${kept.includes(" ") ? "them" : "it"}.` : "";
}, 300);

/** A link was followed, or edited, while the page was open. */
function followLink() {
  const next = parse(location.hash);
  const before = state;
  state = next;
  recolourAll();
  void attempt(async () => {
    if (!("builtin" in modelSource) || modelSource.builtin !== next.model) await takeModel({ builtin: next.model });
    if (!("seed" in pictureSource) || pictureSource.seed !== next.critter) await takePicture({ seed: next.critter });
    state.target = next.target;
    await classify();
  });
  if (before.device !== next.device && !forcedDevice) void boot();
}

async function copyLink() {
  const place = byId("link-note", HTMLElement);
  try {
    await navigator.clipboard.writeText(location.href);
    place.textContent = `Copied. ${place.textContent}`;
  } catch {
    place.textContent = "The browser did not allow it: copy the address from its bar.";
  }
}

function listen() {
  /** @param {string} id @param {() => unknown} work */
  const click = (id, work) => byId(id, HTMLButtonElement).addEventListener("click", () => void work());
  click("run", explain);
  click("cancel", cancel);
  click("pause", pause);
  click("another", () => openPicture({ seed: Math.floor(Math.random() * 1e6) }));
  click("see", () => byId("result", HTMLElement).scrollIntoView({ block: "start", behavior: "smooth" }));
  click("copy-link", copyLink);
  click("export-report", () => shown && exportReport(shown));
  for (const button of document.querySelectorAll("[data-png]")) {
    button.addEventListener("click", () => shown && void exportPicture(shown, button.getAttribute("data-png") ?? "", colours(), state.opacity));
  }
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => chooseView(/** @type {import("./stage.js").View} */ (button.getAttribute("data-view"))));
  }
  byId("model", HTMLSelectElement).addEventListener("change", (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    if (value) void openModel({ builtin: value });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancel();
  });
  addEventListener("hashchange", followLink);
  initInput({ opened: (files) => void openFiles(files), refused: fail });
  initClasses(chooseClass);
  initSettings(changeState, { forcedDevice });
  initResult({
    colours: (name) => (changeState({ colours: name }), recolourAll()),
    opacity: (value) => ((state.opacity = value), recolourAll()),
  });
}

listen();
recolourAll();
showModelChoice();
void boot();
