/** One picture of a result, enlarged: with a chosen map, the outline of a region, and as a file. */
import { coloursOf } from "../../app/facts.js";
import { layer } from "../../core/colours.js";
import { contour, shareAbove } from "../../core/contour.js";
import { fileName } from "../../core/shown.js";
import { otherSeeds, spreadOf } from "../../core/seeds.js";
import { percent } from "../../core/words.js";
import { click, el, fromMarkup, paint, pen, save, within } from "../dom.js";
import { atOnce, fullSize } from "./photo.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../types.js").Context} Context */
/** @typedef {{name: string, map?: Float32Array, rgba?: Uint8Array}} Layer */

const MARKUP = `
  <section id="closer" class="closer" aria-labelledby="closer-title">
    <h3 id="closer-title">Look closer</h3>
    <div id="closer-frame" class="frame closer-frame" role="group" tabindex="0"
      aria-label="The picture, enlarged; the arrow keys move it, plus and minus change its size">
      <canvas id="closer-picture" role="img"></canvas>
    </div>
    <div class="closer-bar">
      <label class="field">Show <select id="closer-layer"></select></label>
      <label class="field">Zoom
        <input id="closer-zoom" type="range" min="1" max="8" step="0.5" value="1" />
        <output id="closer-zoom-note" class="numbers" for="closer-zoom">1 ×</output>
      </label>
      <label class="field"><input id="closer-contour" type="checkbox" /> Outline of the region</label>
      <label class="field">Threshold
        <input id="closer-level" type="range" min="0.05" max="0.95" step="0.05" value="0.5" />
      </label>
      <p id="closer-reading" class="reading numbers" role="status"></p>
      <div class="row">
        <button id="closer-save-picture" type="button">picture.png</button>
        <button id="closer-save-map" type="button">map.png</button>
        <button id="closer-save-overlay" type="button">overlay.png</button>
      </div>
      <p class="hint">
        Saved as large as the photo is, 1024 pixels at least: the picture, the map alone, and what is seen above
        without the zoom.
      </p>
    </div>
  </section>`;

/** Share of the window by which an arrow key moves. */
const MOVE = 0.1;

