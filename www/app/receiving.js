/** Opens the user's files, which are told apart by their content. */
import { looksLikeText, portableProfile, sort } from "../core/files.js";
import { ofReport } from "../core/report.js";
import { endedAs, fromReport } from "../core/result.js";
import { bytes } from "../core/words.js";
import { builtin, sampleOf } from "./facts.js";
import { keep } from "./results.js";

/** @typedef {import("./store.js").OwnModel} OwnModel */

/**
 * @typedef {object} Needs
 * @property {import("./opening.js").Opening} opening
 * @property {import("./store.js").Store} store
 * @property {import("./client.js").EngineClient} client
 * @property {import("./opening.js").Voice} voice
 * @property {() => void} reveal brings the result that is shown into sight
 */

/** Largest size of a file that is read. */
const MOST_BYTES = 600e6;
/** Number of first bytes that show what a file is. Of a model or a picture, no more is read here. */
const HEAD_BYTES = 4096;

/** @param {File[]} files @param {Needs} needs */
export async function receive(files, needs) {
  const { opening, voice } = needs;
  const heavy = files.find((file) => file.size > MOST_BYTES);
  if (heavy) {
    const [size, most] = [heavy.size, MOST_BYTES].map(bytes);
    return voice.fail(`${heavy.name} is ${size}; the limit is ${most}.`);
  }
  const known = await Promise.all(files.map(read)).catch(() => null);
  if (!known) return voice.fail(`${files[0].name} could not be read: it was moved or changed, or is a folder.`);
  const sorted = sort(known, opening.waiting?.missing);
  if (sorted.problem) return voice.fail(sorted.problem);
  return sorted.report === undefined ? openSorted(sorted, files, needs) : openReport(sorted.report, needs);
}

/**
 * Reads a file's name and bytes. Only the first bytes of a binary file are read; the rest follows in pieces. @param
 * {File} file
 */
async function read(file) {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return { name: file.name, bytes: looksLikeText(head) ? new Uint8Array(await file.arrayBuffer()) : head };
}

/** @param {import("../core/files.js").Sorted} sorted @param {File[]} files @param {Needs} needs */
async function openSorted({ model, labels, picture, beside: near, profile: given }, files, { opening, store }) {
  const profile = portableProfile(given);
  const named = (/** @type {string} */ name) => /** @type {File} */ (files.find((file) => file.name === name));
  const beside = near.map(({ name }) => ({ name, file: named(name) }));
  if (model) await opening.model({ name: model.name, file: named(model.name), profile, labels, beside });
  else if (beside.length && opening.waiting)
    await opening.model(completed(opening.waiting.source, profile, labels, beside));
  else if (profile) await opening.profile(JSON.parse(profile), labels);
  else if (labels && store.now.model) await opening.profile(store.now.model.info.profile, labels);
  if (picture) await opening.picture({ name: picture.name, blob: named(picture.name) });
}

/**
 * Completes a waiting model with the files that came after it.
 *
 * @param {OwnModel} source
 * @param {string | undefined} profile
 * @param {string | undefined} labels
 * @param {import("./store.js").NamedFile[]} beside
 * @returns {OwnModel}
 */
function completed(source, profile, labels, beside) {
  const all = [...(source.beside ?? []), ...beside];
  return { ...source, profile: profile ?? source.profile, labels: labels ?? source.labels, beside: all };
}

/**
 * Shows an earlier result, with its picture and model if the page has them.
 *
 * @param {string} text
 * @param {Needs} needs
 */
async function openReport(text, needs) {
  const { opening, store, client, voice } = needs;
  voice.clear();
  await opening.attempt("link", async () => {
    const { registry } = store.now;
    if (!registry) return;
    const { model, seed, state } = ofReport(text, registry);
    const before = { ...store.now };
    if (model && model !== builtin(store.now)) await opening.takeModel({ builtin: model });
    if (seed !== null && seed !== sampleOf(store.now)) await opening.takePicture({ seed });
    // A refused report changes nothing.
    const imported = await client.call("importReport", { text }).catch(async (error) => {
      if (store.now.model !== before.model || store.now.picture !== before.picture) await opening.classify();
      throw error;
    });
    store.changeState(state);
    await opening.classify();
    showReport(text, imported, needs);
  });
}

/** @param {string} text @param {import("../types.js").Imported} imported @param {Needs} needs */
function showReport(text, { report, pictures }, { store, voice, reveal }) {
  const { picture, model } = store.now;
  const same = report.image.sha256 === picture?.info.sha256 && report.model.sha256 === model?.info.sha256;
  const result = fromReport(report, text);
  const { iterations, intended } = result;
  const ended = iterations < intended ? endedAs("cancelled", iterations, intended) : "";
  const shown = same ? pictures : null;
  keep(store, { ...result, pictures: shown, ended });
  store.change({ worn: shown, progress: null });
  voice.say(report.sentence);
  reveal();
}
