/** Rules: explanations tested on what they were not learned on. */
import { beginsByItself } from "../../app/studies.js";
import { el, fromMarkup, within } from "../../parts/dom.js";
import { Exhibit } from "../../parts/exhibit.js";
import { mounting } from "../../parts/mounting.js";
import { Subject } from "../../parts/subject.js";
import { Changes } from "./changes.js";
import { Concepts } from "./concepts.js";
import { LocalRule } from "./local.js";
import { MARKUP } from "./markup.js";
import { Parts } from "./parts.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */

export const id = "rules";
export const title = "Rules";

/** Changes that may affect the view. @type {(keyof import("../../app/store.js").Knowledge)[]} */
const MINE = ["studies", "shown", "job", "run", "progress", "picture", "model", "answers", "booted", "busy", "seen"];

class View {
  #context;
  /** On the page while the view is open. */
  #place;
  #subject;
  #local;
  #changes;
  #sections;
  /** What has begun by itself is not begun again. */
  #begun = false;

  /** @param {HTMLElement} root @param {Context} context */
  constructor(root, context) {
    this.#context = context;
    this.#place = el("div");
    root.append(fromMarkup(MARKUP), this.#place);
    const exhibit = new Exhibit(this.#place, context);
    this.#subject = new Subject(within(root, "subject", HTMLElement), context, "An answer to explain");
    this.#local = new LocalRule(root, context, exhibit);
    this.#changes = new Changes(root, context);
    this.#sections = [this.#local, this.#changes, new Concepts(root, context, exhibit), new Parts(root, context)];
  }

  /** @param {Names} names what is new */
  update(names) {
    this.#subject.update(names);
    if (MINE.some((name) => names.has(name))) for (const section of this.#sections) section.update();
    if (!this.#begun && beginsByItself(this.#context.store.now)) void this.#begin();
  }

  /** On the built-in models the first tests take only seconds, so they begin without a press. */
  async #begin() {
    this.#begun = true;
    const { jobs } = this.#context;
    const { cancels } = jobs;
    if (!this.#local.known) await this.#local.run();
    if (this.#place.isConnected && jobs.cancels === cancels && !this.#changes.known) await this.#changes.run();
  }
}

export const { mount, unmount, onEvent } = mounting(View);
