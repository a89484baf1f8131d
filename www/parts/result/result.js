/** The result: the sentence, its numbers, the pictures, and what is preserved and deleted. */
import { coloursOf } from "../../app/facts.js";
import { show } from "../../app/results.js";
import { maskPicture, spread } from "../../core/colours.js";
import { aroundLabel, fileName, leftByRegion, ofRegion, regionWords } from "../../core/shown.js";
import { duration, percent, rate, score, shortLabel } from "../../core/words.js";
import { click, el, fromMarkup, paint, save, within } from "../dom.js";
import { figure } from "../figure.js";
import { drawOverlay, legend } from "../heat-map.js";
import { Holds } from "../holds.js";
import { Closer } from "./closer.js";
import { takeFilms } from "./films.js";
import { Four } from "./four.js";
import { MARKUP } from "./markup.js";
import { Methods } from "./methods.js";
import { printedFacts } from "./printed.js";
import { Replay } from "./replay.js";
import { TwoUp } from "./two-up.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../types.js").Context} Context */

/** Below this spread a map says little, and the page says so. */
const FLAT = 0.05;

export class ResultView {
  #root;
  #context;
  #four;
  #twoUp;
  #holds;
  #closer;
  #replay;
  #methods;
  #legend = legend("Colour scale from 0, no evidence, to 1, all evidence", ["0 no evidence", "0.5", "1 evidence"]);
  /** The result that was drawn last, so that only changes are drawn. @type {Result | null} */
  #drawn = null;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    root.append(fromMarkup(MARKUP));
    this.#four = new Four(within(root, "four", HTMLDivElement), within(root, "reading", HTMLElement));
    this.#twoUp = new TwoUp(within(root, "side-by-side", HTMLElement));
    root.querySelector(".below-four")?.prepend(this.#legend.element);
    this.#holds = new Holds(within(root, "result-holds", HTMLElement), context);
    this.#closer = new Closer(within(root, "result-closer", HTMLElement), context);
    this.#replay = new Replay(within(root, "result-replay", HTMLElement), context);
    this.#methods = new Methods(within(root, "result-methods", HTMLElement), context);
    takeFilms(context.store);
    this.#listen();
  }

  #listen() {
    const root = this.#root;
    const { store } = this.#context;
    const [colours, opacity] = [within(root, "colours", HTMLSelectElement), within(root, "opacity", HTMLInputElement)];
    colours.addEventListener("change", () => store.changeState({ colours: colours.value }));
    opacity.addEventListener("input", () => store.changeState({ opacity: Number(opacity.value) }));
    within(root, "area", HTMLInputElement).addEventListener("input", ({ target }) => {
      this.#chooseRegion(/** @type {HTMLInputElement} */ (target).valueAsNumber);
    });
    click(root, "export-report", () => this.#saveReport());
    for (const button of this.#exports()) {
      button.addEventListener("click", () => void this.#savePicture(button.dataset.png ?? ""));
    }
  }

  /** @returns {NodeListOf<HTMLButtonElement>} */
  #exports() {
    return this.#root.querySelectorAll("[data-png]");
  }

  /** @param {import("../../app/store.js").Names} names what is new */
  update(names) {
    const { shown } = this.#context.store.now;
    if (names.has("shown") && shown) this.#show(shown);
    if (names.has("shown") || names.has("state")) this.#recolour();
    if (names.has("recall")) this.#showRuns();
    if (names.has("studies")) this.#methods.update();
    this.#holds.update(names);
  }

