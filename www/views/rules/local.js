/** The rule of the shown explanation: how well it holds for each family, and where it fails. */
import { explain } from "../../app/explain.js";
import { presentReport, study, studyOf } from "../../app/studies.js";
import { ruleFigures, share, trialItems, trialNote } from "../../core/trials.js";
import { bar, number, table } from "../../parts/bar.js";
import { within } from "../../parts/dom.js";
import { figure } from "../../parts/figure.js";
import { StudyBar } from "../../parts/study-bar.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").RuleTest} RuleTest */

export class LocalRule {
  #root;
  #context;
  #exhibit;
  #bar;

  /** @param {HTMLElement} root @param {Context} context @param {import("../../parts/exhibit.js").Exhibit} exhibit */
  constructor(root, context, exhibit) {
    this.#root = root;
    this.#context = context;
    this.#exhibit = exhibit;
    this.#bar = new StudyBar(context, "local-test", "Explain and test", () => this.run());
    within(root, "local-sentence", HTMLElement).before(this.#bar.element);
  }

  get #study() {
    const report = presentReport(this.#context.store.now);
    return report ? studyOf(this.#context.store.now, "deletion", report) : undefined;
  }

  /** Whether the result is known already. @returns {boolean} */
  get known() {
    return this.#study?.found !== null && this.#study?.found !== undefined;
  }

  /** Tests the shown explanation. If there is none, the answer is explained first. */
  async run() {
    const { store } = this.#context;
    if (!presentReport(store.now)) await explain(this.#context, () => {});
    const report = presentReport(store.now);
    if (report) await study(this.#context, "deletion", { report }, report);
  }

  update() {
    const { now } = this.#context.store;
    const explaining = now.run !== null && !this.#study;
    this.#bar.show(this.#study, !explaining);
    if (explaining) this.#bar.say(now.progress?.words ?? "");
    this.#bar.name(presentReport(now) ? "Test the explanation" : "Explain and test");
    /** @type {RuleTest | null} */
    const found = this.#study?.found?.trials.length ? this.#study.found : null;
    for (const part of ["sentence", "figures", "table"])
      within(this.#root, `local-${part}`, HTMLElement).hidden = !found;
    if (found) this.#show(found);
  }

  /** @param {RuleTest} found */
  #show(found) {
    within(this.#root, "local-sentence", HTMLElement).textContent = found.sentence;
    within(this.#root, "local-figures", HTMLElement).replaceChildren(...ruleFigures(found).map(figure));
    const rows = found.families.map((family) => {
      const failed = trialItems(found, { holds: false, family: family.family });
      const open = failed.length
        ? () => this.#open(`Failed: ${family.title}`, trialNote(found, { failed: true }), failed)
        : null;
      const controls = trialItems(found, { control: true, family: family.family });
      const label = `pictures of the control under ${family.title}`;
      return [
        family.title,
        bar(family.held, number(share(family.held), "", null)),
        number(
          share(family.control),
          label,
          controls.length
            ? () => this.#open(`Control: ${family.title}`, trialNote(found, { control: true }), controls)
            : null,
        ),
        number(`${failed.length} of ${family.trials}`, `pictures that failed under ${family.title}`, open),
      ];
    });
    const heads = ["Deleted by", "Held", "Control", "Failed"];
    within(this.#root, "local-table", HTMLElement).replaceChildren(
      table("The rule by family of deletion", heads, rows),
    );
  }

  /** @param {string} title @param {string} note @param {import("../../parts/exhibit.js").Item[]} items */
  #open(title, note, items) {
    return this.#exhibit.show(title, note, this.#study?.task ?? 0, items);
  }
}