export class Closer {
  #root;
  #context;
  /** @type {Result | null} */
  #result = null;
  /** @type {Layer[]} */
  #layers = [];
  #base = el("canvas");
  /** The middle of the window in the picture, from 0 to 1. */
  #middle = { x: 0.5, y: 0.5 };

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    place.append(fromMarkup(MARKUP));
    this.#root = within(place, "closer", HTMLElement);
    this.#context = context;
    for (const id of ["closer-zoom", "closer-level", "closer-contour", "closer-layer"])
      within(place, id, HTMLElement).addEventListener("input", () => this.#draw());
    const frame = within(place, "closer-frame", HTMLElement);
    frame.addEventListener("keydown", (event) => this.#key(event));
    frame.addEventListener("pointermove", (event) => this.#drag(event));
    frame.addEventListener("dblclick", () => this.#zoomBy(1));
    for (const kind of /** @type {const} */ (["picture", "map", "overlay"]))
      click(place, `closer-save-${kind}`, () => this.#save(kind));
  }

  /** @param {string} id */
  #input(id) {
    return within(this.#root, `closer-${id}`, HTMLInputElement);
  }

  /** @param {Result} result */
  show(result) {
    const { now } = this.#context.store;
    this.#root.hidden = !result.pictures;
    this.#result = result;
    if (!result.pictures) return;
    this.#base = atOnce(result, now);
    this.#layers = layersOf(result, now.recall.results);
    const select = within(this.#root, "closer-layer", HTMLSelectElement);
    const chosen = select.value;
    select.replaceChildren(...this.#layers.map(({ name }) => el("option", {}, name)));
    if (this.#layers.some(({ name }) => name === chosen)) select.value = chosen;
    this.#draw();
  }

  /** Draws in other colours. */
  recolour() {
    this.#draw();
  }

  // -------- Drawing

  /** @returns {Layer} */
  get #layer() {
    const { value } = within(this.#root, "closer-layer", HTMLSelectElement);
    return this.#layers.find(({ name }) => name === value) ?? { name: "Picture" };
  }

  #draw() {
    if (!this.#result?.pictures) return;
    const canvas = within(this.#root, "closer-picture", HTMLCanvasElement);
    const zoom = this.#input("zoom").valueAsNumber;
    const half = 0.5 / zoom;
    for (const axis of /** @type {const} */ (["x", "y"]))
      this.#middle[axis] = Math.min(1 - half, Math.max(half, this.#middle[axis]));
    const { width, height } = this.#base;
    Object.assign(canvas, { width, height });
    const [left, top] = [(this.#middle.x - half) * width, (this.#middle.y - half) * height];
    pen(canvas).setTransform(zoom, 0, 0, zoom, -left * zoom, -top * zoom);
    this.#compose(canvas, this.#base, zoom);
    within(this.#root, "closer-zoom-note", HTMLOutputElement).value = `${zoom} ×`;
    this.#input("zoom").setAttribute("aria-valuetext", `${zoom} times`);
    this.#say(canvas);
  }

  /**
   * Draws the picture with the chosen layers over it.
   *
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLCanvasElement} base
   * @param {number} zoom lines keep their width under it
   */
  #compose(canvas, base, zoom) {
    const to = pen(canvas);
    to.imageSmoothingQuality = "high";
    to.drawImage(base, 0, 0);
    this.#lay(to, base, this.#context.store.now.state.opacity);
    if (this.#input("contour").checked) this.#outline(to, base, zoom);
  }

  /** @param {CanvasRenderingContext2D} to @param {HTMLCanvasElement} base @param {number} opacity */
  #lay(to, base, opacity) {
    const { pictures } = this.#result ?? {};
    const { map, rgba } = this.#layer;
    if (!pictures || (!map && !rgba)) return;
    const small = el("canvas");
    const colours = coloursOf(this.#context.store.now);
    paint(small, rgba ?? layer(/** @type {Float32Array} */ (map), colours, opacity), pictures.width, pictures.height);
    to.drawImage(small, 0, 0, base.width, base.height);
  }

  /** @param {CanvasRenderingContext2D} to @param {HTMLCanvasElement} base @param {number} zoom */
  #outline(to, base, zoom) {
    const { pictures } = this.#result ?? {};
    if (!pictures) return;
    const lines = contour(pictures.evidence, pictures.width, pictures.height, this.#level);
    const scale = base.width / pictures.width;
    const path = new Path2D();
    for (let i = 0; i < lines.length; i += 4) {
      path.moveTo(lines[i] * scale, lines[i + 1] * scale);
      path.lineTo(lines[i + 2] * scale, lines[i + 3] * scale);
    }
    const width = base.width / 400 / zoom;
    for (const [style, wide] of /** @type {const} */ ([["#000", 2.5], ["#fff", 1.2]])) {
      to.strokeStyle = style;
      to.lineWidth = width * wide;
      to.lineCap = "round";
      to.stroke(path);
    }
  }

  get #level() {
    return this.#input("level").valueAsNumber;
  }

  /** @param {HTMLCanvasElement} canvas */
  #say(canvas) {
    const { pictures, label } = this.#result ?? {};
    const level = this.#level.toFixed(2);
    const words = `Evidence above ${level}: ${percent(shareAbove(pictures?.evidence ?? [], this.#level))} of the picture`;
    this.#input("level").setAttribute("aria-valuetext", words);
    within(this.#root, "closer-reading", HTMLElement).textContent = `${words}.`;
    canvas.setAttribute("aria-label", `${this.#layer.name} of ${label}`);
  }

  // -------- Moving

  /** @param {number} x @param {number} y of the window */
  #move(x, y) {
    const zoom = this.#input("zoom").valueAsNumber;
    this.#middle.x += x / zoom;
    this.#middle.y += y / zoom;
    this.#draw();
  }

  /** @param {number} by */
  #zoomBy(by) {
    const zoom = this.#input("zoom");
    zoom.value = String(zoom.valueAsNumber + by);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    /** @type {Record<string, () => void>} */
    const deeds = {
      ArrowLeft: () => this.#move(-MOVE, 0),
      ArrowRight: () => this.#move(MOVE, 0),
      ArrowUp: () => this.#move(0, -MOVE),
      ArrowDown: () => this.#move(0, MOVE),
      "+": () => this.#zoomBy(0.5),
      "-": () => this.#zoomBy(-0.5),
    };
    if (!deeds[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    deeds[event.key]();
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (event.buttons === 0) return;
    const { width, height } = within(this.#root, "closer-frame", HTMLElement).getBoundingClientRect();
    this.#move(-event.movementX / width, -event.movementY / height);
  }

  // -------- Saving

  /** @param {"picture" | "map" | "overlay"} kind */
  async #save(kind) {
    const result = this.#result;
    if (!result?.pictures) return;
    const base = await fullSize(result, this.#context.store.now);
    const canvas = el("canvas");
    Object.assign(canvas, { width: base.width, height: base.height });
    const to = pen(canvas);
    if (kind === "overlay") this.#compose(canvas, base, 1);
    else if (kind === "picture") to.drawImage(base, 0, 0);
    else this.#drawMap(to, base);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob) save(fileName(result, `${kind}-${canvas.width}px.png`), /** @type {Blob} */ (blob));
  }

  /** Draws the map alone, opaque. For pictures that are not maps, it is the evidence. */
  #drawMap(/** @type {CanvasRenderingContext2D} */ to, /** @type {HTMLCanvasElement} */ base) {
    const { pictures } = this.#result ?? {};
    if (!pictures) return;
    const rgba = layer(this.#layer.map ?? pictures.evidence, coloursOf(this.#context.store.now), 1);
    for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
    const small = el("canvas");
    paint(small, rgba, pictures.width, pictures.height);
    to.imageSmoothingQuality = "high";
    to.drawImage(small, 0, 0, base.width, base.height);
  }
}

/** @param {Result} result @param {Result[]} all results that are kept @returns {Layer[]} */
function layersOf(result, all) {
  const { pictures } = result;
  if (!pictures) return [];
  /** @type {Layer[]} */
  const layers = [{ name: "Heat map", map: pictures.evidence }];
  if (pictures.order.length) layers.push({ name: "Order of the pixels", map: pictures.order });
  const maps = otherSeeds(result, all).flatMap((each) => each.pictures?.evidence ?? []);
  if (maps.length > 1) {
    const [mean, deviation] = spreadOf(maps);
    layers.push({ name: `Mean of ${maps.length} seeds`, map: mean });
    layers.push({ name: `Deviation of ${maps.length} seeds`, map: deviation });
  }
  layers.push({ name: "Deleted", rgba: pictures.deleted }, { name: "Preserved", rgba: pictures.preserved });
  return [...layers, { name: "Picture" }];
}
