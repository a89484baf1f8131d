/** The large picture, with the heat map that grows on it. */
import { captionOf, coloursOf } from "../../app/facts.js";
import { layer } from "../../core/colours.js";
import { cropOf } from "../../core/crop.js";
import { shortLabel } from "../../core/words.js";
import { el, paint, pen, within } from "../../parts/dom.js";

/** @typedef {import("../../types.js").Pictures} Pictures */
/** @typedef {import("../../app/store.js").Knowledge} Knowledge */
/** @typedef {"heat" | "order" | "deleted" | "original"} Look what the stage shows of a run */

/** Longer side of the stage in device pixels. The photo is drawn at this size, and the heat map is scaled up to it. */
const SIDE = 896;

export class Stage {
  /** @type {Look} */
  #look = "heat";
  #root;
  #store;
  #canvas;
  #heat = el("canvas");
  #base = el("canvas");

  /** @param {HTMLElement} root @param {import("../../app/store.js").Store} store */
  constructor(root, store) {
    this.#root = root;
    this.#store = store;
    this.#canvas = within(root, "stage", HTMLCanvasElement);
    for (const button of this.#buttons()) button.addEventListener("click", () => this.#choose(lookOf(button)));
  }

  /** @param {import("../../app/store.js").Names} names what is new */
  update(names) {
    const { now } = this.#store;
    if (names.has("seen") || names.has("samples")) this.#showPicture(now);
    // Showing the picture clears the stage, so the stage is drawn afterwards.
    if (names.has("worn") || names.has("seen") || names.has("samples") || names.has("state")) this.#draw();
    if (names.has("loading")) this.#showLoading(now.loading);
  }

  /** @returns {HTMLButtonElement[]} */
  #buttons() {
    return [...within(this.#root, "views", HTMLDivElement).querySelectorAll("button")];
  }

  /** @param {Look} look */
  #choose(look) {
    this.#look = look;
    this.#draw();
  }

  /** @param {Knowledge} now */
  #showPicture(now) {
    const { seen, picture, model, answers } = now;
    if (!picture || !model) return;
    const caption = captionOf(now);
    const says = shortLabel(answers[0]?.label ?? "nothing");
    this.#canvas.setAttribute("aria-label", `${caption}; the model says ${says}`);
    within(this.#root, "stage-caption", HTMLElement).textContent = seen
      ? `${caption}${/[.!?]$/.test(caption) ? "" : " ·"} ${this.#showSeen(seen, picture, model)}`
      : `${caption}: no answer of this model.`;
    within(this.#root, "stage-notes", HTMLElement).textContent = picture.notes.join(" ");
    if (!seen) pen(this.#canvas).clearRect(0, 0, SIDE, SIDE);
  }

  /**
   * @param {import("../../types.js").Seen} seen
   * @param {import("../../app/store.js").OpenPicture} picture
   * @param {import("../../types.js").OpenModel} model
   * @returns {string} what the model sees of the picture
   */
  #showSeen(seen, { info, preview }, model) {
    const { profile } = model.info;
    const crop = cropOf(preview.width, preview.height, profile);
    this.#setBase(seen, crop ? { bitmap: preview, crop } : null);
    const part = profile.resize_rule || info.width === info.height ? "it" : "the middle of it";
    const [own, shown] = [info, { ...seen, ...profile }].map(({ width, height }) => `${width}\u00a0×\u00a0${height}`);
    return `${own} pixels; the model sees ${part} at ${shown}.`;
  }

  /**
   * @param {import("../../types.js").Seen} seen what the model sees, at its size
   * @param {{bitmap: ImageBitmap, crop: {x: number, y: number, side: number}} | null} photo the photo, with the crop in
   *   the bitmap's pixels, if it can be shown finer than the model sees it
   */
  #setBase(seen, photo) {
    const scale = SIDE / Math.max(seen.width, seen.height);
    const [width, height] = [seen.width, seen.height].map((side) => Math.round(side * scale));
    for (const canvas of [this.#base, this.#canvas]) Object.assign(canvas, { width, height });
    const to = pen(this.#base);
    to.imageSmoothingQuality = "high";
    if (photo) {
      const { x, y, side } = photo.crop;
      to.drawImage(photo.bitmap, x, y, side, side, 0, 0, width, height);
    } else {
      paint(this.#heat, seen.original, seen.width, seen.height);
      to.drawImage(this.#heat, 0, 0, width, height);
    }
  }

  #draw() {
    const { worn } = this.#store.now;
    const ordered = Boolean(worn?.order.length);
    if (this.#look === "order" && worn && !ordered) this.#look = "heat";
    within(this.#root, "views", HTMLDivElement).hidden = !worn;
    for (const button of this.#buttons()) {
      button.setAttribute("aria-pressed", String(lookOf(button) === this.#look));
      if (lookOf(button) === "order") button.hidden = !ordered;
    }
    if (!this.#store.now.seen) return;
    const to = pen(this.#canvas);
    to.drawImage(this.#base, 0, 0);
    if (!worn || this.#look === "original") return;
    paint(this.#heat, this.#layerOf(worn), worn.width, worn.height);
    to.imageSmoothingQuality = "high";
    to.drawImage(this.#heat, 0, 0, this.#canvas.width, this.#canvas.height);
  }

  /** @param {Pictures} worn @returns {Uint8Array | Uint8ClampedArray} RGBA */
  #layerOf({ evidence, order, deleted }) {
    if (this.#look === "deleted") return deleted;
    const { now } = this.#store;
    return layer(this.#look === "order" ? order : evidence, coloursOf(now), now.state.opacity);
  }

  /** @param {string} words what the page waits for; empty if it waits for nothing */
  #showLoading(words) {
    within(this.#root, "stage-loading", HTMLElement).textContent = words;
    within(this.#root, "stage-frame", HTMLElement).toggleAttribute("data-loading", words !== "");
  }
}

/** @param {HTMLButtonElement} button @returns {Look} */
function lookOf(button) {
  return /** @type {Look} */ (button.dataset.view);
}
