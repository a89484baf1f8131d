/** Starts the engine and restarts it after a crash, and explains its failures to the user. */
import { NO_TARGET } from "../core/link.js";
import { methodOf, tidy } from "../core/registry.js";
import { sentence } from "../core/words.js";
import { EngineClient, EngineError } from "./client.js";
import { engineFor } from "./engine-files.js";
import { builtin, sampleOf } from "./facts.js";
import { Jobs } from "./jobs.js";
import { Opening } from "./opening.js";
import { Store, firstKnowledge } from "./store.js";
import { waitingFor } from "./waiting.js";

/** @typedef {import("../core/link.js").State} State */

/** Number of successive bugs after which the engine is not restarted. */
const MOST_CRASHES = 3;
/** Interval at which it is checked whether an explanation is over. */
const PAUSE_MS = 100;

export class Session {
  #voice;
  /** @type {Promise<void>} */
  #booting = Promise.resolve();
  /** The last start. An earlier one that still waits for its files is abandoned. @type {object} */
  #starting = {};
  /** The worker's script and the settings with which it was started. @type {import("../types.js").EngineUsed | null} */
  engine = null;
  /** Number of successive bugs. */
  #crashes = 0;

  /**
   * @param {import("./opening.js").Voice} voice
   * @param {State} state what the address asks for
   * @param {string | null} forcedDevice
   * @param {() => void} reveal brings the result that is shown into sight
   */
  constructor(voice, state, forcedDevice, reveal) {
    this.#voice = voice;
    this.store = new Store(firstKnowledge(state, forcedDevice));
    const [loading, crashed] = [this.#loading.bind(this), this.#crashed.bind(this)];
    this.client = new EngineClient({ loading, crashed });
    this.handle = this.handle.bind(this);
    const silent = () => this.#lostDevice("The GPU does not answer any more.");
    this.jobs = new Jobs(this.client, this.store, { stuck: () => this.#stuck(), silent });
    const [started, handle] = [() => this.#booting, this.handle];
    const { store, client } = this;
    this.opening = new Opening({ store, client, voice, loading, started, handle, reveal });
  }

  get #now() {
    return this.store.now;
  }

  /** @returns {string} */
  get #preference() {
    return this.#now.gpuLost ? "cpu" : (this.#now.forcedDevice ?? this.#now.state.device);
  }

  // -------- Starting

  /**
   * Starts the worker, and opens the model and the picture that it had.
   *
   * @param {string} [because] why the CPU is used although the GPU was asked for
   * @returns {Promise<void>}
   */
  boot(because) {
    return (this.#booting = this.#start(because ?? ""));
  }

  /** @param {string} because @returns {Promise<void>} */
  async #start(because) {
    const mine = (this.#starting = {});
    this.store.change({ booted: false, answers: [] });
    this.client.stop();
    try {
      this.opening.prefetch();
      const { module, noAdapter, ...engine } = await engineFor(this.#preference, this.#loading.bind(this));
      const script = await engine.script;
      if (this.#starting !== mine) return;
      // Starting a worker takes a while, and so does fetching the engine.
      this.client.start(script);
      const asked = { module: await module, noAdapter, preference: this.#preference };
      if (this.#starting !== mine) return;
      this.engine = { script, asked };
      await this.#welcome(await this.client.call("boot", asked), because);
    } catch (error) {
      if (this.#starting !== mine) return;
      this.store.change({ loading: "" });
      const noDevice = error instanceof EngineError && error.kind === "device" && this.#preference !== "cpu";
      if (this.#now.booted || !noDevice) return this.handle(error);
      this.store.change({ gpuLost: error.message });
      this.#voice.note(`${error.message} The CPU is used instead.`);
      return this.#start(error.message);
    }
  }

  /** @param {import("../types.js").Booted} up @param {string} because */
  async #welcome({ version, device, registry }, because) {
    this.store.change({ version, device, because, registry, booted: true });
    this.#tidy();
    const { modelSource, pictureSource } = this.#now;
    const opened = [this.opening.takeModel(modelSource), this.opening.takePicture(pictureSource)];
    try {
      for (const each of await Promise.allSettled(opened)) if (each.status === "rejected") throw each.reason;
      await this.opening.classify();
    } finally {
      // Not earlier, because the user waits for the answer to the picture.
      void this.opening.listKept();
      if (!this.#now.samples.length) void this.#drawSamples().catch(this.handle);
    }
    this.#crashes = 0;
  }

  /** Drops what a link asks for and the engine does not know. */
  #tidy() {
    const { registry, state } = this.#now;
    if (!registry) return;
    const { name } = methodOf(registry, state.method);
    const method = name === registry.default ? "" : name;
    this.store.changeState({ method, own: tidy(registry, method, state.own) });
  }

  /** Draws the samples one by one, while no explanation is running. */
  async #drawSamples() {
    /** @type {import("../types.js").Sample[]} */
    const samples = await this.client.call("gallery");
    for (const sample of samples) {
      while (this.#now.run) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const rgba = await this.client.call("critterPicture", { seed: sample.seed });
      this.store.change({ samples: [...this.#now.samples, { ...sample, rgba }] });
    }
  }

  // -------- The state, changed by the user or by a link

  /** @param {Partial<State>} change */
  set(change) {
    const { device } = this.#now.state;
    this.store.changeState(change);
    if (this.#now.state.device === device) return;
    this.store.change({ gpuLost: "" });
    this.jobs.lose();
    void this.boot();
  }

  /**
   * Follows a link, or an edit of the address, while the page is open; or the user's step back.
   *
   * @param {State} next
   * @param {import("./router.js").Own} [own] what was open there that no link can hold: it stays, or what replaced it
   */
  follow(next, own = {}) {
    const before = this.#now.state;
    const { model, critter, target, with: beside, against } = before;
    const stays = {
      ...(own.ownModel && { model }),
      ...(own.ownPicture && { critter }),
      ...((own.ownModel || own.ownPicture) && { target, with: beside, against }),
    };
    this.store.change({ state: { ...next, ...stays } });
    this.#tidy();
    if (before.device !== next.device && !this.#now.forcedDevice) {
      this.store.change({ modelSource: { builtin: next.model }, pictureSource: { seed: next.critter } });
      return void this.boot();
    }
    return void this.opening.attempt("link", () => this.#openLinked(this.#now.state, own));
  }

  /** @param {State} next @param {import("./router.js").Own} own */
  async #openLinked(next, { ownPicture, ownModel }) {
    const answer = Object.fromEntries(Object.keys(NO_TARGET).map((name) => [name, next[/** @type {"with"} */ (name)]]));
    const model = !ownModel && builtin(this.#now) !== next.model;
    const picture = !ownPicture && sampleOf(this.#now) !== next.critter;
    if (model) await this.opening.takeModel({ builtin: next.model });
    if (picture) await this.opening.takePicture({ seed: next.critter });
    this.store.changeState(answer);
    if (model || picture) await this.opening.classify();
  }

  // -------- Failures

  /** Reports what went wrong, or repairs it. @param {unknown} error */
  handle(error) {
    if (!(error instanceof EngineError)) throw error;
    if (["superseded", "ended", "panic"].includes(error.kind)) return;
    if (error.kind === "device" && this.#now.device?.kind === "gpu") this.#lostDevice(error.message);
    else this.#voice.fail(error.message);
  }

  /** The worker is unusable. What was seen of a job stays. @param {import("../types.js").Fault} fault */
  #crashed({ message }) {
    this.jobs.lose(true);
    this.#crashes += 1;
    const { booted, device, shown } = this.#now;
    // A lost device shows in many ways, most often as a panic of the GPU library.
    const gpu = booted && device?.kind === "gpu" && /lost|wgpu|gpu|adapter|buffer/i.test(message);
    if (gpu) return this.#lostDevice(sentence(message));
    if (booted && this.#crashes < MOST_CRASHES) {
      const kept = shown ? " Your last result is kept." : "";
      this.#voice.fail(`You found a bug in vanish, and its engine had to be started again (${message}).${kept}`);
      return void this.boot();
    }
    return this.#preference === "cpu" ? this.#giveUp(message) : this.#withoutGpu(message);
  }

  /** @param {string} message */
  #withoutGpu(message) {
    this.jobs.lose();
    this.#crashes = 0;
    const gpuLost = "The engine failed on the GPU, so the CPU is used.";
    this.store.change({ gpuLost });
    this.#voice.note(`${gpuLost} (${message})`);
    void this.boot(gpuLost);
  }

  /** @param {string} message */
  #giveUp(message) {
    this.store.change({ booted: false, answers: [], loading: "" });
    const remedy = "A current Chrome, Edge, Firefox or Safari can run it.";
    this.#voice.fail(`The engine could not be started in this browser: ${message}. ${remedy}`);
  }

  /** Continues on the CPU. @param {string} message */
  #lostDevice(message) {
    this.jobs.lose();
    const gpuLost = `The GPU was lost during this visit (${message.replace(/\.$/, "")}), so the CPU goes on.`;
    this.store.change({ gpuLost });
    this.#voice.fail(`${message} The CPU goes on from here${this.#now.shown ? "; your last result is kept" : ""}.`);
    void this.boot(gpuLost);
  }

  /** A job was asked twice to stop, and did not. */
  #stuck() {
    if (this.#now.device?.kind === "gpu") return this.#lostDevice("The GPU did not answer.");
    this.jobs.lose();
    this.#voice.note("The engine did not answer and was started again; the last picture of the run is kept.");
    return void this.boot(this.#now.gpuLost || undefined);
  }

  // -------- Waiting

  /** @param {import("../types.js").Loading} news */
  #loading(news) {
    const words = `${waitingFor(news, this.#now.device?.kind === "gpu")}…`;
    if (!this.#now.job) this.store.change({ loading: words });
    this.#voice.say(words);
  }
}
