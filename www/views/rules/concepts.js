/** Concept rules: what the model relies on, tested on the built-in world. */
import { builtin } from "../../app/facts.js";
import { aboutModel, study, studyOf } from "../../app/studies.js";
import { share, signed } from "../../core/trials.js";
import { number, table, whisker } from "../../parts/bar.js";
import { el, within } from "../../parts/dom.js";
import { StudyBar } from "../../parts/study-bar.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../types.js").ConceptTest} Found */
/** @typedef {import("../../types.js").ConceptRule} Rule */
/** @typedef {"deleted" | "pasted"} How */

/** @type {Record<string, string>} */
const VERDICTS = { "relies-on": "relies on", "goes-with": "goes with", unconfirmed: "not confirmed" };

export class Concepts {
  #root;
  #context;
  #exhibit;
  #bar;

  /** @param {HTMLElement} root @param {Context} context @param {import("../../parts/exhibit.js").Exhibit} exhibit */
  constructor(root, context, exhibit) {
    this.#root = root;
    this.#context = context;
    this.#exhibit = exhibit;
    this.#bar = new StudyBar(context, "concepts-test", "Search for rules", () => this.#run());
    within(root, "concepts-sentence", HTMLElement).before(this.#bar.element);
  }

  get #study() {
    return studyOf(this.#context.store.now, "concept", aboutModel(this.#context.store.now));
  }

  #run() {
    const count = within(this.#root, "concepts-count", HTMLInputElement);
    if (!count.reportValidity()) return undefined;
    const settings = { pictures: count.valueAsNumber };
    return study(this.#context, "concept", settings, aboutModel(this.#context.store.now));
  }

  update() {
    const { now } = this.#context.store;
    const known = builtin(now) !== null;
    this.#bar.show(this.#study, known);
    if (!known) this.#bar.say("This needs a model of the built-in world: choose one above.");
    /** @type {Found | null} */
    const told = this.#study?.found ?? null;
    const found = told && told.screened !== null ? told : null;
    within(this.#root, "concepts-sentence", HTMLElement).hidden = !found;
    within(this.#root, "concepts-table", HTMLElement).hidden = !found?.rules.length;
    if (found) this.#show(found);
  }

  /** @param {Found} found */
  #show(found) {
    within(this.#root, "concepts-sentence", HTMLElement).textContent = found.sentence;
    const rows = found.rules.map((rule, at) => this.#row(found, rule, at));
    const heads = ["The model says", "when it sees", "Verdict", "Necessity", "Sufficiency", "p"];
    const rules = table("Concept rules, strongest association first", heads, rows);
    const key = el(
      "p",
      { class: "hint" },
      "Points are answers flipped less the control’s, with their interval; strokes are the ",
    );
    key.append("exact effect, known by drawing the picture again. A number opens its pictures.");
    within(this.#root, "concepts-table", HTMLElement).replaceChildren(rules, key);
  }

  /** @param {Found} found @param {Rule} rule @param {number} at */
  #row(found, rule, at) {
    const { concept, verdict, p } = rule;
    const foreign = verdict === "relies-on" && !concept.own ? el("span", { class: "caveat" }, " wrongly learned") : "";
    const state = el("span", { class: `verdict ${verdict}` }, VERDICTS[verdict], foreign);
    const cell = (/** @type {How} */ how) => this.#effect(found, rule, at, how);
    return [
      found.classes[at],
      el("span", { "data-word": true }, concept.name),
      state,
      cell("deleted"),
      cell("pasted"),
      p < 0.001 ? "< 0.001" : p.toFixed(3),
    ];
  }

  /** @param {Found} found @param {Rule} rule @param {number} at @param {How} how */
  #effect(found, rule, at, how) {
    const effect = how === "deleted" ? rule.necessity : rule.sufficiency;
    if (!effect.n) return el("span", { class: "hint" }, "not tried");
    const beyond = (effect.changed ?? 0) - (effect.control ?? 0);
    const text = `${signed(beyond)} of ${effect.n}`;
    const open = () => this.#open(found, rule, at, how);
    const shown = number(text, `pictures with ${rule.concept.name} ${how}`, open);
    return el("span", { class: "effect" }, whisker(beyond, effect.interval, effect.exact), shown);
  }

  /** @param {Found} found @param {Rule} rule @param {number} at @param {How} how */
  #open(found, rule, at, how) {
    const [kind, { name }] = [found.classes[at], rule.concept];
    const effect = how === "deleted" ? rule.necessity : rule.sufficiency;
    const items = rule[how].map((flip, trial) => {
      const now = how === "deleted" ? `no ${kind} any more` : `a ${kind} now`;
      const before = how === "deleted" ? `still a ${kind}` : `no ${kind}`;
      const title = flip.changed ? now : before;
      return { title, why: flip.control ? "The control flips it, too." : "", id: `${how}:${at}:${trial}:0` };
    });
    const note = `The answer flips in ${share(effect.changed)}, under the control in ${share(effect.control)}.`;
    return this.#exhibit.show(`${name} ${how}: is it still a ${kind}?`, note, this.#study?.task ?? 0, items);
  }
}
