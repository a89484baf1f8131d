/** `<vanish-explainer>`: a picture that shows, on the reader's own device, on what a classifier's answer depends. */
import { EngineError } from "../app/client.js";
import { waitingFor } from "../app/waiting.js";
import { Panel } from "./panel.js";
import { inTurn } from "./shared.js";

/** @typedef {import("./api.js").Explanation} Explanation */
/** @typedef {import("./api.js").Loading} Loading */
/** @typedef {import("./api.js").Report} Report */
/** @typedef {import("./api.js").Settings} Settings */
/** @typedef {import("./api.js").Tick} Tick */
/** @typedef {{gone: AbortController, stop: () => void}} Run how a run is abandoned, and how it is stopped */

/** Node has no elements, but may import this. @type {typeof HTMLElement} */
const Base = globalThis.HTMLElement ?? class {};

/** Properties that are also attributes. */
const PROPERTIES = ["src", "model", "target", "method"];

export class VanishExplainer extends Base {
  static observedAttributes = [...PROPERTIES, "alt", "when"];

  /** They may have been set before the element was defined. @type {Settings} */
  settings = /** @type {{settings?: Settings}} */ (this).settings ?? {};
  /** @type {Explanation | null} */
  explanation = null;
  /** @type {Run | null} */
  #run = null;
  /** @type {IntersectionObserver | null} */
  #watching = null;
  /** The attributes of the shown result. */
  #about = "";
  #panel = new Panel(this.attachShadow({ mode: "open" }), () => this.#pressed());

  connectedCallback() {
    this.#takeProperties();
    const same = this.#about === this.#attributes();
    if (!same || !(this.explanation || this.#run)) this.#renew();
  }

  /** An element that is moved is removed and inserted at once. Only one that stays out is abandoned. */
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#watching?.disconnect();
      this.#giveUp();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (before === now || !this.isConnected) return;
    if (name === "alt") this.#describe();
    else this.#renew();
  }

  // -------- Attributes

  /** A property that was set before the element was defined hides the accessor of the same name. */
  #takeProperties() {
    const self = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this));
    for (const name of PROPERTIES.filter((each) => Object.hasOwn(this, each))) {
      const value = self[name];
      delete self[name];
      self[name] = value;
    }
  }

  #attributes() {
    return JSON.stringify([...PROPERTIES, "when"].map((name) => this.getAttribute(name)));
  }

  /** Frameworks set a property to nothing where there is none. @param {string} name @param {unknown} value */
  #reflect(name, value) {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }

  get src() {
    return this.getAttribute("src") ?? "";
  }
  set src(value) {
    this.#reflect("src", value);
  }

  get model() {
    return this.getAttribute("model") ?? "critters";
  }
  set model(value) {
    this.#reflect("model", value);
  }

  get target() {
    return this.getAttribute("target") ?? "";
  }
  set target(value) {
    this.#reflect("target", value);
  }

  get method() {
    return this.getAttribute("method") ?? "";
  }
  set method(value) {
    this.#reflect("method", value);
  }

  // -------- Before a run

  /** Returns to the poster, because the shown result is about something else now. */
  #renew() {
    this.#giveUp();
    this.#clear();
    this.#describe();
    this.#watching?.disconnect();
    if (this.src && this.getAttribute("when") !== "asked") this.#explainOnceVisible();
  }

  #explainOnceVisible() {
    this.#watching = new IntersectionObserver((seen) => {
      // A failure is reported by `refused` and in words.
      if (seen.some(({ isIntersecting }) => isIntersecting)) this.explain().catch(() => {});
    });
    this.#watching.observe(this);
  }

  #describe() {
    this.#panel.describe(this.getAttribute("alt") ?? "", /^critter:/.test(this.src) ? "" : this.src);
    if (this.explanation) this.#panel.name(this.#words(this.explanation.report));
  }

  /** The picture and the finding, in words. @param {Report} report */
  #words({ sentence }) {
    const alt = this.getAttribute("alt");
    return alt ? `${alt}. ${sentence}` : sentence;
  }

  #clear() {
    this.#about = this.#attributes();
    this.explanation = null;
    this.#panel.show(null, "");
    this.#panel.phase("idle");
    this.#panel.say("");
  }

  #pressed() {
    if (this.#run) this.stop();
    else this.explain().catch(() => {});
  }

  // -------- The run

  /** @returns {Promise<Report>} */
  async explain() {
    this.#watching?.disconnect();
    this.#giveUp();
    this.#clear();
    const gone = new AbortController();
    const mine = (this.#run = { gone, stop: () => gone.abort() });
    this.#panel.phase("running");
    this.#panel.say("Waiting for its turn…");
    try {
      const explanation = await this.#explained(mine);
      if (this.#run === mine) this.#ended(explanation);
      return explanation.report;
    } catch (error) {
      if (this.#run === mine) this.#refused(/** @type {EngineError} */ (error));
      throw error;
    }
  }

  stop() {
    this.#run?.stop();
  }

  /** Ends a run for which nobody waits any more. */
  #giveUp() {
    this.#run?.gone.abort();
    this.#run = null;
  }

  /** @param {Run} mine @returns {Promise<Explanation>} */
  async #explained(mine) {
    const { src, model, target, method, settings } = this;
    if (!src) throw new EngineError({ kind: "image", message: "This element has no picture: give it a src." });
    const { signal } = mine.gone;
    const onLoading = (/** @type {Loading} */ news) => {
      if (this.#run === mine) this.#panel.say(`${waitingFor(news, false)}…`);
    };
    const onProgress = (/** @type {Tick} */ tick) => {
      if (this.#run === mine) this.#looked(tick);
    };
    const chosen = { ...settings, ...(target && { target }), ...(method && { method }) };
    return inTurn(model, onLoading, signal, async (engine) => {
      await engine.openPicture(src);
      mine.stop = () => engine.stop();
      return engine.explain(chosen, { onProgress, onLoading, signal });
    });
  }

  /** @param {Tick} tick */
  #looked(tick) {
    const { iteration, total } = tick.progress;
    const words = `Explaining: ${iteration} of ${total}`;
    this.#panel.progress(iteration / total);
    this.#panel.say("Explaining…");
    this.#panel.show(tick.pictures, words);
    this.#tell("progress", tick);
  }

  /** @param {Explanation} explanation */
  #ended(explanation) {
    this.#run = null;
    this.explanation = explanation;
    const { report, pictures, complete } = explanation;
    this.#panel.phase("done");
    this.#panel.say(complete ? report.sentence : `Stopped early. ${report.sentence}`);
    this.#panel.show(pictures, this.#words(report));
    this.#tell("result", report);
  }

  /** @param {EngineError} error */
  #refused(error) {
    this.#run = null;
    this.#clear();
    if (error.name === "AbortError" || error.kind === "stopped") return this.#panel.say("Stopped.");
    this.#panel.say(error.message, true);
    this.#tell("refused", { kind: error.kind ?? "panic", message: error.message });
  }

  /** @param {"progress" | "result" | "refused"} name @param {unknown} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
