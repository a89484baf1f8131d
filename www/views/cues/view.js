/** Cues: what the model leans on, found without labels and confirmed on unseen pictures. */
import { builtin } from "../../app/facts.js";
import { beginsByItself, study, studyOf } from "../../app/studies.js";
import { signed } from "../../core/trials.js";
import { number, whisker } from "../../parts/bar.js";
import { click, el, fromMarkup, save, within } from "../../parts/dom.js";
import { Exhibit, drawTask } from "../../parts/exhibit.js";
import { keepChoices } from "../../parts/kept-choices.js";
import { showLeft } from "../../parts/left.js";
import { mounting } from "../../parts/mounting.js";
import { SetChoice } from "../../parts/set-choice.js";
import { StudyBar } from "../../parts/study-bar.js";
import { Subject } from "../../parts/subject.js";
import { MARKUP } from "./markup.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */
/** @typedef {import("../../types.js").CuesTold} Told */
/** @typedef {import("../../types.js").ToldCue} ToldCue */
/** @typedef {import("../../types.js").CueTrial} Trial */

export const id = "cues";
export const title = "Cues";

/** A method that is fast enough to show the first cues soon. */
const USUAL = "gradcam";

/** Changes that may affect the view. @type {(keyof import("../../app/store.js").Knowledge)[]} */
const MINE = ["studies", "job", "model", "answers", "booted", "busy", "set", "ownSet"];

