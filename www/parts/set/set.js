/** The set that was dropped on Explain: a table that is filled, and everything as a ZIP file. */
import { show } from "../../app/results.js";
import { isOpen } from "../../core/result.js";
import { leftByRegion } from "../../core/shown.js";
import { folderNames, setCsv, setWords } from "../../core/set-table.js";
import { percent, score, shortLabel } from "../../core/words.js";
import { zip } from "../../core/zip.js";
import { table } from "../bar.js";
import { click, el, fromMarkup, save, within } from "../dom.js";
import { gathered, isFolder, ofFiles, taken } from "../folder.js";
import { SetRun } from "./run.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../core/set-table.js").SetRow} SetRow */

const MARKUP = `
  <section id="set" class="set" aria-labelledby="set-heading" hidden>
    <h2 id="set-heading" tabindex="-1">A set of pictures</h2>
    <p class="hint">
      Each is explained for the model’s first answer to it, with the settings as they stand. Nothing leaves this device.
    </p>
    <div class="row">
      <button id="set-stop" type="button">Stop</button>
      <button id="set-on" type="button" hidden>Go on</button>
      <button id="set-zip" type="button">set.zip</button>
      <button id="set-csv" type="button">set.csv</button>
    </div>
    <progress id="set-bar" value="0" aria-label="Pictures explained"></progress>
    <p id="set-words" class="numbers"></p>
    <div id="set-table" class="scroll" tabindex="0" role="group" aria-labelledby="set-heading"></div>
  </section>`;

/** About pictures that were not explained because of another job or the user. */
const REST = " “Go on” explains those that were stopped.";

const STATES = { waiting: "waiting", running: "running…", done: "", refused: "refused", stopped: "stopped" };

export class ExplainSet {
  #root;
  #context;
  /** Addresses of the thumbnails, by their blobs. @type {Map<Blob, string>} */
  #addresses = new Map();

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    place.append(fromMarkup(MARKUP));
    this.#root = within(place, "set", HTMLElement);
    this.#context = context;
    this.#listenForFolders();
    click(place, "set-stop", () => context.jobs.cancel());
    click(place, "set-on", () => void this.#run?.run());
    click(place, "set-zip", () => this.#saveZip());
    click(place, "set-csv", () => save("set.csv", new Blob([setCsv(this.#rows)], { type: "text/csv" })));
  }

  /** The alternative to dropping, which is in the view. */
  #listenForFolders() {
    const folder = within(document, "set-folder", HTMLInputElement);
    click(document, "choose-set", () => folder.click());
    folder.addEventListener("change", () => {
      const files = [...(folder.files ?? [])];
      folder.value = "";
      void this.#explain(files, []);
    });
  }

  /** @returns {SetRun | null} */
  get #run() {
    return this.#context.store.now.series;
  }

  get #rows() {
    return this.#run?.rows ?? [];
  }

  /**
   * Takes what was dropped, if it is a set.
   *
   * @param {File[]} files
   * @param {(FileSystemEntry | null)[]} entries
   * @returns {boolean}
   */
  take(files, entries) {
    const { pictures, more } = ofFiles(files);
    const many = files.length > 1 && pictures.length + more === files.length;
    const takes = many || entries.some(isFolder);
    if (takes) void this.#explain(files, entries);
    return takes;
  }

  /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries */
  async #explain(files, entries) {
    const { store, voice, jobs } = this.#context;
    const pictures = taken(await gathered(files, entries), voice);
    if (!pictures) return undefined;
    // A running set is ended by the next one.
    if (store.now.job && !store.now.job.ending) jobs.cancel();
    const run = new SetRun(this.#context, pictures);
    store.change({ series: run });
    within(this.#root, "set-heading", HTMLElement).focus();
    return run.run();
  }

  /** @param {import("../../app/store.js").Names} names what is new */
  update(names) {
    if (!(names.has("series") || names.has("model")) || !this.#run) return;
    const rows = this.#rows;
    const over = rows.filter(({ state }) => state !== "waiting" && state !== "running").length;
    this.#root.hidden = false;
    within(this.#root, "set-stop", HTMLElement).hidden = !this.#run.running;
    within(this.#root, "set-on", HTMLElement).hidden = !this.#run.canGoOn;
    this.#root.dataset.state = this.#run.running ? "running" : "over";
    Object.assign(within(this.#root, "set-bar", HTMLProgressElement), { max: rows.length, value: over });
    within(this.#root, "set-words", HTMLElement).textContent = `${setWords(rows)}.${this.#run.canGoOn ? REST : ""}`;
    for (const id of ["set-zip", "set-csv"])
      within(this.#root, id, HTMLButtonElement).disabled = !rows.some(({ state }) => state === "done");
    const heads = ["Picture", "Map", "Answer", "Score", "Evidence"];
    const body = rows.map((row) => this.#row(row));
    within(this.#root, "set-table", HTMLElement).replaceChildren(table("The pictures of the set", heads, body));
  }

  /** @param {SetRow} row @returns {(Node | string)[]} */
  #row(row) {
    const { name, result, maps, state, why } = row;
    if (!result || !maps) {
      const words = el("span", { class: why ? "caveat" : "hint" }, [STATES[state], why].filter(Boolean).join(": "));
      return [name, "", words, "", ""];
    }
    const open = el("button", { type: "button", class: "plain" }, name);
    open.addEventListener("click", () => void this.#open(row));
    const image = el("img", { src: this.#address(maps.heatmap), alt: `Heat map of ${name}`, width: "56", height: "56" });
    const scores = el("span", { class: "numbers" }, `${score(result.scores.original)} → ${score(leftByRegion(result))}`);
    return [open, image, shortLabel(result.label), scores, el("span", { class: "numbers" }, percent(result.area))];
  }

  /** @param {Blob} blob @returns {string} */
  #address(blob) {
    const address = this.#addresses.get(blob) ?? URL.createObjectURL(blob);
    this.#addresses.set(blob, address);
    return address;
  }

  /** Opens a picture of the set with its result. @param {SetRow} row */
  async #open({ name, file, result }) {
    const { opening, store, reveal } = this.#context;
    if (!result?.report) return;
    await opening.picture({ name, blob: file });
    // Another model may have been opened since: it would frame the picture, and blur it, in its own way.
    const same = isOpen(result, store.now);
    const { pictures } = same ? await this.#context.call("importReport", { text: result.report }) : { pictures: null };
    store.change({ worn: pictures });
    const whole = { ...result, pictures };
    store.now.recall.keep(whole);
    show(store, whole, true);
    reveal();
  }

  // -------- Saving

  async #saveZip() {
    const done = this.#rows.filter(({ state }) => state === "done");
    const folders = folderNames(done.map(({ name }) => name));
    const text = (/** @type {string} */ words) => new TextEncoder().encode(words);
    const files = [{ name: "set.csv", bytes: text(setCsv(this.#rows)) }];
    for (const [at, { maps, result }] of done.entries()) {
      const add = (/** @type {string} */ name, /** @type {Uint8Array<ArrayBuffer>} */ bytes) =>
        files.push({ name: `${folders[at]}/${name}`, bytes });
      add("report.json", text(result?.report ?? ""));
      for (const [kind, blob] of Object.entries(maps ?? {}))
        add(`${kind}.png`, new Uint8Array(await blob.arrayBuffer()));
    }
    save("set.zip", zip(files));
  }
}
