/** The pictures from which a number was computed, in a separate window. */
import { el, paint } from "./dom.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("../types.js").Context} Context */

/**
 * @typedef {object} Item
 * @property {string} title
 * @property {string} [why]
 * @property {string} id the picture's name in the task
 * @property {(canvas: HTMLCanvasElement) => Promise<void>} [draw] draws something over it
 */

/** Largest number of pictures that are drawn at once. */
const MOST = 24;

/** Side of the canvas that is shown while the picture is fetched. */
const BLANK = 64;

export class Exhibit {
  #context;
  #dialog;
  #title = el("h2", { id: "exhibit-title" });
  #note = el("p", { class: "hint" });
  #list = el("ul", { class: "tiles", id: "exhibit-tiles" });
  /** Pictures of an earlier call are not drawn into the present one. */
  #shown = 0;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#context = context;
    const close = el("button", { type: "button", id: "exhibit-close" }, "Close");
    const head = el("div", { class: "exhibit-head" }, this.#title, close);
    this.#dialog = el("dialog", { class: "exhibit", id: "exhibit", "aria-labelledby": "exhibit-title" });
    this.#dialog.append(head, this.#note, this.#list);
    close.addEventListener("click", () => this.#dialog.close());
    // Escape closes the window, but does not stop a job.
    this.#dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    root.append(this.#dialog);
  }

  /**
   * @param {string} title
   * @param {string} note
   * @param {number} task
   * @param {Item[]} items
   */
  async show(title, note, task, items) {
    const mine = ++this.#shown;
    const some = items.slice(0, MOST);
    this.#title.textContent = title;
    this.#note.textContent = items.length > MOST ? `${note} The first ${MOST} of ${items.length}.` : note;
    const blank = () => el("canvas", { width: String(BLANK), height: String(BLANK), role: "img" });
    const tiles = some.map((item) => ({ item, canvas: blank() }));
    for (const { item, canvas } of tiles) canvas.setAttribute("aria-label", `${item.title}. ${item.why ?? ""}`);
    new Tiles(this.#list).show(
      tiles.map(({ item, canvas }, at) => ({ key: `${mine} ${at}`, title: item.title, why: item.why, canvas })),
    );
    if (!this.#dialog.open) this.#dialog.showModal();
    for (const { item, canvas } of tiles) {
      if (mine !== this.#shown || !this.#dialog.isConnected) return;
      if (!(await drawTask(this.#context, canvas, task, item.id))) return this.#dialog.close();
      await item.draw?.(canvas);
    }
  }
}

/**
 * Draws a picture of a task.
 *
 * @param {Context} context
 * @param {HTMLCanvasElement} canvas
 * @param {number} task
 * @param {string} id
 * @returns {Promise<boolean>} whether it was available
 */
export async function drawTask({ call, handle, voice }, canvas, task, id) {
  try {
    const { rgba, width, height } = await call("taskPicture", { task, id });
    paint(canvas, rgba, width, height);
    return true;
  } catch (error) {
    const { kind, message } = /** @type {{kind?: string, message: string}} */ (error);
    if (kind === "gone") voice.note(message);
    else handle(error);
    return false;
  }
}
