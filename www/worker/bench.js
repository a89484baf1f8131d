/** What the worker has open: the engine, the model and the picture. */
import { feed, whole } from "./feed.js";
import * as kept from "./kept.js";
import { alone, onlyNewest } from "./queue.js";
import { preview } from "./preview.js";
import { read } from "./read.js";

/** @typedef {import("./border.js").Tell} Tell */
/** @typedef {import("../types.js").ModelInfo} ModelInfo */
/** @typedef {import("./kept.js").NamedFile} NamedFile */
/** @typedef {(how: {module: WebAssembly.Module}) => unknown} Init */
/** @typedef {{initSync: Init, Engine: any, version: () => string}} Glue the exports of the engine's own script */
/** @typedef {NamedFile & {handle: any, beside: NamedFile[], info: ModelInfo, assumedLabels: boolean}} Open */

/** The engine, once it has started. @type {any} */
let engine = null;
/** @type {Open | null} */
let open = null;
/** The picture's handle. @type {any} */
let picture = null;
/** The number of the sample, if the picture is one. @type {number | undefined} */
let sample;
/** Numbers what is opened. Numbers of an earlier worker are not used again. */
let opened = Date.now();
/** The numbers of the open model and picture, or of those of which they are copies. */
const is = { model: 0, picture: 0 };

/** @returns {Open} */
export function model() {
  if (!open) throw { kind: "model", message: "There is no model yet; choose one first." };
  return open;
}

/** @returns {any} the picture's handle */
export function photo() {
  if (!picture) throw { kind: "image", message: "There is no picture yet; choose one first." };
  return picture;
}

// -------- The engine

/**
 * @param {Glue} glue
 * @param {{preference: string, module: WebAssembly.Module, noAdapter?: string}} params
 * @param {Tell} tell
 */
export async function boot({ initSync, Engine, version }, { preference, module, noAdapter }, tell) {
  initSync({ module });
  tell("loading", { stage: "device" });
  engine = await Engine.create(preference, noAdapter);
  return { version: version(), device: JSON.parse(engine.device()), registry: JSON.parse(engine.methods()) };
}

/** The built-in samples. */
export async function gallery() {
  return alone(() => JSON.parse(engine.gallery()));
}

/** @param {{seed: number}} params */
export async function critterPicture({ seed }) {
  return alone(() => {
    const drawn = engine.critter(seed);
    const rgba = drawn.rgba();
    drawn.free();
    return rgba;
  });
}

// -------- The model

/**
 * Opens a model from storage (`stored`) or from its `file`.
 *
 * @param {kept.Note & {file: Blob, stored?: string, beside?: NamedFile[]}} params
 * @param {Tell} tell
 * @param {() => void} replaced called before the model is replaced
 */
export async function openModel({ name, file, stored, profile, labels, beside = [] }, tell, replaced) {
  const check = onlyNewest("model");
  if (stored) ({ file, name, profile, labels, beside } = await kept.take(stored));
  await feed(engine, { name, file }, check, tell);
  const near = await Promise.all(beside.map(whole));
  return alone(async () => {
    check();
    tell("loading", { stage: "parse", name });
    for (const each of near) engine.addBeside(each.name, each.bytes);
    const handle = await engine.openModel(name, profile, labels);
    replaced();
    adopt({ handle, name, file, beside, info: JSON.parse(handle.info()), assumedLabels: false });
    return described();
  });
}

/** @param {{profile: string, labels?: string}} params @param {() => void} replaced */
export async function setProfile({ profile, labels }, replaced) {
  return alone(() => {
    const handle = model().handle.withProfile(profile, labels);
    replaced();
    const assumedLabels = model().assumedLabels && labels === undefined;
    adopt({ ...model(), handle, info: JSON.parse(handle.info()), assumedLabels });
    return described();
  });
}

/** @param {Open} next */
function adopt(next) {
  const before = open?.handle;
  open = next;
  is.model = opened++;
  before?.free();
}

/** @returns {import("../types.js").OpenModel} */
function described() {
  const { handle, info, assumedLabels } = model();
  return { info, labels: JSON.parse(handle.labels()), assumedLabels };
}

/**
 * Names the classes of the model with that hash, if it is still open and has no labels of its own.
 *
 * @param {{sha256: string, labels: string}} params
 */
export async function nameClasses({ sha256, labels }) {
  return alone(() => {
    if (!open || open.info.sha256 !== sha256) return described();
    const handle = open.handle.withProfile(JSON.stringify(open.info.profile), labels);
    const info = JSON.parse(handle.info());
    adopt({ ...open, handle, info, assumedLabels: !info.known });
    return described();
  });
}

// -------- Models kept between visits

/** The notes are written one after the other, so that the last one stays. @type {Promise<unknown>} */
let keeping = Promise.resolve();

/** Stores the open model, with its profile and labels. */
export async function keep() {
  const work = async () => {
    const [of, note] = await alone(() => [open, open && noteOf(open)]);
    if (of && note) await kept.keep(of.info.sha256, of.file, note, of.beside);
    return kept.list();
  };
  return (keeping = keeping.then(work, work));
}

/**
 * What is stored of a model besides its bytes. What was guessed is left out and guessed again.
 *
 * @param {Open} of
 * @returns {kept.Note}
 */
function noteOf({ handle, name, info, assumedLabels }) {
  const given = info.profile_source === "given";
  return {
    name,
    profile: given ? JSON.stringify({ ...info.profile, labels: undefined }) : undefined,
    labels: info.labelled && !assumedLabels ? String(handle.labels()) : undefined,
  };
}

