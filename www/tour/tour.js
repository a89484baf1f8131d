/** The tour: seven steps that say what this page is about. Each of them runs for real on the built-in world. */
import { builtin, sampleOf } from "../app/facts.js";
import { show } from "../app/results.js";
import { laterParts, style } from "../parts/style.js";
import { studyWords } from "../parts/study-bar.js";
import { Guide, Unfinished } from "./guide.js";
import { Panel } from "./panel.js";
import { STEPS } from "./steps.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/store.js").Names} Names */
/** @typedef {import("./outcomes.js").Outcome} Outcome */

/**
 * @typedef {object} Own
 * @property {import("../app/store.js").ModelSource} [model]
 * @property {import("../app/store.js").PictureSource} [picture]
 */

export class Tour {
  #context;
  #panel;
  /** The step that is shown; 0 if none is. */
  #step = 0;
  /** Counts the steps that were begun, so that an abandoned one can tell. */
  #turn = 0;
  #running = false;
  /** The user's own model and picture that were open before the tour. @type {Own | null} */
  #own = null;
  /** The outcomes of this visit, by step. @type {Map<number, Outcome>} */
  #outcomes = new Map();

  /** Opens the tour with its style. @param {HTMLElement} place @param {Context} context @returns {Promise<Tour>} */
  static async open(place, context) {
    await Promise.all([style("www/tour/tour.css"), laterParts()]);
    return new Tour(place, context);
  }

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    this.#context = context;
    this.#panel = new Panel(place, {
      open: (step) => this.#open(step),
      leave: () => this.#leave(),
      again: () => void this.#run(true),
      stop: () => context.jobs.cancel(),
      look: () => this.#look(),
    });
    place.addEventListener("keydown", ({ key }) => {
      // If a job is running, Escape stops that instead.
      if (key === "Escape" && !context.store.now.job) this.#leave();
    });
  }

  /** @param {Names} names what is new */
  update(names) {
    const { state } = this.#context.store.now;
    if (state.tour !== this.#step) this.#enter(state.tour);
    else if (this.#running && names.size) this.#panel.running(this.#progress());
  }

  /** Each step is an entry of the history, so that the browser's Back leads to the previous one. */
  #open(/** @type {number} */ step) {
    this.#context.visit({ tour: step });
  }

  #leave() {
    this.#context.store.changeState({ tour: 0 });
    document.getElementById("take-tour")?.focus();
  }

  /** @param {number} step */
  #enter(step) {
    const { jobs, store } = this.#context;
    if (!this.#step) this.#own = ownOf(store.now);
    if (this.#running && store.now.job && !store.now.job.ending) jobs.cancel();
    this.#step = step;
    this.#turn += 1;
    this.#running = false;
    document.body.toggleAttribute("data-tour", step > 0);
    this.#panel.show(step);
    if (step && document.activeElement?.id === "take-tour") this.#panel.focus();
    if (step) void this.#run(false);
    else void this.#giveBack();
  }

  /** Opens again what the user had open before the tour. */
  async #giveBack() {
    const { opening, voice } = this.#context;
    const { model, picture } = this.#own ?? {};
    this.#own = null;
    if (model) await opening.model(model);
    if (picture) await opening.picture(picture);
    const things = [picture ? "picture" : "", model ? "model" : ""].filter(Boolean);
    if (things.length) voice.note(`Your own ${things.join(" and your own ")} ${things[1] ? "are" : "is"} open again.`);
  }

  /** @param {boolean} again whether to run it although its outcome is known */
  async #run(again) {
    const { voice, handle } = this.#context;
    const [step, mine] = [this.#step, ++this.#turn];
    const guide = new Guide(this.#context, () => mine === this.#turn);
    this.#running = true;
    this.#panel.running({ words: "Getting ready…" });
    try {
      await guide.arrive(STEPS[step - 1], step);
      const outcome = (!again && this.#recalled(step)) || (await STEPS[step - 1].run(guide));
      this.#outcomes.set(step, outcome);
      this.#running = false;
      this.#panel.done(outcome);
      voice.say(outcome.words);
      this.#look();
    } catch (error) {
      if (mine !== this.#turn) return;
      this.#running = false;
      const why = error instanceof Unfinished ? error.message : "";
      this.#panel.unfinished(`${why} Run it again, or go on.`.trim());
      if (!why) handle(error);
    }
  }

  /** The outcome of an earlier step, with its result on the page again. @param {number} step */
  #recalled(step) {
    const outcome = this.#outcomes.get(step);
    const last = outcome?.maps.at(-1);
    if (last && STEPS[step - 1].after === "#result") show(this.#context.store, last.result, true);
    return outcome;
  }

  #look() {
    const { at, after = at, link } = STEPS[this.#step - 1];
    this.#context.go(new URLSearchParams(link).get("view") ?? "explain");
    new Guide(this.#context, () => true).look(document.querySelector(after) ? after : at);
  }

  /** The progress of the step. @returns {import("../app/store.js").ProgressLine} */
  #progress() {
    const { run, progress, studies, comparison, loading, job } = this.#context.store.now;
    if (run && progress) return progress;
    const study = [...studies.values()].find(({ state }) => state === "running");
    if (study) return { words: studyWords(study), value: study.progress?.iteration, max: study.progress?.total };
    if (job?.owner === "compare" && comparison?.rows.length) return compared(comparison.rows);
    return { words: loading || "Getting ready…" };
  }
}

/** @param {import("../app/store.js").Knowledge} now @returns {Own} */
function ownOf(now) {
  return {
    ...(builtin(now) === null && { model: now.modelSource }),
    ...(sampleOf(now) === null && { picture: now.pictureSource }),
  };
}

/** @param {{state: string}[]} rows @returns {import("../app/store.js").ProgressLine} the progress of a comparison */
function compared(rows) {
  const over = rows.filter(({ state }) => !["waiting", "running"].includes(state)).length;
  return { words: `${over} of ${rows.length} methods compared`, value: over, max: rows.length };
}
