/** Adversarial: a picture beside its attacked version. It studies attacks. */
import { builtin } from "../../app/facts.js";
import { aboutPicture, beginsByItself, study, studyOf } from "../../app/studies.js";
import { SIZES } from "../../core/attacks.js";
import { fileStem } from "../../core/shown.js";
import { click, el, fromMarkup, save, within } from "../../parts/dom.js";
import { Exhibit } from "../../parts/exhibit.js";
import { mounting } from "../../parts/mounting.js";
import { StudyBar } from "../../parts/study-bar.js";
import { Subject } from "../../parts/subject.js";
import { attackWords } from "./bench.js";
import { Detection } from "./detection.js";
import { MARKUP } from "./markup.js";
import { Pictures } from "./pictures.js";
import { Recovery } from "./recovery.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */
/** @typedef {import("../../types.js").DuelTold} Told */

export const id = "adversarial";
export const title = "Adversarial";

/** Number of clean pictures of the built-in world on which the detectors are calibrated, and of those for all edits. */
const CALIBRATION = { calibrate: 100, calibrate_wide: 20 };

/** The controls whose values are restored when the view is opened again. */
const CHOICES = ["attack-kind", "attack-eps", "gain", "recipe", "threshold", "sigma"];
/** @type {Record<string, string>} */
let chosen = {};

/** Changes that may affect the view. @type {(keyof import("../../app/store.js").Knowledge)[]} */
const MINE = ["studies", "job", "picture", "model", "answers", "booted", "busy", "state"];

class View {
  #root;
  #context;
  #subject;
  #bar;
  #parts;
  #pictures;
  #begun = false;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#root = root;
    this.#context = context;
    const place = el("div");
    root.append(fromMarkup(MARKUP), place);
    this.#keepChoices();
    const exhibit = new Exhibit(place, context);
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "The model’s answer");
    this.#bar = new StudyBar(context, "attack", "Attack", () => this.#attack());
    within(root, "attack-sentence", HTMLElement).before(this.#bar.element);
    this.#pictures = new Pictures(root, context);
    this.#parts = [this.#pictures, new Recovery(root, context, exhibit), new Detection(root)];
    this.#listen();
  }

  /** The size comes after the kind, which sets its range. A change of one control may also change another. */
  #keepChoices() {
    const control = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement | HTMLSelectElement} */ (this.#root.querySelector(`#${name}`));
    for (const name of CHOICES.filter((each) => each in chosen)) {
      control(name).value = chosen[name];
      if (name === "attack-kind") this.#takeUsual();
    }
    const note = () => void (chosen = Object.fromEntries(CHOICES.map((name) => [name, control(name).value])));
    for (const form of this.#root.querySelectorAll("section.rule")) form.addEventListener("change", note);
  }

  #listen() {
    const root = this.#root;
    const eps = within(root, "attack-eps", HTMLInputElement);
    eps.addEventListener("input", () => this.#showSize());
    // Another size is another attack, if there has been one.
    eps.addEventListener("change", () => void (this.#study && this.#attack()));
    within(root, "attack-kind", HTMLSelectElement).addEventListener("change", () => this.#takeUsual());
    for (const control of ["recipe", "gain"])
      within(root, control, HTMLSelectElement).addEventListener("change", () => this.#showAll());
    click(root, "attacked-png", async () => this.#saveAs("attacked.png", await this.#png()));
    click(root, "attacked-profile", () => this.#saveProfile());
    click(root, "attack-json", () =>
      this.#saveAs("attack.json", new Blob([JSON.stringify(this.#study?.found, null, 1)])),
    );
    click(root, "attacked-open", () => this.#open());
    this.#showSize();
  }

  get #study() {
    return studyOf(this.#context.store.now, "attack", aboutPicture(this.#context.store.now));
  }

  get #kind() {
    return within(this.#root, "attack-kind", HTMLSelectElement).value;
  }

  async #attack() {
    const { store, voice } = this.#context;
    const { now } = store;
    const eps = within(this.#root, "attack-eps", HTMLInputElement).valueAsNumber;
    const calibration = builtin(now) === null ? {} : CALIBRATION;
    const about = aboutPicture(now);
    const { found, state } = await study(this.#context, "attack", { attack: this.#kind, eps, ...calibration }, about);
    if (found?.attack && state === "done") voice.say(attackWords(found));
  }

  #takeUsual() {
    const eps = within(this.#root, "attack-eps", HTMLInputElement);
    const { usual, most } = SIZES[this.#kind];
    eps.max = String(most);
    eps.value = String(usual);
    this.#showSize();
  }

  #showSize() {
    const eps = within(this.#root, "attack-eps", HTMLInputElement);
    const words = `${eps.value}${SIZES[this.#kind].unit}`;
    within(this.#root, "attack-eps-note", HTMLOutputElement).value = words;
    eps.setAttribute("aria-valuetext", words);
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    if (MINE.some((name) => names.has(name))) this.#showAll();
    if (this.#begun || !beginsByItself(this.#context.store.now)) return;
    this.#begun = true;
    if (!this.#study) void this.#attack();
  }

  #showAll() {
    const study = this.#study;
    this.#bar.show(study);
    /** @type {Told | null} */
    const told = study?.found?.attack ? study.found : null;
    for (const part of ["attack-sentence", "attack-export", "attack-note", "attack-gain"])
      within(this.#root, part, HTMLElement).hidden = !told;
    within(this.#root, "attack-sentence", HTMLElement).textContent = told ? attackWords(told) : "";
    for (const part of this.#parts) part.show(told, study?.task ?? 0);
  }

  // -------- Saving

  /** @param {string} kind @param {Blob | null} blob */
  #saveAs(kind, blob) {
    const name = this.#context.store.now.picture?.info.name ?? "picture";
    if (blob) save(`${fileStem(name)}_${kind}`, blob);
  }

  /** @returns {Promise<Blob | null>} the attacked picture, exact to the last bit */
  async #png() {
    const canvas = await this.#pictures.attacked();
    return canvas && new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  #saveProfile() {
    const { model } = this.#context.store.now;
    if (!model) return;
    const profile = { ...model.info.profile, resize: model.info.profile.size, labels: model.labels };
    this.#saveAs("profile.json", new Blob([JSON.stringify(profile, null, 1)], { type: "application/json" }));
  }

  async #open() {
    const { opening, store } = this.#context;
    const blob = await this.#png();
    const name = `${fileStem(store.now.picture?.info.name ?? "picture")}_attacked.png`;
    if (blob) opening.picture({ name, blob });
  }
}

export const { mount, unmount, onEvent } = mounting(View);
