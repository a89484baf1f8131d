/** A run step by step: its film and its curves, read with one slider. */
import { coloursOf } from "../../app/facts.js";
import { layer } from "../../core/colours.js";
import { SIDE } from "../../core/film.js";
import { fileName } from "../../core/shown.js";
import { axis, score, shortLabel } from "../../core/words.js";
import { drawCurve } from "../chart.js";
import { click, el, fromMarkup, paint, pen, save, within } from "../dom.js";
import { spoken } from "../spoken.js";
import { svgFile } from "../svg-file.js";

/** @typedef {import("../../core/result.js").Result} Result */
/** @typedef {import("../../types.js").Context} Context */

const MARKUP = `
  <section id="replay" class="replay" aria-labelledby="replay-title">
    <h3 id="replay-title">The run, step by step</h3>
    <div class="replay-body">
      <div id="replay-frame" class="frame"><canvas id="replay-picture" role="img"></canvas></div>
      <div class="curves">
        <figure class="curve" id="replay-score-figure">
          <figcaption>Score of <em id="replay-label"></em></figcaption>
          <svg id="replay-score" role="img"></svg>
        </figure>
        <figure class="curve" id="replay-objective-figure">
          <figcaption>Objective</figcaption>
          <svg id="replay-objective" role="img"></svg>
        </figure>
      </div>
    </div>
    <div class="replay-bar">
      <button id="replay-play" type="button" aria-pressed="false">Play</button>
      <label class="unseen" for="replay-step">Step of the run</label>
      <input id="replay-step" type="range" min="1" step="1" />
      <output id="replay-reading" class="numbers" for="replay-step"></output>
    </div>
    <div class="row">
      <button id="replay-svg" type="button">curves.svg</button>
      <button id="replay-csv" type="button">curves.csv</button>
    </div>
  </section>`;

/** Duration of the whole film, and least duration of a step. */
const FILM_MS = 6000;
const STEP_MS = 60;

export class Replay {
  #root;
  #context;
  /** @type {Result | null} */
  #result = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #playing;
  #small = el("canvas");