// -------- The picture

/** @param {any} handle @param {number} [seed] of the sample, if it is one */
function take(handle, seed) {
  picture?.free();
  picture = handle;
  sample = seed;
  is.picture = opened++;
}

/** @param {{blob: Blob, name: string, reader: string}} params @param {() => Promise<void>} replaced */
export async function openPicture({ blob, name, reader }, replaced) {
  const check = onlyNewest("picture");
  const { rgba, width, height, notes } = await read(reader, blob, name);
  check();
  await replaced();
  return alone(async () => {
    check();
    take(engine.openPicture(name, rgba, width, height));
    return { info: JSON.parse(picture.info()), notes, preview: await preview(rgba, width, height) };
  });
}

/**
 * Opens a picture beside the present one.
 *
 * @param {{name: string, blob: Blob, reader: string}} file
 * @returns {Promise<any>} its handle
 */
export async function openBeside({ name, blob, reader }) {
  const { rgba, width, height } = await read(reader, blob, name);
  return alone(() => engine.openPicture(name, rgba, width, height));
}

/**
 * Opens pictures beside the present one.
 *
 * @param {{name: string, file: Blob}[]} files
 * @param {string} reader
 * @returns {Promise<{pictures: any[], unread: string[]}>} their handles, and why others could not be opened
 */
export async function openAside(files, reader) {
  const [pictures, unread] = [/** @type {any[]} */ ([]), /** @type {string[]} */ ([])];
  for (const { name, file } of files) {
    try {
      const { rgba, width, height } = await read(reader, file, name, true);
      pictures.push(await alone(() => engine.openPicture(name, rgba, width, height)));
    } catch (error) {
      unread.push(String(/** @type {any} */ (error).message ?? error));
    }
  }
  return { pictures, unread };
}

/** @param {{seed: number}} params @param {() => Promise<void>} replaced */
export async function openCritter({ seed }, replaced) {
  const check = onlyNewest("picture");
  await replaced();
  return alone(async () => {
    check();
    take(engine.critter(seed), seed);
    const info = JSON.parse(picture.info());
    return { info, notes: [], preview: await preview(picture.rgba(), info.width, info.height) };
  });
}

// -------- The model's answers

/** @param {{topK: number}} params @param {Tell} tell */
export async function classify({ topK }, tell) {
  const check = onlyNewest("classify");
  return alone(async () => {
    check();
    tell("loading", { stage: "classify" });
    const { handle, info } = model();
    const answers = JSON.parse(await handle.classify(photo(), topK));
    const { size } = info.profile;
    return { answers, seen: { width: size, height: size, original: handle.frame(photo()) } };
  });
}

/**
 * The first answer to a sample, which shows whether the profile makes sense.
 *
 * @param {number} seed
 * @param {() => void} check
 */
export async function firstAnswer(seed, check) {
  return alone(async () => {
    check();
    const drawn = engine.critter(seed);
    const [top] = JSON.parse(await model().handle.classify(drawn, 1));
    drawn.free();
    return top;
  });
}

/** @param {{index: number}} params @returns {Promise<Float32Array>} empty if it is not known */
export async function truth({ index }) {
  return alone(() => model().handle.truth(photo(), index));
}

// -------- The same model and picture in several workers

/**
 * What another worker needs to open the same model and picture.
 *
 * @typedef {kept.Note & {id: number, file: Blob, beside: NamedFile[], assumed?: string}} ModelCopy
 * @typedef {{id: number, name: string, seed?: number, rgba?: Uint8Array, width: number, height: number}} PictureCopy
 */

/** @returns {Promise<{model: ModelCopy, picture: PictureCopy}>} */
export async function copies() {
  return alone(() => {
    const { file, beside, handle, info, assumedLabels } = model();
    // Reports must give the same profile, so labels that came in it are passed on in it.
    const note = info.profile.labels
      ? { name: model().name, profile: JSON.stringify(info.profile) }
      : noteOf(model());
    const assumed = assumedLabels ? String(handle.labels()) : undefined;
    const { name, width, height } = JSON.parse(photo().info());
    const rgba = sample === undefined ? picture.rgba() : undefined;
    return {
      model: { ...note, id: is.model, file, beside, assumed },
      picture: { id: is.picture, name, width, height, seed: sample, rgba },
    };
  });
}

/**
 * Opens what another worker has open, unless it is open here already.
 *
 * @param {{model: ModelCopy, picture: PictureCopy}} copies
 * @param {Tell} tell
 * @param {() => void} replaced
 */
export async function openCopies({ model, picture }, tell, replaced) {
  if (model.id !== is.model) await openModelCopy(model, tell, replaced);
  if (picture.id !== is.picture) await alone(() => openPictureCopy(picture));
}

/** @param {ModelCopy} copy @param {Tell} tell @param {() => void} replaced */
async function openModelCopy({ id, assumed, ...files }, tell, replaced) {
  const { info } = await openModel(files, tell, replaced);
  if (assumed) await nameClasses({ sha256: info.sha256, labels: assumed });
  is.model = id;
}

/** @param {PictureCopy} copy */
function openPictureCopy({ id, name, width, height, seed, rgba }) {
  take(seed === undefined ? engine.openPicture(name, rgba, width, height) : engine.critter(seed), seed);
  is.picture = id;
}
