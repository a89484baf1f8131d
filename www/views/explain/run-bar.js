/** The display of a run in progress: its buttons, its progress, its curves. */
import { isReady, targetLabel } from "../../app/facts.js";
import { shortLabel } from "../../core/words.js";
import { drawCurve } from "../../parts/chart.js";
import { click, el, within } from "../../parts/dom.js";

/** @typedef {import("../../types.js").Context} Context */

export class RunBar {
  #root;
  #context;

  /**
   * @param {HTMLElement} root
   * @param {Context} context
   * @param {{explain: () => void, see: () => void}} deeds
   */
  constructor(root, context, { explain, see }) {
    this.#root = root;
    this.#context = context;
    click(root, "run", explain);
    click(root, "cancel", () => context.jobs.cancel());
    click(root, "pause", () => this.#pause());
    click(root, "see", see);
  }

  /** @param {import("../../app/store.js").Names} names what is new */
  update(names) {
    const any = (/** @type {(keyof import("../../app/store.js").Knowledge)[]} */ ...of) => of.some((n) => names.has(n));
    if (any("job", "run", "answers", "booted", "busy", "state", "model", "registry")) this.#showPhase();
    if (any("progress")) this.#showProgress();
    if (any("run", "seen")) this.#showCurves();
  }

  /** @returns {"idle" | "running" | "paused"} */
  get #phase() {
    const { run, job } = this.#context.store.now;
    return run && job ? job.phase : "idle";
  }

  #pause() {
    this.#context.jobs.pause();
    this.#context.voice.say(this.#phase === "paused" ? "Paused." : "Going on.");
  }

  #showPhase() {
    const { now } = this.#context.store;
    const phase = this.#phase;
    const running = phase !== "idle";
    const label = targetLabel(now);
    const run = within(this.#root, "run", HTMLButtonElement);
    run.disabled = !isReady(now);
    run.textContent = running ? "Start again" : `Explain ${label ? `“${shortLabel(label)}”` : ""}`;
    run.classList.toggle("primary", !running);
    const pause = within(this.#root, "pause", HTMLButtonElement);
    pause.hidden = !running;
    pause.textContent = phase === "paused" ? "Go on" : "Pause";
    pause.setAttribute("aria-pressed", String(phase === "paused"));
    const cancel = within(this.#root, "cancel", HTMLButtonElement);
    cancel.hidden = !running;
    cancel.replaceChildren(...(now.job?.ending ? ["Stop at once"] : ["Cancel ", el("kbd", {}, "Esc")]));
  }

  #showProgress() {
    const { progress } = this.#context.store.now;
    const bar = within(this.#root, "progress-bar", HTMLProgressElement);
    within(this.#root, "progress", HTMLDivElement).hidden = !progress;
    within(this.#root, "see", HTMLButtonElement).hidden = !progress?.evidence;
    within(this.#root, "progress-text", HTMLElement).textContent = progress?.words ?? "";
    if (progress?.value === undefined) return bar.removeAttribute("value");
    bar.max = progress.max ?? 1;
    bar.value = progress.value;
  }

  #showCurves() {
    const { run } = this.#context.store.now;
    const place = within(this.#root, "curves", HTMLDivElement);
    // What was drawn of a run stays when the run is over.
    if (!run?.started) return void (place.hidden ||= !this.#context.store.now.worn);
    const { started, tick, label } = run;
    const { objective, score } = tick?.curves ?? { objective: [], score: [] };
    const start = Math.max(started.scores.original, 0.01);
    const total = tick?.progress.steps ?? started.total;
    place.hidden = objective.length === 0;
    within(this.#root, "curve-label", HTMLElement).textContent = shortLabel(label);
    const svg = (/** @type {string} */ id) => within(this.#root, id, SVGSVGElement);
    drawCurve(svg("curve-score"), `Score of ${shortLabel(label)}`, score, total, [0, start]);
    return drawCurve(svg("curve-objective"), "Objective", objective, total);
  }
}
