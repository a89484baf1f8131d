/**
 * Opens models, pictures and reports, and asks the model about the picture. If opening fails, the earlier one stays.
 */
import { NO_TARGET } from "../core/link.js";
import { missingOf } from "../core/missing.js";
import { SIDES } from "../core/registry.js";
import { EngineError } from "./client.js";
import { builtinModel, imageNetLabels, readerScript } from "./engine-files.js";
import { builtin, sampleOf, targetIndex } from "./facts.js";

/** @typedef {import("./store.js").ModelSource} ModelSource */
/** @typedef {import("./store.js").OwnModel} OwnModel */
/** @typedef {import("./store.js").PictureSource} PictureSource */

/**
 * @typedef {object} Voice how the page speaks to the user
 * @property {(text: string) => void} say to those who listen rather than look
 * @property {(text: string) => void} fail one clear sentence about a failure
 * @property {(text: string) => void} note a sentence worth reading that is no failure
 * @property {() => void} clear removes the sentences
 */

/**
 * @typedef {object} Needs
 * @property {import("./store.js").Store} store
 * @property {import("./client.js").EngineClient} client
 * @property {Voice} voice
 * @property {import("./engine-files.js").Tell} loading hears how much of a model has been fetched
 * @property {() => Promise<void>} started resolved when the engine has started, or failed to
 * @property {() => void} reveal brings the result that is shown into sight
 * @property {(error: unknown) => void} handle reports what went wrong, or repairs it
 */

/** Number of the model's answers that are shown. */
const TOP = 5;
/** Number of samples on which a profile is tried, besides the open picture. */
const TRIED = 3;
/** The message if a part that is loaded later did not arrive. */
export const UNFETCHED = "A part of this page could not be fetched: is the connection there? Try it again.";

/** Receives files. It is loaded once the page is up. */
export const reading = () => import("./receiving.js");

/** The texts about a model that the user brings. Built-in models do not need them. */
const doubting = () => import("../core/doubt.js").catch(() => null);

/** Fetches what is likely to be needed without a connection. */
export const prepare = () => Promise.allSettled([reading(), readerScript(), doubting(), import("./sharing.js")]);

export class Opening {
  #store;
  #client;
  #voice;
  #loading;
  #started;
  #handle;
  #reveal;
  /** The user's requests are carried out in order. @type {Promise<unknown>} */
  #chain = Promise.resolve();
  /** Of repeated requests, only the last is carried out. @type {Map<string, object>} */
  #newest = new Map();
  /** A model that waits for a missing file. @type {{source: OwnModel, missing: string} | null} */
  waiting = null;

  /** @param {Needs} needs */
  constructor({ store, client, voice, loading, started, handle, reveal }) {
    this.#store = store;
    this.#client = client;
    this.#voice = voice;
    this.#loading = loading;
    this.#started = started;
    this.#handle = handle;
    this.#reveal = reveal;
  }

