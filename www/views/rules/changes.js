/** Changes that the answer should survive: a curve for each kind, read with a slider, and the changed picture. */
import { presentReport, aboutPicture, study, studyOf } from "../../app/studies.js";
import { share, strengthWords } from "../../core/trials.js";
import { changeChart } from "./change-chart.js";
import { el, paint, save, within } from "../../parts/dom.js";
import { drawTask } from "../../parts/exhibit.js";
import { spoken } from "../../parts/spoken.js";
import { StudyBar } from "../../parts/study-bar.js";
import { svgFile } from "../../parts/svg-file.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").ChangeCurve} Curve */
/** @typedef {import("../../types.js").InvarianceTest} Found */

/** Side of a picture before it is drawn. */
const BLANK = 64;

export class Changes {
  #root;
  #context;
  #bar;
  #csv = el("button", { type: "button", id: "changes-csv", hidden: true }, "curves.csv");
  #svg = el("button", { type: "button", id: "changes-svg", hidden: true }, "curves.svg");
  /** The cards by kind of change, and the curve that each shows. @type {Map<string, {card: HTMLElement, of: Curve}>} */
  #cards = new Map();
  #about = "";

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    this.#bar = new StudyBar(context, "changes-test", "Try the changes", () => this.run());
    within(root, "changes-sentence", HTMLElement).before(this.#bar.element);
    within(root, "changes-curves", HTMLElement).after(el("div", { class: "row" }, this.#csv, this.#svg));
    this.#svg.addEventListener("click", () => this.#saveSvg());
    this.#csv.addEventListener("click", () => this.#save());
  }

  get #study() {
    return studyOf(this.#context.store.now, "invariance", aboutPicture(this.#context.store.now));
  }

  /** Whether the result is known already. @returns {boolean} */
  get known() {
    return this.#study !== undefined;
  }

  run() {
    const { now } = this.#context.store;
    return study(this.#context, "invariance", { report: presentReport(now) }, aboutPicture(now));
  }

  update() {
    const mine = this.#study;
    this.#bar.show(mine);
    /** @type {Found | null} */
    const found = mine?.found?.curves.length ? mine.found : null;
    const sentence = within(this.#root, "changes-sentence", HTMLElement);
    sentence.hidden = !found;
    this.#csv.hidden = this.#svg.hidden = !found;
    const about = `${mine?.about} ${mine?.task}`;
    if (!found || about !== this.#about) this.#clear(about);
    if (!found) return;
    sentence.textContent = found.sentence;
    for (const curve of found.curves) this.#show(found, curve);
    this.#sort(found);
  }

  /** @param {string} about */
  #clear(about) {
    this.#about = about;
    this.#cards.clear();
    within(this.#root, "changes-curves", HTMLElement).replaceChildren();
  }

  /** Several workers do not find the curves in order. @param {Found} found */
  #sort({ curves }) {
    const place = within(this.#root, "changes-curves", HTMLElement);
    const at = (/** @type {string} */ kind) => curves.findIndex((curve) => curve.kind === kind);
    const entries = [...this.#cards].sort(([a], [b]) => at(a) - at(b));
    const cards = entries.map(([, { card }]) => card);
    if (cards.every((card, index) => place.children[index] === card)) return;
    this.#cards = new Map(entries);
    place.replaceChildren(...cards);
  }

  /** @param {Found} found @param {Curve} curve */
  #show(found, curve) {
    if (this.#cards.has(curve.kind)) return;
    const card = this.#cardOf(found, curve);
    this.#cards.set(curve.kind, { card, of: curve });
    within(this.#root, "changes-curves", HTMLElement).append(card);
  }

  /** @param {Found} found @param {Curve} curve @returns {HTMLElement} */
  #cardOf({ label }, curve) {
    const { kind, title, unit, points, words } = curve;
    const chart = changeChart(curve, label);
    const range = el("input", { type: "range", min: "0", max: String(points.length - 1), step: "1" });
    range.setAttribute("aria-label", `Strength of ${title}`);
    const reading = el("p", { class: "numbers hint" });
    const canvas = el("canvas", { width: String(BLANK), height: String(BLANK), role: "img" });
    let asked = 0;
    const read = async (/** @type {boolean} */ see) => {
      const { strength, score, kept } = points[range.valueAsNumber];
      const said = `${strengthWords(strength, unit)}: ${share(score)} ${label}, the answer ${kept ? "stays" : "changes"}`;
      reading.textContent = said;
      range.setAttribute("aria-valuetext", said);
      chart.mark(range.valueAsNumber);
      canvas.setAttribute("aria-label", `The picture under ${title}, ${strengthWords(strength, unit)}`);
      const mine = ++asked;
      if (see) await this.#see(canvas, `${kind}:${strength}`, () => mine === asked);
    };
    range.value = String(points.findIndex((point) => point.strength === 0));
    range.addEventListener("input", () => void read(true));
    void read(false);
    this.#seeOriginal(canvas);
    const picture = el("div", { class: "frame" }, canvas);
    const head = el("h3", {}, headOf(title));
    const body = el("div", { class: "card-body" }, picture, chart.element);
    return el(
      "article",
      { class: "card", "data-kind": kind },
      head,
      body,
      range,
      reading,
      el("p", { class: "hint" }, words),
    );
  }

  /** @param {HTMLCanvasElement} canvas @param {string} id @param {() => boolean} still whether it is still wanted */
  async #see(canvas, id, still) {
    const fresh = el("canvas");
    const { task = 0 } = this.#study ?? {};
    if (!(await drawTask(this.#context, fresh, task, id)) || !still()) return;
    Object.assign(canvas, { width: fresh.width, height: fresh.height });
    canvas.getContext("2d")?.drawImage(fresh, 0, 0);
  }

  /** @param {HTMLCanvasElement} canvas */
  #seeOriginal(canvas) {
    const { seen } = this.#context.store.now;
    if (seen) paint(canvas, seen.original, seen.width, seen.height);
  }

  async #saveSvg() {
    const cards = [...this.#cards.values()];
    const charts = cards.flatMap(({ card }) => card.querySelector("svg") ?? []);
    save("curves.svg", svgFile(charts, await spoken(cards.map(({ of }) => headOf(of.title)))));
  }

  #save() {
    /** @type {Found} */
    const found = this.#study?.found;
    const rows = found.curves.flatMap(({ kind, points }) =>
      points.map(({ strength, score, kept, variation }) => [kind, strength, score, kept, variation].join()),
    );
    save(
      "curves.csv",
      new Blob([["kind,strength,score,kept,variation", ...rows, ""].join("\n")], { type: "text/csv" }),
    );
  }
}

/** @param {string} title of a kind of change @returns {string} the heading of its card and chart */
function headOf(title) {
  return `${title[0].toUpperCase()}${title.slice(1)}`;
}
