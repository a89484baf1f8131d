/** Evaluate: methods judged on many pictures, of the built-in world or the user's own. */
import { methodTitle } from "../../app/facts.js";
import { beginsByItself, study, studyOf } from "../../app/studies.js";
import { click, el, fromMarkup, save, within } from "../../parts/dom.js";
import { Exhibit } from "../../parts/exhibit.js";
import { keepChoices } from "../../parts/kept-choices.js";
import { showLeft } from "../../parts/left.js";
import { mounting } from "../../parts/mounting.js";
import { SetChoice } from "../../parts/set-choice.js";
import { StudyBar } from "../../parts/study-bar.js";
import { Subject } from "../../parts/subject.js";
import { MEASURED, USUAL, toCsv } from "./figures.js";
import { MARKUP } from "./markup.js";
import { Table } from "./table.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */
/** @typedef {import("../../types.js").EvaluationTold} Told */

export const id = "evaluate";
export const title = "Evaluate";

/** Changes that may affect the view. @type {(keyof import("../../app/store.js").Knowledge)[]} */
const MINE = ["studies", "job", "model", "registry", "answers", "booted", "busy", "set", "ownSet", "state"];

class View {
  #root;
  #context;
  #subject;
  #bar;
  #set;
  #table;
  #restore;
  #begun = false;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    const place = el("div");
    root.append(fromMarkup(MARKUP), place);
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "An answer to explain");
    this.#bar = new StudyBar(context, "evaluate", "Evaluate", () => this.#run());
    within(root, "evaluate-sentence", HTMLElement).before(this.#bar.element);
    this.#table = new Table(within(root, "evaluate-table", HTMLElement), context, new Exhibit(place, context));
    this.#set = new SetChoice(root, context);
    const metrics = MEASURED.map(({ title: words, metrics: names, chosen }) => check(names.join(), words, chosen));
    within(root, "evaluate-metrics", HTMLElement).append(...metrics);
    this.#restore = keepChoices(/** @type {HTMLElement} */ (root.firstElementChild), id);
    this.#restore();
    this.#listen();
  }

  #listen() {
    click(this.#root, "evaluate-csv", () => this.#save("values.csv", toCsv));
    click(this.#root, "evaluate-json", () => this.#save("evaluation.json", (told) => JSON.stringify(told, null, 1)));
  }

  get #study() {
    return studyOf(this.#context.store.now, "evaluate", this.#set.about);
  }

  /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries @returns {boolean} whether they are a set */
  take(files, entries) {
    return this.#set.take(files, entries);
  }

  // -------- The run

  /** @param {string} group @returns {string[]} */
  #checked(group) {
    const boxes = within(this.#root, group, HTMLElement).querySelectorAll("input");
    return [...boxes].filter((box) => box.checked).map((box) => box.value);
  }

  #run() {
    const count = within(this.#root, "set-count", HTMLInputElement);
    const methods = this.#checked("evaluate-methods");
    if (!methods.length) return this.#context.voice.fail("Choose at least one method to judge.");
    if (!count.reportValidity()) return undefined;
    const metrics = this.#checked("evaluate-metrics").flatMap((names) => names.split(","));
    const controls = within(this.#root, "evaluate-controls", HTMLInputElement).checked;
    const settings = { methods, metrics, controls, pictures: count.valueAsNumber, files: this.#set.files };
    return study(this.#context, "evaluate", settings, this.#set.about);
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    if (names.has("registry")) this.#showMethods();
    if (MINE.some((name) => names.has(name))) this.#show();
    if (this.#begun || !beginsByItself(this.#context.store.now)) return;
    this.#begun = true;
    if (!this.#study) void this.#run();
  }

  #showMethods() {
    const { registry } = this.#context.store.now;
    const chosen = (registry?.methods ?? []).map(({ name, title: words }) => check(name, words, USUAL.includes(name)));
    within(this.#root, "evaluate-methods", HTMLElement).replaceChildren(...chosen);
    this.#restore();
  }

  #show() {
    const { now } = this.#context.store;
    this.#set.show();
    this.#bar.show(this.#study, this.#set.possible);
    if (!this.#set.possible) this.#bar.say(SetChoice.WHY);
    /** @type {Told | null} */
    const told = this.#study?.found?.summary.rows.length ? this.#study.found : null;
    for (const part of ["sentence", "table", "key", "export"])
      within(this.#root, `evaluate-${part}`, HTMLElement).hidden = !told;
    showLeft(within(this.#root, "evaluate-left", HTMLDetailsElement), this.#study?.found);
    if (!told) return;
    within(this.#root, "evaluate-sentence", HTMLElement).textContent = told.sentence;
    this.#table.show(told, this.#study?.task ?? 0, (name) => methodTitle(now, name));
  }

  /** @param {string} name @param {(told: Told) => string} write */
  #save(name, write) {
    if (this.#study?.found) save(name, new Blob([write(this.#study.found)]));
  }
}

export const { mount, unmount, onEvent, take } = mounting(View);

/** @param {string} value @param {string} words @param {boolean} checked @returns {HTMLLabelElement} */
function check(value, words, checked) {
  return el("label", {}, el("input", { type: "checkbox", value, checked }), ` ${words}`);
}
