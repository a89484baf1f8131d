/** The panel that runs methods one after another on the same picture and class, and shows them as small multiples. */
import { best, cell, METRICS, rowsOf, sorted, tally, toJson } from "./compare.js";
import { drawSheet } from "./compare-sheet.js";
import { byId, el, fail, note, paint, save, say } from "./dom.js";
import { boot, client, handle } from "./engine.js";
import { EngineError } from "./engine-client.js";
import { drawLegend, drawOverlay } from "./result-view.js";
import { fileName, fromReport } from "./result.js";
import { show } from "./results.js";
import { app, colours, labelOf, targetIndex } from "./session.js";
import { PRESETS } from "./state.js";

/** @typedef {import("./compare.js").Row} Row */

/** What is chosen at first: learned and attributing methods that take seconds. */
const USUAL = ["meaningful", "fast", "gradient", "integrated", "gradcam", "occlusion"];
/** A second press on Stop ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;

const body = byId("compare-body", HTMLDivElement);
const methods = el("div", { class: "methods", role: "group", "aria-label": "Methods to compare" });
const start = el("button", { type: "button", class: "primary", id: "compare-start" }, "Compare");
const stop = el("button", { type: "button", id: "compare-stop", hidden: true }, "Stop");
const order = el("select", { id: "compare-order" }, el("option", { value: "" }, "as chosen"), ...Object.entries(METRICS).map(([id, { long }]) => el("option", { value: id }, long)));
const state = el("p", { class: "hint", id: "compare-state" });
const tiles = el("ul", { class: "tiles", id: "tiles" });
const legend = el("canvas", { width: "256", height: "1", role: "img", "aria-label": "One colour scale for all, from 0, no evidence, to 1, all evidence" });
const picture = el("button", { type: "button", id: "compare-png" }, "comparison.png");
const json = el("button", { type: "button", id: "compare-json" }, "comparison.json");
const after = el(
  "div",
  { class: "compare-tools", hidden: true },
  el("label", { for: "compare-order" }, "Sort by ", order),
  el("div", { class: "legend" }, legend, el("div", { class: "legend-numbers numbers", "aria-hidden": "true" }, el("span", {}, "0 no evidence"), el("span", {}, "1 evidence"))),
  el("div", { class: "row" }, picture, json),
);

const explained = el(
  "p",
  { class: "hint", hidden: true },
  "90 % gone: the smallest box around the brightest part of the map that takes away 90 % of the score when it is blurred, in pixels of what the model sees. Insertion and deletion: the area under the score’s curve while pixels are shown, or taken away, in the map’s order. Overlap: intersection over union with the true evidence, at the best threshold. Time: with what a GPU prepares on a method’s first run. Select a map to see its result in full.",
);

/** @type {Row[]} */
let rows = [];
/** What the rows are about, in words. */
let about = "";
/** What the model sees, from the first look on. @type {import("./result-view.js").Shown | null} */
let seen = null;
/** The true evidence, empty where nobody knows it. */
let truth = new Float32Array();
/** When Stop was pressed; 0 before. */
let stopped = 0;
/** @type {object | null} The comparison that runs. */
let running = null;
/** Of all that is random in a comparison. */
let seed = 0;
/** The tile of each row. @type {Map<Row, {item: HTMLLIElement, canvas: HTMLCanvasElement}>} */
const made = new Map();

/** Builds the panel, once. */
export function build() {
  if (body.childElementCount) return;
  for (const [id, { name, note: hint }] of Object.entries(PRESETS)) {
    const box = el("input", { type: "checkbox", value: id, checked: USUAL.includes(id) });
    methods.append(el("label", { title: hint }, box, ` ${name}`));
  }
  const all = el("button", { type: "button", class: "plain" }, "All");
  const none = el("button", { type: "button", class: "plain" }, "None");
  for (const [button, checked] of /** @type {const} */ ([[all, true], [none, false]])) {
    button.addEventListener("click", () => boxes().forEach((box) => (box.checked = checked)));
  }
  body.append(
    methods,
    el("div", { class: "row" }, start, stop, all, none),
    el("p", { class: "hint" }, "Each method runs with its own preset on the class alone. All are judged alike, by blurring."),
    state,
    after,
    tiles,
    explained,
  );
  start.addEventListener("click", () => void compare());
  stop.addEventListener("click", cease);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running) cease();
  });
  order.addEventListener("change", arrange);
  document.addEventListener("colours", () => [...made.keys()].forEach(draw));
  document.addEventListener("colours", arrange);
  picture.addEventListener("click", () => void savePicture());
  json.addEventListener("click", () => save(named("comparison.json"), new Blob([toJson(sorted(rows, order.value), { tool: byId("version", HTMLElement).textContent ?? "", seed })], { type: "application/json" })));
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...methods.querySelectorAll("input")];
}

