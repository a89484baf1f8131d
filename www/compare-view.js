/** The panel that runs methods one after another on the same picture and class, and shows them as small multiples. */
import { cells, rowsOf, sorted, spreadOf, tally, toJson } from "./compare.js";
import { byId, click, context, el, fail, save, say } from "./dom.js";
import { boot, client, handle } from "./engine.js";
import { EngineError } from "./engine-client.js";
import { optionOf } from "./panels.js";
import { drawLegend, drawOverlay } from "./result-view.js";
import { fileName, fromReport } from "./result.js";
import { show } from "./results.js";
import { app, colours, labelOf, targetIndex } from "./session.js";

/** @typedef {import("./compare.js").Row} Row */

/** What is chosen at first: learned and attributing methods that take seconds. */
const USUAL = ["meaningful", "fast", "gradient", "integrated", "gradcam", "occlusion"];
/** A second press on Stop ends the worker, but not one that is part of the first. */
const PATIENCE_MS = 1500;

const body = byId("compare-body", HTMLDivElement);
const methods = byId("compare-methods", HTMLDivElement);
const start = byId("compare-start", HTMLButtonElement);
const stop = byId("compare-stop", HTMLButtonElement);
const order = byId("compare-order", HTMLSelectElement);
const seeds = byId("compare-seeds", HTMLInputElement);
const state = byId("compare-state", HTMLParagraphElement);
const legend = byId("compare-legend", HTMLCanvasElement);

/** @type {Row[]} */
let rows = [];
/** The tile of each row. @type {Map<Row, {item: HTMLLIElement, canvas: HTMLCanvasElement}>} */
const tiles = new Map();
/** What the rows are about, in words. */
let about = "";
/** What the model sees, from the first look on. @type {import("./result-view.js").Shown | null} */
let seen = null;
/** The true evidence, empty where nobody knows it. */
let truth = new Float32Array();
let running = false;
/** When Stop was pressed; 0 before. */
let stopped = 0;

/** Makes the panel ready, once. */
export function build() {
  if (methods.childElementCount) return;
  for (const { value, text, title } of byId("setting-method", HTMLSelectElement).options) {
    methods.append(el("label", { title }, el("input", { type: "checkbox", value, checked: USUAL.includes(value) }), text));
  }
  click("compare-all", () => {
    const all = chosen().length < boxes().length;
    for (const box of boxes()) box.checked = all;
  });
  click("compare-start", compare);
  click("compare-stop", cease);
  click("compare-png", savePicture);
  click("compare-json", () => saveAs("json", new Blob([toJson(ordered(), { tool: byId("version", HTMLElement).textContent })])));
  order.addEventListener("change", arrange);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && running && cease());
  document.addEventListener("colours", () => (rows.forEach(draw), arrange()));
}

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...methods.querySelectorAll("input")];
}

/** @returns {string[]} */
function chosen() {
  return boxes().filter((box) => box.checked).map((box) => box.value);
}

/** @returns {Row[]} */
function ordered() {
  return sorted(rows, order.value);
}

// -------- The comparison

async function compare() {
  const index = targetIndex();
  if (!app.model || !app.photo || index === undefined) return fail("Open a picture and a model first.");
  if (!chosen().length) return fail("Choose at least one method to compare.");
  if (!seeds.reportValidity()) return undefined;
  running = true;
  const { model, photo } = app;
  rows = rowsOf(chosen(), app.state.seed, seeds.valueAsNumber);
  about = [labelOf(index), app.photo.info.name, app.model.info.name, app.device?.kind.toUpperCase()].join(" · ");
  [seen, stopped] = [null, 0];
  tiles.clear();
  rows.forEach(draw);
  showRunning(true);
  truth = await client.call("truth", { index }).catch((error) => (handle(error), new Float32Array()));
  for (const row of rows) {
    if (stopped) break;
    row.state = "running";
    draw(row);
    const goesOn = await run(row, index, [model.info.sha256, photo.info.sha256]);
    draw(row);
    arrange();
    if (!goesOn) break;
  }
  running = false;
  for (const row of rows.filter(({ state: how }) => how === "waiting")) Object.assign(row, { state: "stopped", why: "not run" });
  rows.forEach(draw);
  showRunning(false);
  say(tally(rows));
  body.dataset.compared = String(Number(body.dataset.compared ?? 0) + 1);
}

