/**
 * A stand-in for the engine with the same surface, for what the real one cannot be brought to on demand: a panic, a
 * lost device, a slow run, a worker that does not answer. Seeds of a run choose the mishap, see `MISHAPS`.
 */
import { LEARNED, REGISTRY } from "./registry.js";
import { taskOf } from "./tasks.js";

const MISHAPS = { panic: 666, device: 667, silent: 668, rejected: 669 };
/** Seeds of runs that put their pixels in order, in as many steps again; in the second of them with a panic. */
const ORDERS = [670, 671];
/** How wide each method's spot is: maps and scores are to differ. */
const WIDTH = { fast: 90, extremal: 60, gradient: 600, occlusion: 300, rise: 400 };
/** Areas of the extremal method, the second of which suffices. */
const AREAS = [0.02, 0.05, 0.2];
const SIZE = 64;
const LABELS = ["cat", "fish, goldfish", "bird", "snail", "crab", "beetle", "frog", "owl", "mouse", "bee"];

/** @param {string} kind @param {string} message */
function fault(kind, message) {
  return Object.assign(new Error(message), { kind });
}

export function initSync({ module }) {
  new WebAssembly.Instance(module);
}

export function version() {
  return "0.0.0 (mock)";
}

/** As the real handles: nothing may be asked of one that was let go. */
class Handle {
  #freed = false;

  free() {
    this.alive();
    this.#freed = true;
  }

  alive() {
    if (this.#freed) throw new Error("null pointer passed to rust");
    return this;
  }
}

export class Engine extends Handle {
  static async create(preference) {
    if (preference === "gpu") throw fault("device", "No WebGPU adapter was offered by this browser.");
    return new Engine(preference === "cpu" ? "cpu" : "gpu");
  }

  #device;
  #incoming = [];

  /** @param {"cpu" | "gpu"} kind */
  constructor(kind) {
    super();
    this.#device = { kind, name: "mock", reason: "This is the mock engine." };
  }