// -------- The comparison

/** @returns {string} what a comparison is about: another picture, model or class makes it another */
function subject() {
  return JSON.stringify([app.model?.info.sha256, app.model?.info.profile, app.photo?.info.sha256, targetIndex(), app.device?.kind]);
}

async function compare() {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
  const index = targetIndex();
  if (!app.model || !app.photo || index === undefined) return fail("There is nothing to compare methods on yet: open a picture and a model first.");
  if (!chosen.length) return fail("Choose at least one method to compare.");
  const mine = (running = {});
  const same = subject();
  rows = rowsOf(chosen);
  about = [labelOf(index), app.photo.info.name, app.model.info.name, app.device?.kind.toUpperCase()].join(" · ");
  [seen, truth, stopped, seed] = [null, new Float32Array(), 0, app.state.seed];
  begin();
  truth = await client.call("truth", { index }).catch((error) => (handle(error), truth));
  for (const row of rows) {
    if (running !== mine || stopped || subject() !== same) break;
    row.state = "running";
    draw(row);
    if (!(await run(row, index))) break;
    draw(row);
    arrange();
  }
  if (running === mine) end();
}

/** One method to its end. @param {Row} row @param {number} index @returns {Promise<boolean>} whether the next may follow */
async function run(row, index) {
  const words = { start: "starting", proof: "checking", judge: "judging" };
  app.listener = { loading: ({ stage }) => stage in words && tell(row, words[/** @type {keyof typeof words} */ (stage)]), tick: (tick) => watch(row, tick) };
  try {
    /** @type {import("./types.js").Finished} */
    const { last, started, report, verdict, end: how } = await client.call("run", { settings: { method: row.method, seed, target: { index } }, judged: true });
    if (last && report && verdict) {
      const result = fromReport(JSON.parse(report), report);
      Object.assign(row, { state: "done", verdict, result: { ...result, total: last.progress.total, pictures: last.pictures, curves: last.curves, warnings: started.warnings } });
      return true;
    }
    Object.assign(row, { state: "stopped", why: last ? `stopped at ${last.progress.iteration} of ${last.progress.total}` : "stopped" });
    return how === "done";
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const over = ["ended", "superseded", "panic", "device"].includes(error.kind);
    Object.assign(row, over ? { state: "stopped", why: "stopped" } : { state: "refused", why: error.message });
    if (over) handle(error);
    return !over;
  } finally {
    app.listener = null;
  }
}

/** Asks once; asked again after a while, ends the worker. */
function cease() {
  const now = performance.now();
  if (!stopped) {
    stopped = now;
    client.call("cancel").catch(() => {});
    say("Stopping.");
  } else if (now - stopped > PATIENCE_MS) {
    note("The engine did not answer and was started again; what was compared is kept.");
    void boot(app.gpuLost || undefined);
  }
}

function begin() {
  made.clear();
  tiles.replaceChildren();
  start.disabled = true;
  stop.hidden = false;
  after.hidden = explained.hidden = false;
  drawLegend(legend, colours());
  for (const row of rows) draw(row);
  arrange();
}

function end() {
  running = null;
  start.disabled = false;
  stop.hidden = true;
  for (const row of rows.filter(({ state: how }) => how === "waiting" || how === "running")) Object.assign(row, { state: "stopped", why: "not run" });
  for (const row of rows) draw(row);
  arrange();
  say(tally(rows));
  body.dataset.compared = String(Number(body.dataset.compared ?? 0) + 1);
}

// -------- What is seen of it

/** @param {Row} row @param {string} words */
function tell(row, words) {
  state.textContent = `${about}. ${tally(rows)}; ${PRESETS[row.method].name}: ${words}…`;
}

