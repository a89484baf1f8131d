/** The evidence as it is seen: the sentence, its numbers, the pictures, what the mask says under the pointer. */
import { byId, context, el, paint } from "./dom.js";
import { layer, spread, table } from "./draw.js";
import { aroundLabel, evidenceOf } from "./result.js";
import { duration, percent, rate, score, shortLabel } from "./words.js";

// -------- The evidence

/** @typedef {import("./result.js").Result} Result */
/** @typedef {import("./draw.js").ColourMap} ColourMap */

/** Below this spread a map says little, and the page says that. */
const FLAT = 0.05;

const section = byId("result", HTMLElement);
const four = byId("four", HTMLDivElement);
const reading = byId("reading", HTMLParagraphElement);

const KINDS = /** @type {const} */ ({
  original: "What the model sees",
  heat: "Heat map",
  deleted: "Deleted",
  preserved: "Preserved",
});
/** @type {Record<keyof typeof KINDS, HTMLCanvasElement>} */
const canvases = /** @type {any} */ ({});
/** @type {Record<string, HTMLElement>} */
const notes = {};
/** @type {HTMLElement[]} */
const crosses = [];

/** @type {Result | null} */
let current = null;
const at = { x: 0, y: 0 };

/** @param {{colours: (name: ColourMap) => void, opacity: (value: number) => void}} changed */
export function initResult(changed) {
  for (const [kind, title] of Object.entries(KINDS)) {
    const canvas = el("canvas", { role: "img", "aria-label": title });
    const cross = el("span", { class: "cross", "aria-hidden": "true", hidden: true });
    const note = el("span", { class: "numbers" });
    canvases[/** @type {keyof typeof KINDS} */ (kind)] = canvas;
    notes[kind] = note;
    crosses.push(cross);
    const frame = el("div", { class: "frame" }, canvas, cross);
    frame.addEventListener("pointermove", (event) => point(event, canvas));
    frame.addEventListener("pointerdown", (event) => point(event, canvas));
    four.append(el("figure", { "data-kind": kind }, frame, el("figcaption", {}, el("span", {}, title), note)));
  }
  four.addEventListener("keydown", key);
  byId("colours", HTMLSelectElement).addEventListener("change", (event) => {
    changed.colours(/** @type {ColourMap} */ (/** @type {HTMLSelectElement} */ (event.target).value));
  });
  byId("opacity", HTMLInputElement).addEventListener("input", (event) => {
    changed.opacity(Number(/** @type {HTMLInputElement} */ (event.target).value));
  });
  initCompare();
}

/**
 * @param {Result} result
 * @param {ColourMap} colours
 * @param {number} opacity
 */
export function showResult(result, colours, opacity) {
  current = result;
  section.hidden = false;
  byId("result-label", HTMLElement).textContent = [result.recalled ? "recalled" : "", result.ended, result.model, result.image]
    .filter(Boolean)
    .join(" · ");
  const [before, label, after] = aroundLabel(result.sentence, result.label);
  byId("result-sentence", HTMLElement).replaceChildren(before, label ? el("em", {}, label) : "", after);
  showNumbers(result);
  showCaveats(result);
  four.hidden = !result.pictures && !result.grid;
  byId("compare-title", HTMLElement).parentElement?.toggleAttribute("hidden", !result.pictures);
  if (result.pictures) showPictures(result.pictures, result);
  else if (result.grid) showGrid(result.grid);
  recolour(colours, opacity);
  for (const cross of crosses) cross.hidden = true;
  reading.textContent = "Point at a picture, or use the arrow keys on it, to read the mask.";
}

/** @param {Result} result */
function showNumbers(result) {
  const scores = result.scores;
  /** @type {[string, string, string][]} */
  const rows = [
    ["Score", `${score(scores.original)} → ${score(scores.deleted)}`, "before → after"],
    ["Area", percent(result.area), "of the picture is evidence"],
  ];
  if (scores.preserved !== undefined) rows.push(["Kept alone", score(scores.preserved), "score of the preserved picture"]);
  if ("normalised" in scores) rows.push(["Normalised", score(scores.normalised), "0 all gone, 1 untouched"]);
  rows.push(["Steps", `${result.iterations}`, `in ${duration(result.seconds)}, ${rate(result.iterations / result.seconds)}/s on the ${result.device.toUpperCase()}`]);
  byId("result-numbers", HTMLElement).replaceChildren(
    ...rows.map(([name, value, note]) => el("div", {}, el("dt", {}, name), el("dd", { class: "numbers" }, value), el("dd", { class: "fact-note" }, note))),
  );
}

/** @param {Result} result */
function showCaveats(result) {
  const caveats = [...result.warnings];
  if (result.pictures && spread(result.pictures.evidence) < FLAT) caveats.push("This map is nearly flat: no region stands out, so do not read a shape into it.");
  if (!result.report) caveats.push("The run ended before its proof could be computed, so there is no report of it; the score is the one last measured.");
  if (!result.pictures) caveats.push(`The pictures are not in a report. Open ${result.image} with ${result.model} and open the report again to see the mask on it.`);
  const place = byId("result-flat", HTMLElement);
  place.hidden = caveats.length === 0;
  place.textContent = caveats.join(" ");
}

/** @param {import("./types.js").Pictures} pictures @param {Result} result */
function showPictures({ width, height, original, deleted, preserved }, result) {
  paint(canvases.original, original, width, height);
  paint(canvases.deleted, deleted, width, height);
  paint(canvases.preserved, preserved, width, height);
  const name = shortLabel(result.label);
  notes.original.textContent = `${name} ${score(result.scores.original)}`;
  notes.heat.textContent = `${percent(result.area)} evidence`;
  notes.deleted.textContent = `${name} ${score(result.scores.deleted)}`;
  notes.preserved.textContent = result.scores.preserved === undefined ? "" : `${name} ${score(result.scores.preserved)}`;
  for (const kind of ["original", "deleted", "preserved"]) figureOf(kind).hidden = false;
}

