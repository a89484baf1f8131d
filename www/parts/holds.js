/** "Does it hold?": the test of a result as a rule, which begins after every explanation. */
import { presentReport, study, studyOf } from "../app/studies.js";
import { ruleFigures, trialItems, trialNote } from "../core/trials.js";
import { click, fromMarkup, within } from "./dom.js";
import { Exhibit } from "./exhibit.js";
import { figure } from "./figure.js";
import { StudyBar } from "./study-bar.js";

/** @typedef {import("../types.js").Context} Context */

const MARKUP = `
  <section id="holds" class="holds" aria-labelledby="holds-title">
    <h3 id="holds-title">Does it hold?</h3>
    <p id="holds-sentence" hidden></p>
    <dl id="holds-figures" class="facts" hidden></dl>
    <div class="row" id="holds-more" hidden>
      <button id="holds-failed" type="button"></button>
      <button id="holds-rules" type="button" class="plain">All about this rule →</button>
    </div>
  </section>`;

export class Holds {
  #root;
  #context;
  #bar;
  #exhibit;
  /** The run for which workers were started. @type {import("../core/result.js").Running | null} */
  #prepared = null;
  /** Reports whose test began by itself, which happens once for each. @type {Set<string>} */
  #begun = new Set();

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    place.append(fromMarkup(MARKUP));
    this.#root = within(place, "holds", HTMLElement);
    this.#context = context;
    this.#bar = new StudyBar(context, "holds-test", "Test it on unseen deletions", () => this.#test());
    this.#root.append(this.#bar.element);
    this.#exhibit = new Exhibit(place, context);
    click(place, "holds-failed", () => this.#showFailures());
    click(place, "holds-rules", () => context.go("rules"));
  }

  /** @returns {string} the report under test; empty if its picture or model is not open */
  get #report() {
    return presentReport(this.#context.store.now) ?? "";
  }

  get #study() {
    return studyOf(this.#context.store.now, "deletion", this.#context.store.now.shown?.report ?? "");
  }

  #test() {
    return study(this.#context, "deletion", { report: this.#report }, this.#report);
  }

  /** @param {import("../app/store.js").Names} names what is new */
  update(names) {
    if (names.has("shown") || names.has("job")) this.#beginByItself();
    if (names.has("run")) this.#prepare();
    const mine = ["shown", "studies", "job", "run", "model", "picture", "booted"];
    if (mine.some((name) => names.has(/** @type {any} */ (name)))) this.#show();
  }

  /** The test follows an explanation, so the workers that share it start during the explanation. */
  #prepare() {
    const { run, state } = this.#context.store.now;
    if (!run || run === this.#prepared || state.tour) return;
    this.#prepared = run;
    import("../app/sharing.js").then(({ prepare }) => prepare(this.#context)).catch(() => {});
  }

  /** Begins after an explanation, if no other job is running and no tour leads. */
  #beginByItself() {
    setTimeout(() => {
      const { now } = this.#context.store;
      if (!this.#root.isConnected || now.job || now.run || now.recalled || now.state.tour) return;
      const report = this.#report;
      if (!report || this.#study || this.#begun.has(report)) return;
      this.#begun.add(report);
      void this.#test();
    });
  }

  #show() {
    const root = this.#root;
    const study = this.#study;
    /** @type {import("../types.js").RuleTest | null} */
    const found = study?.found?.trials.length ? study.found : null;
    // An explanation is not interrupted by its own test, which follows by itself.
    this.#bar.show(study, this.#report !== "" && !this.#context.store.now.run);
    this.#bar.element.hidden = study?.state === "done";
    within(root, "holds-sentence", HTMLElement).hidden = !found;
    within(root, "holds-figures", HTMLElement).hidden = !found;
    within(root, "holds-more", HTMLElement).hidden = !found;
    root.dataset.state = study?.state ?? "none";
    if (!found) return;
    within(root, "holds-sentence", HTMLElement).textContent = found.sentence;
    within(root, "holds-figures", HTMLElement).replaceChildren(...ruleFigures(found).map(figure));
    const failed = trialItems(found, { holds: false }).length;
    const button = within(root, "holds-failed", HTMLButtonElement);
    button.textContent = failed ? `See the ${failed} in which it failed` : "It failed in none";
    button.disabled = !failed || study?.state === "running";
  }

  #showFailures() {
    const study = this.#study;
    if (!study?.found) return;
    const note = trialNote(study.found, { failed: true });
    void this.#exhibit.show("Where it did not hold", note, study.task, trialItems(study.found, { holds: false }));
  }
}