/** @param {Row} row @param {import("./types.js").Tick} tick */
function watch(row, { progress, pictures }) {
  if (!seen) {
    seen = pictures;
    arrange();
  }
  tell(row, `${progress.iteration} of ${progress.total}`);
  const tile = made.get(row);
  if (tile) drawOverlay(tile.canvas, pictures, colours(), app.state.opacity);
}

/** @param {Row} row */
function draw(row) {
  const { name } = PRESETS[row.method];
  const canvas = made.get(row)?.canvas ?? el("canvas", { width: "1", height: "1" });
  const pictures = row.result?.pictures;
  if (pictures) drawOverlay(canvas, pictures, colours(), app.state.opacity);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", pictures ? `Heat map by ${name}` : `${name}: no map yet`);
  const frame = pictures ? el("button", { type: "button", class: "frame", title: "Show this result in full" }, canvas) : el("div", { class: "frame" }, canvas);
  frame.addEventListener("click", () => {
    if (!row.result) return;
    show(row.result);
    byId("result", HTMLElement).scrollIntoView({ block: "start", behavior: "smooth" });
  });
  const item = made.get(row)?.item ?? el("li", { "data-method": row.method });
  item.dataset.state = row.state;
  item.replaceChildren(frame, el("h3", {}, name), row.why ? el("p", { class: row.state === "refused" ? "caveat" : "hint" }, row.why) : "", numbers(row));
  made.set(row, { item, canvas });
}

/** What there is to say of a row, and whether it is the best so far. @param {Row} row @returns {{name: string, text: string, top: boolean}[]} */
function cells(row) {
  return Object.entries(METRICS).flatMap(([id, { name, value }]) => {
    const text = cell(row, id);
    return text === null ? [] : [{ name, text, top: value(row) !== null && value(row) === best(rows, id) }];
  });
}

/** @param {Row} row @returns {HTMLDListElement} */
function numbers(row) {
  const list = el("dl", { class: "numbers" });
  for (const { name, text, top } of cells(row)) {
    list.append(el("div", {}, el("dt", {}, name), el("dd", {}, top ? el("strong", {}, text, el("span", { class: "unseen" }, ", the best")) : text)));
  }
  return list;
}

/** Puts the tiles in order, with the best of each score marked. */
function arrange() {
  if (!running) state.textContent = rows.length ? `${about}. ${tally(rows)}.` : "";
  drawLegend(legend, colours());
  const first = references().map(({ title, canvas }) => el("li", {}, el("div", { class: "frame" }, canvas), el("h3", {}, title)));
  const ordered = sorted(rows, order.value);
  for (const row of ordered) made.get(row)?.item.querySelector("dl")?.replaceWith(numbers(row));
  tiles.replaceChildren(...first, ...ordered.map((row) => made.get(row)?.item ?? ""));
}

/** What the maps are to be read against. @returns {{title: string, canvas: HTMLCanvasElement}[]} */
function references() {
  if (!seen) return [];
  const named = (/** @type {string} */ title) => ({ title, canvas: el("canvas", { role: "img", "aria-label": title }) });
  const [whole, known] = [named("What the model sees"), named("True evidence")];
  paint(whole.canvas, seen.original, seen.width, seen.height);
  if (!truth.length) return [whole];
  drawOverlay(known.canvas, { ...seen, evidence: truth }, colours(), app.state.opacity);
  return [whole, known];
}

// -------- Out of the page

/** @param {string} kind @returns {string} */
function named(kind) {
  const result = rows.find((row) => row.result)?.result;
  return result ? fileName(result, kind) : kind;
}

async function savePicture() {
  const ordered = sorted(rows, order.value);
  const maps = [
    ...references().map((reference) => ({ ...reference, lines: [], why: "" })),
    ...ordered.map((row) => ({
      title: PRESETS[row.method].name,
      lines: cells(row),
      why: row.why,
      canvas: row.result ? made.get(row)?.canvas : undefined,
    })),
  ];
  const sheet = drawSheet(maps, `${about}. All maps on one colour scale.`, legend);
  const blob = await new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  if (blob) save(named("comparison.png"), /** @type {Blob} */ (blob));
}