  device() {
    return JSON.stringify(this.#device);
  }

  methods() {
    return JSON.stringify(REGISTRY);
  }

  gallery() {
    return JSON.stringify(
      [46, 1, 2, 3, 4, 5, 6, 8].map((seed) => ({
        seed,
        caption: caption(seed),
        title: `A plain ${LABELS[seed % 10].split(",")[0]}`,
      })),
    );
  }

  reserveModel(length) {
    if (length > 50e6)
      throw fault(
        "model",
        `the file has ${length / 1e6} MB, and opening it takes about ${(3 * length) / 1e6} MB of memory, which the browser does not give this page`,
      );
    this.#incoming = [];
  }

  appendModel(piece) {
    this.#incoming.push(piece.slice());
  }

  async openModel(name, profileJson, labels) {
    const bytes = new Uint8Array(await new Blob(this.#incoming).arrayBuffer());
    if (bytes.length < 8) throw fault("model", `${name} is not an ONNX model: it holds ${bytes.length} bytes.`);
    const head = new TextDecoder().decode(bytes.subarray(0, 200));
    if (head.startsWith("unknown operator"))
      throw fault("unsupported", `${name} uses the operator Zoinks, which vanish does not know.`);
    if (head.startsWith("panic")) throw new WebAssembly.RuntimeError("unreachable");
    if (!name.startsWith("critters")) throw fault("model", `${name} is not an ONNX model: it does not parse.`);
    return new Model(info(name, profileJson), labels, this.#device);
  }

  openPicture(name, rgba, width, height) {
    return new Picture(name, rgba, width, height);
  }

  critter(seed) {
    return new Picture(`critter:${seed}`, drawn(seed), 128, 128);
  }
}

class Picture extends Handle {
  constructor(name, rgba, width, height) {
    super();
    Object.assign(this, { bytes: rgba, used: { name, width, height, sha256: sum(rgba) } });
  }

  info() {
    return JSON.stringify(this.alive().used);
  }

  rgba() {
    return this.alive().bytes;
  }

  /** The number of a sample, or of the spot that another picture gets. */
  get seed() {
    return Number(/critter:(\d+)/.exec(this.used.name)?.[1] ?? 7);
  }

  get first() {
    return parseInt(this.used.sha256.slice(0, 4), 16) % 10;
  }
}

const Task = taskOf(Handle, Picture);

class Model extends Handle {
  constructor(about, labels, device) {
    super();
    const listed = labels?.startsWith("[") ? JSON.parse(labels) : labels?.trim().split("\n");
    if (listed && listed.length !== about.classes)
      throw fault(
        "profile",
        `there are ${listed.length} labels and the model has ${about.classes} classes; give one label a class`,
      );
    const labelled = Boolean(listed) || about.labelled;
    const names = listed ?? (labelled ? LABELS : Array.from({ length: about.classes }, (_, i) => `class ${i}`));
    Object.assign(this, { about: { ...about, labelled }, names, device });
  }

  info() {
    return JSON.stringify(this.alive().about);
  }

  labels() {
    return JSON.stringify(this.alive().names);
  }

  withProfile(profileJson, labels) {
    const profile = JSON.parse(profileJson);
    if (profile.size > 1000)
      throw fault("profile", "the profile says 1024 pixels, the model's file 64; set the size to 64");
    const same = JSON.stringify(profile) === JSON.stringify(this.alive().about.profile);
    const given = same ? {} : { profile, profile_assumed: false, profile_source: "given" };
    return new Model(
      { ...this.about, ...given },
      labels ?? (this.about.labelled ? JSON.stringify(this.names) : undefined),
      this.device,
    );
  }

  /** A mean of 9 makes the answers certain, one of 8 makes them flat, one of 7 no numbers. */
  async classify(picture, count) {
    const [mean] = this.alive().about.profile.mean;
    if (mean === 7) throw fault("not-explainable", "The model’s answer is not a number.");
    const sample = count === 1;
    const first = mean === 9 ? 0 : sample ? picture.seed % 10 : picture.alive().first;
    const likely = sample ? [0.8] : [0.912, 0.051, 0.02, 0.009, 0.004];
    const values = mean === 9 ? [1, 0, 0, 0, 0] : mean === 8 ? [0.105, 0.1, 0.1, 0.1, 0.1] : likely;
    return JSON.stringify(
      values.slice(0, count).map((probability, i) => {
        const index = (first + i) % 10;
        return { index, label: this.names[index], probability, logit: 5 - i };
      }),
    );
  }

  frame(picture) {
    return pictureAt(picture.alive(), new Float32Array(SIZE * SIZE), "original");
  }

  async explain(picture, settingsJson) {
    this.alive();
    const given = JSON.parse(settingsJson);
    const { preset } = REGISTRY.methods.find(({ name }) => name === given.method);
    const iterations = LEARNED.includes(given.method) ? 300 : 3;
    const settings = { ...preset, iterations, game: given.method === "extremal" ? "preserve" : "delete", ...given };
    if (settings.target !== "top" && settings.target?.index === 9) {
      throw fault(
        "not-explainable",
        "The score of bee is 0.00 before anything is deleted: there is no evidence to find.",
      );
    }
    return new Job(this, picture.alive(), settings);
  }

  invariance(picture) {
    return new Task("invariance", { label: LABELS[picture.alive().first] });
  }

  attack(picture, settings) {
    picture.alive();
    return new Task("attack", JSON.parse(settings));
  }

  study(kind, settings, pictures) {
    const given = pictures.map((picture) => picture.alive().used.name);
    return new Task(kind, { ...JSON.parse(settings), given, biased: this.alive().about.name.includes("biased") });
  }

  truth(picture, index) {
    if (!picture.alive().used.name.startsWith("critter:") || index === 9) return new Float32Array();
    const at = spot(picture.seed);
    return Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
      ((i % SIZE) - at.x / 2) ** 2 + (Math.floor(i / SIZE) - at.y / 2) ** 2 < 81 ? 1 : 0,
    );
  }

  async report(json, picture) {
    let report;
    try {
      report = JSON.parse(json);
    } catch {
      throw fault("settings", "This is not a report: it is not valid JSON.");
    }
    if (report.version !== 2 || !report.mask?.values)
      throw fault("settings", "This is not a report that this version reads.");
    const found = picture.alive().used.sha256 === report.image.sha256 ? picture : undefined;
    return new Finding(found, Float32Array.from(report.mask.values), report, {});
  }
}

class Job extends Handle {
  #mask = new Float32Array(SIZE * SIZE).fill(1);
  #curves = { objective: [], score: [] };
  #at = 0;
  #begin = Date.now();

  constructor(model, picture, settings) {
    super();
    Object.assign(this, { model, picture, settings });
  }

  get #learned() {
    return LEARNED.includes(this.settings.method);
  }

  started() {
    const { settings } = this.alive();
    return JSON.stringify({ scores: { original: 0.912, null: 0.004 }, total: settings.iterations, settings });
  }

  async step(iterations) {
    const { settings } = this.alive();
    await new Promise((resolve) => setTimeout(resolve, iterations * 4));
    if (settings.method === "guided")
      throw fault("unsupported", "guided looks inside the model, and this one is closed to it");
    if (this.#at > 20) await mishap(settings.seed);
    if (this.#orders && this.#at >= settings.iterations) return this.#order(iterations);
    for (let i = 0; i < iterations && this.#at < settings.iterations; i++) {
      this.#at += 1;
      const left = Math.exp(-this.#at / 40);
      if (!this.#learned) continue;
      this.#curves.score.push(0.012 + 0.9 * left);
      this.#curves.objective.push(0.06 + 1.4 * left + 0.01 * Math.sin(this.#at));
    }
    this.#mask = this.#paint(WIDTH[settings.method] ?? 110, 1 - Math.exp(-this.#at / (this.#learned ? 60 : 1)));
    return JSON.stringify(this.#progress(this.#mask));
  }

  get #orders() {
    return ORDERS.includes(this.settings.seed);
  }

  /** Steps behind those of the mask: ten seconds, so that a test comes in between on a slow machine. @param {number} steps */
  async #order(steps) {
    await new Promise((resolve) => setTimeout(resolve, steps * 50));
    this.#at = Math.min(this.#at + steps, 2 * this.settings.iterations);
    if (this.settings.seed === ORDERS[1]) await mishap(MISHAPS.panic);
    return JSON.stringify(this.#progress(this.#mask));
  }

  curves() {
    return JSON.stringify(this.alive().#curves);
  }

  async preview() {
    return this.#finding(this.#mask, undefined, this.#orders);
  }

  async finish() {
    return this.alive().#finding(this.#mask);
  }

  async regions() {
    if (this.alive().settings.method !== "extremal") return [];
    return AREAS.map((area, i) => {
      return this.#finding(this.#paint((area * SIZE * SIZE) / 3, 1), { area, chosen: i === 1, sufficient: i > 0 });
    });
  }

  /** @param {number} width @param {number} share */
  #paint(width, share) {
    const at = spot(this.picture.seed);
    const keeps = this.settings.game === "preserve";
    return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
      const evidence = 0.97 * share * Math.exp(-((x - at.x / 2) ** 2 + (y - at.y / 2) ** 2) / width);
      return keeps ? evidence : 1 - evidence;
    });
  }

  #progress(mask) {
    const { iterations } = this.settings;
    const total = this.#orders ? 2 * iterations : iterations;
    return {
      iteration: this.#at,
      total,
      done: this.#at >= total,
      score: this.#curves.score.at(-1) ?? 0.912,
      objective: this.#curves.objective.at(-1) ?? null,
      mask_mean: mask.reduce((a, b) => a + b, 0) / mask.length,
      area_at_half: evidenceOf(mask, this.settings.game === "preserve").filter((e) => e > 0.5).length / mask.length,
      steps: iterations,
      seconds: (Date.now() - this.#begin) / 1000,
      stage: this.#orders && this.#at >= iterations ? "order" : "learn",
    };
  }

  /** @param {boolean} [unordered] it is drawn before its pixels are in order */
  #finding(mask, region, unordered) {
    const { model, picture, settings } = this;
    const progress = this.#progress(mask);
    const index = settings.target?.index ?? picture.first;
    const [before, after] = [0.912, progress.score];
    const report = {
      version: 2,
      tool: "vanish 0.0.0",
      model: {
        name: model.about.name,
        sha256: model.about.sha256,
        profile: model.about.profile,
        profile_assumed: false,
      },
      image: picture.used,
      target: { index, label: LABELS[index] },
      method: settings.method,
      settings,
      seed: settings.seed,
      device: model.device,
      iterations: Math.min(this.#at, settings.iterations),
      seconds: progress.seconds,
      ...(settings.method === "fast" && { order_seconds: 0.25 }),
      scores: { original: before, null: 0.004, deleted: after, preserved: 0.87, normalised: 0.01 },
      mask: {
        rows: SIZE,
        cols: SIZE,
        values: [...mask],
        mean: progress.mask_mean,
        area_at_half: progress.area_at_half,
      },
      objective: this.#curves.objective,
      finding: {
        region: { level: 0.5, area: progress.area_at_half, deleted: after, preserved: 0.87 },
        sufficient: null,
        warnings: [],
      },
      sentence: `Blurring ${(progress.area_at_half * 100).toFixed(1)} % of the picture takes ${LABELS[index]} from 0.91 to ${after.toFixed(2)}.`,
    };
    return new Finding(picture, mask, report, region, unordered);
  }
}

class Finding extends Handle {
  constructor(picture, mask, about, area, unordered) {
    super();
    Object.assign(this, { shown: picture, values: mask, about, area, unordered });
  }

  report() {
    return JSON.stringify(this.alive().about);
  }

  region() {
    return JSON.stringify(this.alive().area);
  }

  side() {
    if (!this.alive().shown) throw fault("image", "the report is about another picture");
    return SIZE;
  }

  picture(kind) {
    return pictureAt(this.alive().shown, this.evidence(), kind);
  }

  mask() {
    return Float32Array.from(this.alive().values);
  }

  evidence() {
    return evidenceOf(this.alive().values, this.about.settings.game === "preserve");
  }

  test() {
    return new Task("deletion", { label: this.alive().about.target.label });
  }

  invariance() {
    return new Task("invariance", { label: this.alive().about.target.label });
  }

  /** Only fast puts its pixels in a finer order. */
  order() {
    return this.about.method === "fast" && !this.unordered ? this.evidence().map((e) => e ** 0.25) : new Float32Array();
  }

  async judge() {
    const { method } = this.alive().about;
    const wide = WIDTH[method] ?? 110;
    const missed = method === "gradient";
    return JSON.stringify({
      deletion_game: [wide, missed ? null : wide * 3, missed ? null : wide * 4, null],
      insertion: 60 / (wide + 60),
      deletion: wide / 2000,
      overlap: 50 / (wide + 50),
      seconds: this.about.seconds,
    });
  }
}

/** @param {number} seed */
async function mishap(seed) {
  if (seed === MISHAPS.panic) throw new WebAssembly.RuntimeError("unreachable");
  if (seed === MISHAPS.device) throw fault("device", "The GPU was lost: the driver was reset.");
  if (seed === MISHAPS.silent) await new Promise(() => {});
  if (seed === MISHAPS.rejected) {
    // As a panic inside a future: its promise never settles, and the fault only surfaces in the worker at large.
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    }, 0);
    await new Promise(() => {});
  }
}

/** @param {Float32Array} mask @param {boolean} keeps */
function evidenceOf(mask, keeps) {
  return mask.map((m) => (keeps ? m : 1 - m));
}

/**
 * What becomes of a picture at the model's size.
 *
 * @param {Picture} picture
 * @param {Float32Array} evidence
 * @param {string} kind
 */
function pictureAt({ bytes, used }, evidence, kind) {
  const out = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const at = y * SIZE + x;
      const from = (Math.floor((y * used.height) / SIZE) * used.width + Math.floor((x * used.width) / SIZE)) * 4;
      const keep = { original: 1, deleted: 1 - evidence[at], preserved: evidence[at] }[kind];
      for (let c = 0; c < 3; c++) out[at * 4 + c] = bytes[from + c] * keep + [140, 160, 150][c] * (1 - keep);
      out[at * 4 + 3] = 255;
    }
  }
  return out;
}

/** @param {number} seed @returns {Uint8Array} RGBA */
function drawn(seed) {
  const out = new Uint8Array(128 * 128 * 4);
  for (let y = 0; y < 128; y++) {
    for (let x = 0; x < 128; x++) {
      const inside = (x - spot(seed).x) ** 2 + (y - spot(seed).y) ** 2 < 26 ** 2;
      const at = (y * 128 + x) * 4;
      const grain = ((x * 7 + y * 13 + seed * 31) % 17) * 2;
      out.set(
        inside
          ? [220 - grain, 90 + grain, 60 + ((seed * 40) % 120), 255]
          : [110 + grain + ((seed * 13) % 60), 150 + grain, 140 + y / 2, 255],
        at,
      );
    }
  }
  return out;
}

/**
 * A name with "zoo" is a known public file, one with "thousand" has 1000 classes without names.
 *
 * @param {string} name @param {string} [profileJson]
 */
function info(name, profileJson) {
  const zoo = /zoo/.test(name);
  const source = profileJson ? "given" : zoo ? "known" : /thousand/.test(name) ? "assumed" : "given";
  return {
    profile_source: source,
    known: zoo ? "squeezenet1.0-12" : null,
    labelled: !zoo && !/thousand/.test(name),
    simplified: { constants_folded: 3, dead_removed: 0 },
    name,
    sha256: `${name}-sha`.padEnd(64, "0"),
    size: 123456,
    classes: zoo || /thousand/.test(name) ? 1000 : 10,
    operators: { Conv: 6, Relu: 6, GlobalAveragePool: 1, Gemm: 1 },
    parameters: 30000,
    memory: { weights: 120000, activations: 500000 },
    input: `image [N, 3, ${SIZE}, ${SIZE}]`,
    output: /twin/.test(name) ? ["logits [N, 10]", "features [N, 10]"] : ["logits [N, 10]"],
    opset: 17,
    producer: "mock",
    profile: {
      name,
      size: SIZE,
      resize: SIZE,
      channels: "RGB",
      range: [0, 1],
      mean: [0, 0, 0],
      std: [1, 1, 1],
      output: "logits",
      ...JSON.parse(profileJson ?? "{}"),
    },
    profile_assumed: source === "assumed",
    warnings: [],
  };
}

/** @param {number} seed */
function caption(seed) {
  return `On the meadow, the ${LABELS[seed % 10].split(",")[0]} alone should matter, whatever else grows there.`;
}

/** @param {number} seed */
function spot(seed) {
  return { x: 36 + ((seed * 29) % 56), y: 36 + ((seed * 17) % 56) };
}

/** @param {Uint8Array} bytes */
function sum(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash.toString(16).padStart(8, "0").repeat(8);
}
