/** The pictures of a study: those of the built-in world, or those of a folder that is chosen or dropped. */
import { builtin } from "../app/facts.js";
import { aboutModel } from "../app/studies.js";
import { gathered, isFolder, ofFiles, taken } from "./folder.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./folder.js").Named} Named */

export class SetChoice {
  /** The reason if nothing can begin (not `possible`). */
  static WHY = "This model knows nothing of the built-in world: choose a folder of pictures it knows.";
  #place;
  #context;

  /**
   * @param {HTMLElement} root with a fieldset of radio buttons, of which `own` stands for the folder and has a span for
   *   its text, and with a button and an input that choose a folder
   * @param {Context} context
   */
  constructor(root, context) {
    this.#place = root.querySelector('[type=radio][value="own"]')?.closest("fieldset") ?? root;
    this.#context = context;
    const folder = /** @type {HTMLInputElement} */ (this.#place.querySelector("input[type=file]"));
    this.#place.querySelector("button")?.addEventListener("click", () => folder.click());
    folder.addEventListener("change", () => {
      this.#take(ofFiles([...(folder.files ?? [])]));
      folder.value = "";
    });
    const chosen = () => context.store.change({ ownSet: this.radio("own").checked });
    for (const radio of this.#radios) radio.addEventListener("change", chosen);
  }

  get #radios() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.#place.querySelectorAll("[type=radio]"))];
  }

  /** @param {string} value @returns {HTMLInputElement} */
  radio(value) {
    return /** @type {HTMLInputElement} */ (this.#place.querySelector(`[type=radio][value="${value}"]`));
  }

  /** The user's own pictures, if these are chosen. @returns {Named[] | undefined} */
  get files() {
    const { set, ownSet } = this.#context.store.now;
    return (ownSet && set) || undefined;
  }

  /** Whether the open model can be asked about the pictures. @returns {boolean} */
  get possible() {
    return this.files !== undefined || builtin(this.#context.store.now) !== null;
  }

  /** The subject of a study of the model on them. Another folder is another study. @returns {string} */
  get about() {
    const model = aboutModel(this.#context.store.now);
    return this.files ? `${model} ${namesOf(this.files)}` : model;
  }

  /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries @returns {boolean} whether they are a set */
  take(files, entries) {
    if (!entries.some(isFolder) && ofFiles(files).pictures.length < 2) return false;
    void gathered(files, entries).then((found) => this.#take(found));
    return true;
  }

  /** @param {import("./folder.js").Found} found */
  #take(found) {
    const { store, voice } = this.#context;
    const set = taken(found, voice);
    if (!set) return;
    if (!found.more) voice.say(`${set.length} pictures.`);
    store.change({ set, ownSet: true });
  }

  show() {
    const { set, ownSet } = this.#context.store.now;
    const own = this.radio("own");
    own.disabled = !set;
    if (own.checked !== ownSet) (ownSet ? own : this.#radios[0]).checked = true;
    const words = own.parentElement?.querySelector("span");
    if (words) words.textContent = set ? `A folder of your own: ${set.length} pictures` : "A folder of your own";
  }
}

/**
 * The result is asked for at every step of a study, so it is computed once for each set. @type {WeakMap<Named[],
 * string>}
 */
const names = new WeakMap();

/** @param {Named[]} set @returns {string} what distinguishes it from others */
function namesOf(set) {
  const known = (/** @type {Named} */ { name, file }) => [name, file.size, file.lastModified];
  const made = names.get(set) ?? JSON.stringify(set.map(known));
  names.set(set, made);
  return made;
}