  /** @param {Result} result */
  #show(result) {
    const root = this.#root;
    const { recalled } = this.#context.store.now;
    const { pictures, report } = result;
    // If a result only gets its order, the pictures and the film stay as the user has left them.
    const grown = this.#drawn?.growing && this.#drawn.key === result.key;
    within(root, "result", HTMLElement).hidden = false;
    const about = [recalled ? "recalled" : "", result.ended, result.model, result.image];
    within(root, "result-label", HTMLElement).textContent = about.filter(Boolean).join(" · ");
    const [before, label, after] = aroundLabel(result.sentence, result.label);
    within(root, "result-sentence", HTMLElement).replaceChildren(before, label ? el("em", {}, label) : "", after);
    this.#showNumbers(result);
    this.#showCaveats(result);
    this.#showRegions(result);
    if (!grown) this.#four.show(result);
    this.#closer.show(result);
    if (!grown) this.#replay.show(result);
    this.#methods.show(result);
    const facts = printedFacts(report, this.#context.store.now.registry);
    within(root, "result-printed", HTMLElement).replaceChildren(...facts);
    within(root, "side-by-side", HTMLElement).hidden = !pictures;
    within(root, "export-report", HTMLButtonElement).disabled = report === null;
    for (const button of this.#exports()) button.disabled = pictures === null;
  }

  /** @param {Result} result */
  #showNumbers(result) {
    const { region, keeps, scores, seconds, orderSeconds, iterations } = result;
    /** @type {[string, string, string][]} */
    const rows = [];
    if (region) {
      const edit = `${percent(region.area)} of the picture, ${keeps ? "kept alone" : "deleted whole"}`;
      rows.push(["The region", `${score(scores.original)} → ${score(leftByRegion(result))}`, edit]);
    } else rows.push(["Evidence", percent(result.area), `of the picture; the score was ${score(scores.original)}`]);
    const { deleted, preserved, normalised } = scores;
    if (Number.isFinite(deleted)) rows.push(["Soft mask", score(deleted), "score of “Deleted” below"]);
    if (preserved !== undefined) rows.push(["Kept alone", score(preserved), "score of “Preserved” below"]);
    if (normalised !== undefined) rows.push(["Normalised", score(normalised), "by the soft mask: 0 all gone, 1 untouched"]);
    const order = orderSeconds ? `, and ${duration(orderSeconds)} for the order` : "";
    const pace = `in ${duration(seconds)}, ${rate(iterations / seconds)}/s on the ${result.device.toUpperCase()}${order}`;
    rows.push(["Steps", `${iterations}`, pace]);
    within(this.#root, "result-numbers", HTMLElement).replaceChildren(...rows.map(figure));
  }

  /** @param {Result} result */
  #showCaveats({ warnings, pictures, report, image, model }) {
    const flat = pictures && spread(pictures.evidence) < FLAT;
    const caveats = [
      ...warnings,
      flat ? "This map is nearly flat: no region stands out, so do not read a shape into it." : "",
      report
        ? ""
        : "The run ended before its proof could be computed, so there is no report of it; the score is the one last measured.",
      pictures
        ? ""
        : `The pictures are not in a report. Open ${image} with ${model} and open the report again to see the mask on it.`,
    ].filter(Boolean);
    const place = within(this.#root, "result-flat", HTMLElement);
    place.hidden = caveats.length === 0;
    place.textContent = caveats.join(" ");
  }

  #recolour() {
    const { now } = this.#context.store;
    const [colours, { opacity }] = [coloursOf(now), now.state];
    within(this.#root, "colours", HTMLSelectElement).value = colours;
    within(this.#root, "opacity", HTMLInputElement).value = String(opacity);
    const look = [now.shown, colours, opacity].join();
    if (this.#drawn === now.shown && this.#look === look) return;
    [this.#drawn, this.#look] = [now.shown, look];
    this.#legend.draw(colours);
    if (!now.shown) return;
    const heat = this.#four.recolour(colours, opacity);
    this.#closer.recolour();
    this.#replay.recolour();
    if (now.shown.pictures) this.#twoUp.show({ ...now.shown.pictures, heat });
  }

  #look = "";

  // -------- The regions of several areas, of which one is shown

  /** @param {Result} result */
  #showRegions({ regions, report }) {
    within(this.#root, "areas", HTMLDivElement).hidden = regions.length === 0;
    if (!regions.length) return;
    const shown = regions.findIndex((region) => region.report === report);
    const at = shown < 0 ? regions.findIndex((region) => region.chosen) : shown;
    const area = within(this.#root, "area", HTMLInputElement);
    const words = regionWords(regions, at);
    area.max = String(regions.length - 1);
    area.value = String(at);
    within(this.#root, "area-note", HTMLElement).textContent = words;
    area.setAttribute("aria-valuetext", words);
  }

  /** @param {number} at */
  #chooseRegion(at) {
    const { store } = this.#context;
    const { shown } = store.now;
    if (shown) store.change({ shown: ofRegion(shown, shown.regions[at]) });
  }

  // -------- The last runs, which can be shown again at once

  #showRuns() {
    const { recall, shown } = this.#context.store.now;
    const items = recall.results.map((result) => {
      const button = runButton(result, result.key === shown?.key);
      button.addEventListener("click", () => show(this.#context.store, result, true));
      return el("li", {}, button);
    });
    within(this.#root, "runs", HTMLUListElement).replaceChildren(...items);
  }

  // -------- Saving

  #saveReport() {
    const { shown } = this.#context.store.now;
    if (!shown?.report) return;
    save(fileName(shown, "report.json"), new Blob([shown.report], { type: "application/json" }));
  }

  /** @param {string} kind mask, heatmap, deleted or preserved */
  async #savePicture(kind) {
    const { now } = this.#context.store;
    const { shown } = now;
    if (!shown?.pictures) return;
    const { pictures } = shown;
    const { width, height, mask, deleted, preserved } = pictures;
    const canvas = el("canvas");
    if (kind === "heatmap") drawOverlay(canvas, pictures, coloursOf(now), now.state.opacity);
    else if (kind === "mask") paint(canvas, maskPicture(mask), width, height);
    else paint(canvas, kind === "preserved" ? preserved : deleted, width, height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob) save(fileName(shown, `${kind}.png`), /** @type {Blob} */ (blob));
  }
}

/** @param {Result} result @param {boolean} pressed @returns {HTMLButtonElement} */
function runButton(result, pressed) {
  const canvas = el("canvas", { "aria-hidden": "true" });
  if (result.pictures) drawOverlay(canvas, result.pictures, "viridis", 0.8);
  const ended = result.ended ? `, ${result.ended}` : "";
  const words = `${percent(result.area)}, ${score(result.scores.original)} → ${score(leftByRegion(result))}${ended}`;
  const name = el("strong", {}, shortLabel(result.label));
  const text = el("span", {}, name, el("span", { class: "numbers" }, words));
  return el("button", { type: "button", class: "past", "aria-pressed": String(pressed) }, canvas, text);
}