/** The mask alone, from a report whose picture is not here. @param {import("./types.js").Report["mask"]} grid */
function showGrid(grid) {
  for (const kind of ["original", "deleted", "preserved"]) figureOf(kind).hidden = true;
  notes.heat.textContent = `${grid.cols} × ${grid.rows}`;
}

/** @param {string} kind @returns {HTMLElement} */
function figureOf(kind) {
  return /** @type {HTMLElement} */ (four.querySelector(`[data-kind=${kind}]`));
}

/** The heat map in other colours; nothing is computed anew. @param {ColourMap} colours @param {number} opacity */
export function recolour(colours, opacity) {
  byId("colours", HTMLSelectElement).value = colours;
  byId("opacity", HTMLInputElement).value = String(opacity);
  drawLegend(byId("legend", HTMLCanvasElement), colours);
  if (!current) return;
  const { pictures, grid } = current;
  if (pictures) {
    drawOverlay(canvases.heat, pictures, colours, opacity);
    setSides({ ...pictures, heat: canvases.heat });
  } else if (grid) {
    paint(canvases.heat, layer(evidenceOf(grid.values, current.keeps), colours, 1), grid.cols, grid.rows);
  }
}

/** @typedef {Pick<import("./types.js").Pictures, "width" | "height" | "original" | "evidence">} Shown */

/** @param {HTMLCanvasElement} canvas @param {Shown} pictures @param {ColourMap} colours @param {number} opacity */
export function drawOverlay(canvas, { width, height, original, evidence }, colours, opacity) {
  paint(canvas, original, width, height);
  const over = new OffscreenCanvas(width, height);
  over.getContext("2d")?.putImageData(new ImageData(layer(evidence, colours, opacity), width, height), 0, 0);
  context(canvas).drawImage(over, 0, 0);
}

/** @param {HTMLCanvasElement} canvas @param {ColourMap} colours */
export function drawLegend(canvas, colours) {
  const rgb = table(colours);
  const rgba = new Uint8ClampedArray(256 * 4).fill(255);
  for (let i = 0; i < 256; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  paint(canvas, rgba, 256, 1);
}

/** @param {PointerEvent} event @param {HTMLCanvasElement} canvas */
function point(event, canvas) {
  const box = canvas.getBoundingClientRect();
  read(((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height);
}

/** @param {KeyboardEvent} event */
function key(event) {
  const step = event.shiftKey ? 10 : 1;
  const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  if (!move) return;
  event.preventDefault();
  read(at.x + move[0], at.y + move[1]);
}

/** Reads the mask at a pixel and shows the spot on all pictures. @param {number} x @param {number} y */
function read(x, y) {
  const shape = current?.pictures ?? (current?.grid && { width: current.grid.cols, height: current.grid.rows, mask: current.grid.values });
  if (!current || !shape) return;
  at.x = Math.floor(Math.min(shape.width - 1, Math.max(0, x)));
  at.y = Math.floor(Math.min(shape.height - 1, Math.max(0, y)));
  const value = shape.mask[at.y * shape.width + at.x];
  reading.textContent = `x ${at.x}, y ${at.y}: mask ${value.toFixed(2)}, evidence ${(current.keeps ? value : 1 - value).toFixed(2)}`;
  for (const cross of crosses) {
    cross.hidden = false;
    cross.style.left = `${((at.x + 0.5) / shape.width) * 100}%`;
    cross.style.top = `${((at.y + 0.5) / shape.height) * 100}%`;
  }
}

// -------- Two pictures on one spot, divided by a slider

const box = byId("two-up", HTMLDivElement);
const left = byId("compare-left", HTMLCanvasElement);
const right = byId("compare-right", HTMLCanvasElement);
const split = byId("compare-split", HTMLInputElement);
const choice = byId("compare-with", HTMLSelectElement);

/** @typedef {{width: number, height: number, original: Uint8Array, deleted: Uint8Array, preserved: Uint8Array, heat: HTMLCanvasElement}} Sides */

/** @type {Sides | null} */
let sides = null;

export function initCompare() {
  split.addEventListener("input", move);
  choice.addEventListener("change", draw);
  // The slider is the control; dragging on the picture is the same slider.
  const follow = (/** @type {PointerEvent} */ event) => {
    if (event.type !== "pointerdown" && event.buttons === 0) return;
    const { left: x, width } = box.getBoundingClientRect();
    split.value = String(Math.round(((event.clientX - x) / width) * 100));
    move();
  };
  box.addEventListener("pointerdown", follow);
  box.addEventListener("pointermove", follow);
  move();
}

/** @param {Sides} next */
export function setSides(next) {
  sides = next;
  draw();
}

/** Draws the chosen right side again, e.g. after the colours changed. */
export function draw() {
  if (!sides) return;
  const { width, height } = sides;
  paint(left, sides.original, width, height);
  if (choice.value === "heat") {
    right.width = width;
    right.height = height;
    right.getContext("2d")?.drawImage(sides.heat, 0, 0);
  } else paint(right, choice.value === "preserved" ? sides.preserved : sides.deleted, width, height);
  right.setAttribute("aria-label", `Right: ${choice.selectedOptions[0]?.textContent ?? ""}`);
}

function move() {
  box.style.setProperty("--split", `${split.value}%`);
  split.setAttribute("aria-valuetext", `${split.value} % original`);
}
