/** Which pictures a study is about: those of the built-in world, or those of a folder that is chosen or dropped. */
import { builtin } from "../app/facts.js";
import { ofEntries, ofFiles } from "./folder.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./folder.js").Named} Named */

export class SetChoice {
  /** Why nothing can begin where it is not `possible`. */
  static WHY = "This model knows nothing of the built-in world: choose a folder of pictures it knows.";
  #place;
  #context;

  /**
   * @param {HTMLElement} root with a fieldset of radio buttons, of which `own` stands for the folder and has a span for
   *   its words, and a button and an input that choose one
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
  }

  /** @param {string} value @returns {HTMLInputElement} */
  radio(value) {
    return /** @type {HTMLInputElement} */ (this.#place.querySelector(`[type=radio][value="${value}"]`));
  }

  /** The pictures of one's own, where these are chosen. @returns {Named[] | undefined} */
  get files() {
    return (this.radio("own").checked && this.#context.store.now.set) || undefined;
  }

  /** Whether the model that is open can be asked about the pictures. @returns {boolean} */
  get possible() {
    return this.radio("own").checked || builtin(this.#context.store.now) !== null;
  }

  /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries @returns {boolean} whether they are a set */
  take(files, entries) {
    const folder = entries.some((entry) => entry?.isDirectory);
    if (!folder && ofFiles(files).length < 2) return false;
    void (folder ? ofEntries(entries) : Promise.resolve(ofFiles(files))).then((set) => this.#take(set));
    return true;
  }

  /** @param {Named[]} set */
  #take(set) {
    const { store, voice } = this.#context;
    if (!set.length) return voice.fail("There is no picture in this folder that a browser opens.");
    store.change({ set });
    this.radio("own").checked = true;
    return voice.say(`${set.length} pictures.`);
  }

  show() {
    const { set } = this.#context.store.now;
    const own = this.radio("own");
    own.disabled = !set;
    const words = own.parentElement?.querySelector("span");
    if (words) words.textContent = set ? `A folder of your own: ${set.length} pictures` : "A folder of your own";
  }
}