  get #now() {
    return this.#store.now;
  }

  // -------- Single steps, which the start of the engine needs too

  /** @param {ModelSource} source */
  async takeModel(source) {
    const given = "builtin" in source ? await this.#fetched(source.builtin) : source;
    const model = await this.#named(await this.#client.call("openModel", given));
    if ("builtin" in source) this.#store.changeState({ model: source.builtin });
    this.waiting = null;
    this.#store.change({ model, modelSource: source, refused: null, doubt: "" });
  }

  /** Fetches a built-in model in parallel with the engine. */
  prefetch() {
    const { modelSource: source } = this.#now;
    const loading = (/** @type {import("../types.js").Loading} */ news) => this.#now.booted && this.#loading(news);
    if ("builtin" in source) builtinModel(source.builtin, loading).catch(() => {});
  }

  /** Fetches a built-in model. @param {string} name */
  async #fetched(name) {
    return { name, ...(await builtinModel(name, this.#loading)) };
  }

  /**
   * Gives ImageNet's names to a thousand classes without names. If they cannot be fetched, the classes stay numbered.
   *
   * @param {import("../types.js").OpenModel} model
   * @returns {Promise<import("../types.js").OpenModel>}
   */
  async #named(model) {
    const { labelled, classes, sha256 } = model.info;
    const labels = labelled || classes !== 1000 ? undefined : await imageNetLabels();
    return labels === undefined ? model : this.#client.call("nameClasses", { sha256, labels });
  }

  /** @param {PictureSource} source */
  async takePicture(source) {
    const picture = await ("seed" in source
      ? this.#client.call("openCritter", source)
      : this.#client.call("openPicture", { ...source, reader: await readerScript() }));
    this.#now.picture?.preview.close();
    if ("seed" in source) this.#store.changeState({ critter: source.seed });
    this.#store.change({ picture, pictureSource: source });
  }

  /** Asks the model about the picture. */
  async classify() {
    const { answers, seen } = await this.#client.call("classify", { topK: TOP }).catch((error) => this.#unanswered(error));
    const { picture, model, state } = this.#now;
    if (!picture || !model) return;
    if (state.target !== null && state.target >= model.labels.length) this.#store.changeState(NO_TARGET);
    this.#store.change({ answers, seen, worn: null, loading: "", progress: null });
    if (answers[0]) this.#voice.say(`The model says ${answers[0].label}.`);
  }

  /** The previous answers belong to another model or picture. @param {unknown} error @returns {never} */
  #unanswered(error) {
    if (!(error instanceof EngineError && error.kind === "superseded"))
      this.#store.change({ answers: [], seen: null, worn: null, loading: "", progress: null });
    throw error;
  }

  // -------- Requests of the user

  /** @param {ModelSource} source */
  async model(source) {
    this.#voice.clear();
    await this.attempt("model", async () => {
      await this.takeModel(source).catch((error) => this.#refuse(source, error));
      this.#store.changeState(NO_TARGET);
      const { model, picture } = this.#now;
      const own = model && builtin(this.#now) === null ? model : null;
      const words = own && (await doubting())?.openedNote(own.info, own.assumedLabels);
      if (words) this.#voice.note(words);
      if (picture) await this.classify();
      void this.#keepModel();
      void this.#tryProfile();
    });
    this.#store.change({ modelSource: this.#now.modelSource });
  }

  /** @param {ModelSource} source @param {unknown} error */
  #refuse(source, error) {
    void this.listKept();
    if (error instanceof EngineError && "name" in source) {
      const missing = missingOf(error.message);
      this.waiting = missing ? { source, missing } : null;
      this.#store.change({ refused: { file: source.name, why: error.message } });
    }
    throw error;
  }

  /** @param {PictureSource} source */
  async picture(source) {
    this.#voice.clear();
    await this.attempt("picture", async () => {
      await this.takePicture(source);
      this.#store.changeState(NO_TARGET);
      if (this.#now.model) await this.classify();
    });
  }

  /** @param {import("../types.js").Profile} profile @param {string | undefined} labels */
  async profile(profile, labels) {
    const json = JSON.stringify(profile);
    this.#voice.clear();
    await this.attempt("model", async () => {
      const model = await this.#client.call("setProfile", { profile: json, labels });
      const { modelSource: source } = this.#now;
      const modelSource = "builtin" in source ? source : { ...source, profile: json, labels: labels ?? source.labels };
      this.#store.change({ model, modelSource });
      this.#store.changeState(NO_TARGET);
      await this.classify();
      void this.#keepModel();
      void this.#tryProfile();
    });
  }

  /** Opens what was chosen, dropped or pasted. @param {File[]} files */
  async files(files) {
    const receiving = await reading().catch(() => null);
    if (!receiving) return this.#voice.fail(UNFETCHED);
    const [store, client, voice, reveal] = [this.#store, this.#client, this.#voice, this.#reveal];
    return receiving.receive(files, { opening: this, store, client, voice, reveal });
  }

  // -------- The class

  /** @param {number} index @param {"" | "with" | "against"} role what choosing it does */
  choose(index, role) {
    this.leaveOut(index);
    const { state, answers } = this.#now;
    if (!role) this.#store.changeState({ target: index === answers[0]?.index ? null : index });
    // The explained class can be neither added to itself nor contrasted with itself.
    else if (index !== targetIndex(this.#now)) {
      this.#store.changeState({ [role]: [...(state[role] ? [state[role]] : []), index].join() });
    }
  }

  /** Removes a class from the sum or contrast. @param {number} index */
  leaveOut(index) {
    const { state } = this.#now;
    const without = (/** @type {string} */ list) =>
      list
        .split(",")
        .filter((each) => each !== String(index))
        .join();
    this.#store.changeState(Object.fromEntries(SIDES.map((side) => [side, without(state[side])])));
  }

  // -------- Models kept between visits

  /** Lists the stored models. A browser that stores nothing is mentioned only when something is to be stored. */
  async listKept() {
    await this.#client.call("kept").then(
      (kept) => this.#store.change({ kept }),
      () => {},
    );
  }

  /** @param {import("../types.js").Kept} kept */
  async forget({ id, name }) {
    await this.#client.call("forget", { id }).then((kept) => this.#store.change({ kept }), this.#handle);
    this.#voice.say(`${name} was deleted.`);
  }

  /** Stores the open model, if it is the user's own, with its profile and labels. */
  async #keepModel() {
    if (builtin(this.#now) !== null) return;
    // Otherwise a browser that is short of space may delete it. Firefox asks the user; the model is stored meanwhile.
    void navigator.storage?.persist?.();
    await this.#client.call("keep").then((kept) => this.#store.change({ kept }), this.#handle);
  }

  /** Tries the model on a few samples, and says so if the answers suggest a wrong profile. */
  async #tryProfile() {
    this.#store.change({ doubt: "" });
    const { model, answers, samples } = this.#now;
    if (!model || builtin(this.#now) !== null) return;
    const seeds = samples.map(({ seed }) => seed).filter((seed) => seed !== sampleOf(this.#now));
    const tops = await this.#client.call("survey", { seeds: seeds.slice(0, TRIED) }).catch(this.#handle);
    if (!tops) return;
    const words = (await doubting())?.doubt([...answers.slice(0, 1), ...tops], model.info.classes) ?? "";
    if (this.#now.model !== model) return;
    this.#store.change({ doubt: words });
    if (words) this.#voice.say(words);
  }

  // -------- In order

  /**
   * Does work that may fail with a sentence. On failure, the earlier state stays.
   *
   * @param {"model" | "picture" | "link" | "again" | "share"} kind
   * @param {() => Promise<void>} work
   * @returns {Promise<void>}
   */
  attempt(kind, work) {
    const mine = {};
    this.#newest.set(kind, mine);
    this.#store.change({ busy: this.#now.busy + 1 });
    const done = this.#chain.then(async () => {
      try {
        await this.#started();
        if (this.#now.booted && this.#newest.get(kind) === mine) await work();
      } catch (error) {
        this.#handle(error);
      } finally {
        this.#store.change({ busy: this.#now.busy - 1 });
        if (!this.#now.job && !this.#now.busy) this.#store.change({ loading: "" });
      }
    });
    this.#chain = done.catch(() => {});
    return done;
  }
}