class View {
  #root;
  #context;
  #subject;
  #bar;
  #set;
  #exhibit;
  #restore;
  #begun = false;
  /** What has been drawn, so that it is drawn only once. */
  #drawn = "";

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    const place = el("div");
    root.append(fromMarkup(MARKUP), place);
    this.#exhibit = new Exhibit(place, context);
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "An answer to explain");
    this.#bar = new StudyBar(context, "cues-search", "Search for cues", () => this.#run());
    within(root, "cues-sentence", HTMLElement).before(this.#bar.element);
    this.#set = new SetChoice(root, context);
    this.#restore = keepChoices(/** @type {HTMLElement} */ (root.firstElementChild), id);
    this.#restore();
    click(root, "cues-json", () => save("cues.json", new Blob([JSON.stringify(this.#study?.found, null, 1)])));
  }

  get #study() {
    return studyOf(this.#context.store.now, "cues", this.#set.about);
  }

  /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries @returns {boolean} whether they are a set */
  take(files, entries) {
    return this.#set.take(files, entries);
  }

  #run() {
    const count = within(this.#root, "cues-count", HTMLInputElement);
    if (!count.reportValidity()) return undefined;
    const pictures = count.valueAsNumber;
    const method = within(this.#root, "cues-method", HTMLSelectElement).value;
    const files = this.#set.files?.slice(0, pictures);
    const settings = { method, pictures, beside_cues: this.#set.radio("beside").checked, files };
    return study(this.#context, "cues", settings, this.#set.about);
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    if (names.has("registry")) this.#showMethods();
    if (MINE.some((name) => names.has(name))) this.#show();
    const { now } = this.#context.store;
    if (this.#begun || !beginsByItself(now)) return;
    this.#begun = true;
    if (this.#study) return;
    // The model with a hidden bias shows it in pictures that have its cues.
    if (builtin(now)?.includes("biased")) this.#set.radio("beside").checked = true;
    void this.#run();
  }

  #showMethods() {
    const { registry } = this.#context.store.now;
    const options = (registry?.methods ?? []).map(({ name, title: words }) =>
      el("option", { value: name, selected: name === USUAL }, words),
    );
    within(this.#root, "cues-method", HTMLSelectElement).replaceChildren(...options);
    this.#restore();
  }

  #show() {
    this.#set.show();
    this.#bar.show(this.#study, this.#set.possible);
    if (!this.#set.possible) this.#bar.say(SetChoice.WHY);
    /** @type {Told | null} */
    const told = this.#study?.found ?? null;
    const sentence = within(this.#root, "cues-sentence", HTMLElement);
    sentence.hidden = !told;
    within(this.#root, "cues-export", HTMLElement).hidden = !told;
    sentence.textContent = told?.sentence ?? "";
    const lines = (told?.everywhere ?? []).map((line) => el("li", {}, line));
    within(this.#root, "cues-everywhere", HTMLElement).replaceChildren(...lines);
    showLeft(within(this.#root, "cues-left", HTMLDetailsElement), this.#study?.found);
    this.#showCues(told?.cues ?? [], this.#study?.task ?? 0);
  }

  /** @param {ToldCue[]} cues @param {number} task */
  #showCues(cues, task) {
    const look = JSON.stringify([task, cues.map(({ sentence, cue }) => [sentence, cue.confirmed, cue.exemplars])]);
    if (look === this.#drawn) return;
    this.#drawn = look;
    const items = cues.map((cue, at) => this.#item(cue, at, task));
    within(this.#root, "cues-list", HTMLElement).replaceChildren(...items);
  }

  /** @param {ToldCue} told @param {number} at @param {number} task @returns {HTMLElement} */
  #item({ label, sentence, wrongly_learned: wrong, cue }, at, task) {
    const running = this.#study?.state === "running";
    const verdict = cue.confirmed ? "confirmed" : running && !cue.necessity.n ? "to be tested" : "not confirmed";
    const head = el("h3", {}, `${label}: `, el("span", { class: cue.confirmed ? "good" : "hint" }, verdict));
    if (wrong) head.append(el("span", { class: "caveat" }, " wrongly learned"));
    const crops = cue.exemplars.map((_, exemplar) => {
      const canvas = el("canvas", { width: "48", height: "48", role: "img" });
      canvas.setAttribute("aria-label", `Exemplar ${exemplar + 1} of a cue of ${label}`);
      void drawTask(this.#context, canvas, task, `crop:${at}:${exemplar}`);
      return el("div", { class: "frame" }, canvas);
    });
    const effect = (
      /** @type {string} */ name,
      /** @type {import("../../types.js").Effect} */ { n, changed, control, interval },
      /** @type {boolean} */ pasted,
    ) => {
      const beyond = n ? (changed ?? 0) - (control ?? 0) : null;
      const open = () => this.#open(label, cue, at, task, pasted);
      const shown = number(beyond === null ? "–" : `${signed(beyond)} of ${n}`, `pictures of this cue, ${name}`, open);
      return el("span", { class: "effect" }, `${name} `, whisker(beyond, interval), shown);
    };
    const figures = el("div", { class: "cue-figures figures" }, effect("Necessity", cue.necessity, false));
    figures.append(effect("Sufficiency", cue.sufficiency, true));
    const said = el("p", { class: "hint" }, sentence);
    return el(
      "li",
      { "data-confirmed": String(cue.confirmed) },
      head,
      el("div", { class: "crops" }, ...crops),
      figures,
      said,
    );
  }

  /**
   * The trials of a number. Those in which the cue and its control differ come first.
   *
   * @param {string} label
   * @param {ToldCue["cue"]} cue
   * @param {number} at
   * @param {number} task
   * @param {boolean} pasted
   */
  #open(label, cue, at, task, pasted) {
    const apart = (/** @type {Trial} */ { changed, control }) => Number(changed !== control);
    const trials = cue.trials
      .filter(({ donor }) => (donor !== null) === pasted)
      .sort((a, b) => apart(b) - apart(a));
    const items = trials.flatMap(({ picture, changed, control, number }) => [
      { title: `Picture ${picture}`, why: flipped(changed, pasted, false), id: `trial:${at}:${number}:0` },
      { title: `Picture ${picture}, control`, why: flipped(control, pasted, true), id: `trial:${at}:${number}:1` },
    ]);
    const done = pasted ? "The cue is pasted into pictures with other answers" : "The cue alone is deleted";
    const note = `${done}; each beside its control. None of these pictures was used to find it.`;
    return this.#exhibit.show(`A cue of ${label}`, note, task, items);
  }
}

export const { mount, unmount, onEvent, take } = mounting(View);

/** @param {boolean} flips @param {boolean} pasted @param {boolean} control @returns {string} the effect of an edit */
function flipped(flips, pasted, control) {
  const edit = control ? "the control" : pasted ? "the cue pasted" : "the cue deleted";
  if (pasted) return `With ${edit} it ${flips ? "is" : "is not"} called so.`;
  return `With ${edit} the answer ${flips ? "fell" : "stayed"}.`;
}