  /** @param {HTMLElement} place @param {Context} context */
  constructor(place, context) {
    place.append(fromMarkup(MARKUP));
    this.#root = within(place, "replay", HTMLElement);
    this.#context = context;
    const step = within(place, "replay-step", HTMLInputElement);
    step.addEventListener("input", () => {
      this.#stop();
      this.#draw();
    });
    click(place, "replay-play", () => (this.#playing === undefined ? this.#play() : this.#stop()));
    click(place, "replay-svg", () => this.#saveSvg());
    click(place, "replay-csv", () => this.#saveCsv());
  }

  /** @param {string} name @returns {SVGSVGElement} */
  #svg(name) {
    return within(this.#root, `replay-${name}`, SVGSVGElement);
  }

  get #step() {
    return within(this.#root, "replay-step", HTMLInputElement);
  }

  /** The film of the shown result, if one was taken. */
  get #film() {
    const film = this.#result?.pictures ? this.#context.store.now.films?.get(this.#result.key) : undefined;
    return film && film.frames.length > 1 ? film : undefined;
  }

  /**
   * Steps that can be read: those of the mask, if one was learned. Steps for the order of the pixels come after them.
   */
  get #steps() {
    const { objective = [], score: scores = [] } = this.#result?.curves ?? {};
    return Math.max(objective.length, scores.length) || (this.#film?.frames.at(-1)?.iteration ?? 0);
  }

  /** @param {Result} result */
  show(result) {
    this.#stop();
    this.#result = result;
    const { curves, label } = result;
    const steps = this.#steps;
    this.#root.hidden = steps < 2;
    within(this.#root, "replay-frame", HTMLElement).hidden = !this.#film;
    within(this.#root, "replay-play", HTMLElement).hidden = !this.#film;
    within(this.#root, "replay-score-figure", HTMLElement).hidden = curves.score.length < 2;
    within(this.#root, "replay-objective-figure", HTMLElement).hidden = curves.objective.length < 2;
    // A method that minimises nothing has no curves to save.
    for (const id of ["replay-svg", "replay-csv"])
      within(this.#root, id, HTMLElement).hidden = !curves.score.length && !curves.objective.length;
    within(this.#root, "replay-label", HTMLElement).textContent = shortLabel(label);
    this.#step.max = String(steps);
    this.#step.value = String(steps);
    this.#draw();
  }

  /** Draws in other colours. */
  recolour() {
    this.#draw();
  }

  #draw() {
    if (!this.#result || this.#root.hidden) return;
    const { curves, label } = this.#result;
    const at = this.#step.valueAsNumber - 1;
    const ends = Math.max(curves.score[0] ?? 0, ...curves.score, 0.01);
    const read = (/** @type {number[]} */ values) => Math.min(at, values.length - 1);
    if (curves.score.length > 1) {
      const name = `Score of ${shortLabel(label)}`;
      drawCurve(this.#svg("score"), name, curves.score, this.#steps, [0, ends], read(curves.score));
    }
    if (curves.objective.length > 1)
      drawCurve(this.#svg("objective"), "Objective", curves.objective, this.#steps, undefined, read(curves.objective));
    this.#drawFrame(at + 1);
    const words = this.#words(at);
    within(this.#root, "replay-reading", HTMLOutputElement).value = words;
    this.#step.setAttribute("aria-valuetext", words);
  }

  /** @param {number} at @returns {string} the values of a step */
  #words(at) {
    const { objective = [], score: scores = [] } = this.#result?.curves ?? {};
    const parts = [`step ${at + 1} of ${this.#steps}`];
    if (at in scores) parts.push(`score ${score(scores[at])}`);
    if (at in objective) parts.push(`objective ${axis(objective[at])}`);
    return parts.join(", ");
  }

  /** @param {number} iteration */
  #drawFrame(iteration) {
    const frame = this.#film?.at(iteration);
    const pictures = this.#result?.pictures;
    if (!frame || !pictures) return;
    const { now } = this.#context.store;
    const canvas = within(this.#root, "replay-picture", HTMLCanvasElement);
    paint(canvas, pictures.original, pictures.width, pictures.height);
    const evidence = Float32Array.from(frame.evidence, (value) => value / 255);
    paint(this.#small, layer(evidence, coloursOf(now), now.state.opacity), SIDE, SIDE);
    const to = pen(canvas);
    to.imageSmoothingQuality = "high";
    to.drawImage(this.#small, 0, 0, canvas.width, canvas.height);
    canvas.setAttribute("aria-label", `The evidence after step ${frame.iteration}`);
  }

  // -------- Playing

  #play() {
    const step = this.#step;
    if (step.value === step.max) step.value = "1";
    const every = Math.max(1, Math.round((this.#steps * STEP_MS) / FILM_MS));
    this.#playing = setInterval(() => {
      if (!step.isConnected || step.value === step.max) return this.#stop();
      step.value = String(step.valueAsNumber + every);
      return this.#draw();
    }, Math.max(STEP_MS, FILM_MS / this.#steps));
    this.#showPlaying();
    this.#draw();
  }

  #stop() {
    clearInterval(this.#playing);
    this.#playing = undefined;
    this.#showPlaying();
  }

  #showPlaying() {
    const button = within(this.#root, "replay-play", HTMLButtonElement);
    button.textContent = this.#playing === undefined ? "Play" : "Pause";
    button.setAttribute("aria-pressed", String(this.#playing !== undefined));
  }

  // -------- Saving

  async #saveSvg() {
    const result = this.#result;
    if (!result) return;
    const { curves, label } = result;
    const there = /** @type {const} */ (["score", "objective"]).filter((name) => curves[name].length > 1);
    const names = { score: `Score of ${shortLabel(label)}`, objective: "Objective" };
    const file = svgFile(
      there.map((name) => this.#svg(name)),
      await spoken(there.map((name) => names[name])),
    );
    save(fileName(result, "curves.svg"), file);
  }

  #saveCsv() {
    if (!this.#result) return;
    const { objective, score: scores } = this.#result.curves;
    const rows = Array.from({ length: Math.max(objective.length, scores.length) }, (_, i) =>
      [i + 1, scores[i] ?? "", objective[i] ?? ""].join(),
    );
    const text = ["step,score,objective", ...rows, ""].join("\n");
    save(fileName(this.#result, "curves.csv"), new Blob([text], { type: "text/csv" }));
  }
}