/** One method to its end. @param {Row} row @param {number} index @param {string[]} on model and picture @returns {Promise<boolean>} whether the next may follow */
async function run(row, index, on) {
  app.listener = { loading: () => tell(row, "…"), tick: (tick) => watch(row, tick) };
  try {
    /** @type {import("./types.js").Finished} */
    const { last, report, verdict, end } = await client.call("run", { settings: { method: row.method, seed: row.seed, target: { index } }, judged: true });
    const proof = JSON.parse(report ?? "null");
    // Another model or picture may have come between two runs.
    if (!last || !verdict || [proof.model.sha256, proof.image.sha256].join() !== on.join()) throw new EngineError({ kind: "superseded", message: "" });
    Object.assign(row, { state: "done", verdict, result: { ...fromReport(proof, report ?? ""), pictures: last.pictures, curves: last.curves } });
    return end === "done";
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
  if (stopped && performance.now() - stopped > PATIENCE_MS) void boot(app.gpuLost || undefined);
  stopped ||= performance.now();
  client.call("cancel").catch(() => {});
}

// -------- What is seen of it

/** @param {boolean} runs */
function showRunning(runs) {
  start.disabled = runs;
  stop.hidden = !runs;
  byId("compare-after", HTMLDivElement).hidden = false;
  arrange();
}

/** @param {Row} row @returns {string} */
function titleOf({ method, seed }) {
  const several = rows.some((row) => row.method === method && row.seed !== seed);
  return `${optionOf(method).text}${several ? `, seed ${seed}` : ""}`;
}

/** @param {Row} row @param {string} words */
function tell(row, words) {
  state.textContent = `${about}: ${tally(rows)}; ${titleOf(row)} ${words}`;
}

/** @param {Row} row @param {import("./types.js").Tick} tick */
function watch(row, { progress, pictures }) {
  if (!seen) {
    seen = pictures;
    arrange();
  }
  tell(row, `${progress.iteration} of ${progress.total}`);
  const tile = tiles.get(row);
  if (tile) drawOverlay(tile.canvas, pictures, colours(), app.state.opacity);
}

/** The tile of a row, but for its scores, which depend on the others. @param {Row} row */
function draw(row) {
  const name = titleOf(row);
  const { item, canvas } = tiles.get(row) ?? { item: el("li", { "data-method": row.method }), canvas: el("canvas", { width: "1", height: "1", role: "img" }) };
  tiles.set(row, { item, canvas });
  item.dataset.state = row.state;
  const { result } = row;
  if (result?.pictures) drawOverlay(canvas, result.pictures, colours(), app.state.opacity);
  canvas.setAttribute("aria-label", result ? `Heat map by ${name}` : `${name}: no map`);
  const frame = result ? el("button", { type: "button", class: "frame" }, canvas) : el("div", { class: "frame" }, canvas);
  if (result) {
    frame.addEventListener("click", () => {
      show(result);
      byId("result", HTMLElement).scrollIntoView({ behavior: "smooth" });
    });
  }
  item.replaceChildren(frame, el("h3", {}, name), el("p", { class: row.state === "refused" ? "caveat" : "hint" }, row.why), el("dl", { class: "numbers" }));
}

/** Puts the tiles in order, with the best of each score marked. */
function arrange() {
  if (!running) state.textContent = rows.length ? `${about}: ${tally(rows)}.` : "";
  drawLegend(legend, colours());
  const first = references().map(({ title, canvas }) => el("li", {}, el("div", { class: "frame" }, canvas), el("h3", {}, title)));
  const items = ordered().flatMap((row) => {
    const item = tiles.get(row)?.item ?? el("li");
    const numbers = cells(row, rows).map(({ name, text, top }) => el("div", {}, el("dt", {}, name), el("dd", {}, top ? el("strong", {}, text, el("span", { class: "unseen" }, ", the best")) : text)));
    item.querySelector("dl")?.replaceChildren(...numbers);
    return item;
  });
  byId("tiles", HTMLUListElement).replaceChildren(...first, ...items);
}

/** What the maps are to be read against, and what those of several seeds come to. @returns {{title: string, canvas: HTMLCanvasElement}[]} */
function references() {
  if (!seen) return [];
  const nothing = new Float32Array(seen.evidence.length);
  /** @type {{title: string, evidence: Float32Array, opacity: number}[]} */
  const maps = [{ title: "What the model sees", evidence: nothing, opacity: 0 }];
  const add = (/** @type {string} */ title, /** @type {Float32Array} */ evidence) => maps.push({ title, evidence, opacity: app.state.opacity });
  if (truth.length) add("True evidence", truth);
  for (const method of new Set(rows.map((row) => row.method))) {
    const found = rows.flatMap(({ method: its, result }) => (its === method && result?.pictures ? [result.pictures.evidence] : []));
    if (found.length < 2) continue;
    spreadOf(found).forEach((map, at) => add(`${optionOf(method).text}, ${at ? "deviation" : "mean"} of ${found.length} seeds`, map));
  }
  return maps.map(({ title, evidence, opacity }) => {
    const canvas = el("canvas", { role: "img", "aria-label": title });
    if (seen) drawOverlay(canvas, { ...seen, evidence }, colours(), opacity);
    return { title, canvas };
  });
}

// -------- Out of the page

/** @param {string} kind @param {Blob | null} blob */
function saveAs(kind, blob) {
  const result = rows.find((row) => row.result)?.result;
  if (blob) save(result ? fileName(result, `comparison.${kind}`) : `comparison.${kind}`, blob);
}

function savePicture() {
  const maps = ordered().map((row) => ({ title: titleOf(row), canvas: tiles.get(row)?.canvas, why: row.why, lines: cells(row, rows) }));
  sheet([...references().map((reference) => ({ ...reference, why: "", lines: [] })), ...maps]).toBlob((blob) => saveAs("png", blob));
}

/** Pixels of a map on the picture, between two, and of a line. */
const MAP = 224;
const GAP = 20;
const LINE = 18;

/**
 * The comparison as one picture: every map with its scores, and the colour scale they share.
 *
 * @param {{title: string, canvas?: HTMLCanvasElement, why: string, lines: {name: string, text: string, top: boolean}[]}[]} maps
 * @returns {HTMLCanvasElement}
 */
function sheet(maps) {
  const columns = Math.min(5, Math.max(2, maps.length));
  const tall = MAP + 7 * LINE + GAP;
  const height = 3 * GAP + tall * Math.ceil(maps.length / columns) + 2 * LINE;
  const canvas = el("canvas", { width: String(GAP + columns * (MAP + GAP)), height: String(height) });
  const to = context(canvas);
  to.fillStyle = "#fff";
  to.fillRect(0, 0, canvas.width, height);
  /** @param {string} text @param {number} x @param {number} y @param {{bold?: boolean, right?: boolean, most?: number}} [how] */
  const write = (text, x, y, { bold = false, right = false, most } = {}) => {
    to.font = `${bold ? 600 : 400} 13px system-ui, sans-serif`;
    to.fillStyle = "#1d1c1a";
    to.textAlign = right ? "right" : "left";
    to.fillText(text, x, y, most);
  };
  write(`${about}: all maps on one colour scale`, GAP, 1.25 * GAP, { most: canvas.width - 2 * GAP });
  maps.forEach(({ title, canvas: map, why, lines }, at) => {
    const [x, y] = [GAP + (at % columns) * (MAP + GAP), 2 * GAP + tall * Math.floor(at / columns)];
    to.fillStyle = "#cfcfcf";
    to.fillRect(x, y, MAP, MAP);
    if (map) to.drawImage(map, x, y, MAP, MAP);
    const below = (/** @type {number} */ n) => y + MAP + (n + 1) * LINE;
    write(title, x, below(0), { bold: true });
    // Lines of about as many letters as a map is wide.
    why.match(/.{1,36}(\s|$)/g)?.slice(0, 6).forEach((words, n) => write(words, x, below(n + 1), { most: MAP }));
    lines.forEach(({ name, text, top }, n) => {
      write(name, x, below(n + 1));
      write(text, x + MAP, below(n + 1), { bold: top, right: true });
    });
  });
  to.drawImage(legend, GAP, height - GAP - 28, MAP, 12);
  write("0 no evidence", GAP, height - GAP);
  write("1 evidence", GAP + MAP, height - GAP, { right: true });
  return canvas;
}
