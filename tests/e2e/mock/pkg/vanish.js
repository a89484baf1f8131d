/**
 * A stand-in for the engine with the same surface, for what the real one cannot be brought to on demand: a panic, a lost
 * device, a slow run, a worker that does not answer. Seeds of a run choose the mishap, see `MISHAPS`.
 */
const MISHAPS = { panic: 666, device: 667, silent: 668, rejected: 669 };
const LEARNED = ["meaningful", "localisation", "fast", "extremal", "igos", "igos++"];
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

export default async function init({ module_or_path }) {
  await (await module_or_path).arrayBuffer();
}

export function version() {
  return "0.0.0 (mock)";
}

export class Engine {
  static async create(preference) {
    if (preference === "gpu") throw fault("device", "No WebGPU adapter was offered by this browser.");
    return new Engine(preference === "cpu" ? "cpu" : "gpu");
  }

  #kind;

  /** @param {"cpu" | "gpu"} kind */
  constructor(kind) {
    this.#kind = kind;
  }

  #rgba = new Uint8Array(128 * 128 * 4).fill(200);
  #width = 128;
  #height = 128;
  #mask = new Float32Array(SIZE * SIZE).fill(1);
  #model = info("critters");
  #image = { name: "", width: 128, height: 128, sha256: "" };
  #run = null;
  #curves = { objective: [], score: [] };

  device() {
    return JSON.stringify({ kind: this.#kind, name: "mock", reason: "This is the mock engine." });
  }

  #incoming = [];

  reserveModel(length) {
    if (length > 50e6) throw fault("model", `the file has ${length / 1e6} MB, and opening it takes about ${(3 * length) / 1e6} MB of memory, which the browser does not give this page`);
    this.#incoming = [];
  }

  appendModel(piece) {
    this.#incoming.push(piece.slice());
  }

  async loadModel(name, profileJson, labels) {
    const bytes = new Uint8Array(await new Blob(this.#incoming).arrayBuffer());
    if (bytes.length < 8) throw fault("model", `${name} is not an ONNX model: it holds ${bytes.length} bytes.`);
    const head = new TextDecoder().decode(bytes.subarray(0, 200));
    if (head.startsWith("unknown operator")) throw fault("unsupported", `${name} uses the operator Zoinks, which vanish does not know.`);
    if (head.startsWith("panic")) throw new WebAssembly.RuntimeError("unreachable");
    if (!name.startsWith("critters")) throw fault("model", `${name} is not an ONNX model: it does not parse.`);
    this.#model = info(name, profileJson);
    this.#adopt(labels);
    return JSON.stringify(this.#model);
  }

  setProfile(profileJson, labels) {
    const profile = JSON.parse(profileJson);
    if (profile.size > 1000) throw fault("profile", "the profile says 1024 pixels, the model's file 64; set the size to 64");
    const same = JSON.stringify(profile) === JSON.stringify(this.#model.profile);
    const given = same ? {} : { profile, profile_assumed: false, profile_source: "given" };
    this.#model = { ...this.#model, ...given };
    this.#adopt(labels);
    return JSON.stringify(this.#model);
  }

  #labels = LABELS;

  #adopt(labels) {
    const listed = labels?.startsWith("[") ? JSON.parse(labels) : labels?.trim().split("\n");
    if (listed && listed.length !== this.#model.classes) throw fault("profile", `there are ${listed.length} labels and the model has ${this.#model.classes} classes; give one label a class`);
    if (listed) this.#model.labelled = true;
    this.#labels = listed ?? (this.#model.labelled ? LABELS : Array.from({ length: this.#model.classes }, (_, i) => `class ${i}`));
    this.#run = null;
  }

  labels() {
    return JSON.stringify(this.#labels);
  }

  /** A mean of 9 makes the answers certain, one of 8 makes them flat. */
  async classifyCritter(seed) {
    const [mean] = this.#model.profile.mean;
    if (mean === 8) return JSON.stringify([{ index: seed % 10, label: LABELS[seed % 10], probability: 0.105, logit: 1 }]);
    const index = mean === 9 ? 0 : seed % 10;
    return JSON.stringify([{ index, label: LABELS[index], probability: mean === 9 ? 1 : 0.8, logit: 5 }]);
  }

  setImage(name, rgba, width, height) {
    this.#rgba = rgba;
    this.#width = width;
    this.#height = height;
    this.#image = { name, width, height, sha256: sum(rgba) };
    this.#run = null;
    return JSON.stringify(this.#image);
  }

  setCritter(seed) {
    this.setImage(`critter:${seed}`, this.critterPicture(seed), 128, 128);
    return JSON.stringify(this.#image);
  }

  photo() {
    return this.#rgba;
  }

  gallery() {
    return JSON.stringify([46, 1, 2, 3, 4, 5, 6, 8].map((seed) => ({ seed, caption: caption(seed), title: `A plain ${LABELS[seed % 10].split(",")[0]}` })));
  }

  critterPicture(seed) {
    const out = new Uint8Array(128 * 128 * 4);
    for (let y = 0; y < 128; y++) {
      for (let x = 0; x < 128; x++) {
        const inside = (x - spot(seed).x) ** 2 + (y - spot(seed).y) ** 2 < 26 ** 2;
        const at = (y * 128 + x) * 4;
        const grain = ((x * 7 + y * 13 + seed * 31) % 17) * 2;
        out.set(inside ? [220 - grain, 90 + grain, 60 + ((seed * 40) % 120), 255] : [110 + grain + ((seed * 13) % 60), 150 + grain, 140 + y / 2, 255], at);
      }
    }
    return out;
  }

  async classify(topK) {
    const [mean] = this.#model.profile.mean;
    const first = mean === 9 ? 0 : this.#first();
    const values = mean === 9 ? [1, 0, 0, 0, 0] : mean === 8 ? [0.105, 0.1, 0.1, 0.1, 0.1] : [0.912, 0.051, 0.02, 0.009, 0.004];
    return JSON.stringify(values.slice(0, topK).map((probability, i) => {
      const index = (first + i) % 10;
      return { index, label: this.#labels[index], probability, logit: 5 - i };
    }));
  }

  #first() {
    return this.#image.sha256.length ? parseInt(this.#image.sha256.slice(0, 4), 16) % 10 : 0;
  }

  async start(settingsJson) {
    const given = JSON.parse(settingsJson);
    const settings = { iterations: LEARNED.includes(given.method) ? 300 : 3, seed: 0, game: given.method === "extremal" ? "preserve" : "delete", ...given };
    if (settings.target !== "top" && settings.target?.index === 9) {
      throw fault("not-explainable", "The score of bee is 0.00 before anything is deleted: there is no evidence to find.");
    }
    this.#run = { settings, at: 0, begin: Date.now() };
    this.#curves = { objective: [], score: [] };
    this.#mask.fill(1);
    return JSON.stringify({ scores: { original: 0.912, null: 0.004 }, total: settings.iterations, settings, warnings: [] });
  }

  async step(iterations) {
    const run = this.#run;
    if (!run) throw fault("settings", "No run was started.");
    await new Promise((resolve) => setTimeout(resolve, iterations * 4));
    if (run.settings.method === "guided") throw fault("unsupported", "guided looks inside the model, and this one is closed to it");
    if (run.at > 20 && run.settings.seed === MISHAPS.panic) throw new WebAssembly.RuntimeError("unreachable");
    if (run.at > 20 && run.settings.seed === MISHAPS.device) throw fault("device", "The GPU was lost: the driver was reset.");
    if (run.at > 20 && run.settings.seed === MISHAPS.silent) await new Promise(() => {});
    if (run.at > 20 && run.settings.seed === MISHAPS.rejected) {
      // As a panic inside a future: its promise never settles, and the fault only surfaces in the worker at large.
      setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }, 0);
      await new Promise(() => {});
    }
    for (let i = 0; i < iterations && run.at < run.settings.iterations; i++) {
      run.at += 1;
      const left = Math.exp(-run.at / 40);
      if (!LEARNED.includes(run.settings.method)) continue;
      this.#curves.score.push(0.012 + 0.9 * left);
      this.#curves.objective.push(0.06 + 1.4 * left + 0.01 * Math.sin(run.at));
    }
    this.#paint(WIDTH[run.settings.method] ?? 110, 1 - Math.exp(-run.at / (LEARNED.includes(run.settings.method) ? 60 : 1)));
    return JSON.stringify(this.#progress());
  }

  /** @param {number} width @param {number} share */
  #paint(width, share) {
    const at = spot(this.#seed());
    const keeps = this.#run?.settings.game === "preserve";
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const evidence = 0.97 * share * Math.exp(-((x - at.x / 2) ** 2 + (y - at.y / 2) ** 2) / width);
        this.#mask[y * SIZE + x] = keeps ? evidence : 1 - evidence;
      }
    }
  }

  evidence() {
    return this.#mask.map((m) => (this.#run?.settings.game === "preserve" ? m : 1 - m));
  }

  async regions() {
    if (this.#run.settings.method !== "extremal") return "[]";
    return JSON.stringify(AREAS.map((area, i) => ({ area, chosen: i === 1, sufficient: i > 0 })));
  }

  showRegion(number) {
    this.#paint(AREAS[number] * SIZE * SIZE / 3, 1);
    this.#run.region = AREAS[number];
    return this.#report();
  }

  async judge() {
    const wide = WIDTH[this.#run.settings.method] ?? 110;
    const missed = this.#run.settings.method === "gradient";
    return JSON.stringify({ deletion_game: [wide, missed ? null : wide * 3, missed ? null : wide * 4, null], insertion: 60 / (wide + 60), deletion: wide / 2000, overlap: 50 / (wide + 50), seconds: this.#progress().seconds });
  }

  truth(index) {
    const at = spot(this.#seed());
    if (!this.#image.name.startsWith("critter:") || index === 9) return new Float32Array();
    return Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i % SIZE) - at.x / 2) ** 2 + (Math.floor(i / SIZE) - at.y / 2) ** 2 < 81 ? 1 : 0);
  }

  #seed() {
    return Number(/critter:(\d+)/.exec(this.#image.name)?.[1] ?? 7);
  }

  #progress() {
    const { at, settings, begin } = this.#run;
    const mean = this.#mask.reduce((a, b) => a + b, 0) / this.#mask.length;
    return {
      iteration: at,
      total: settings.iterations,
      done: at >= settings.iterations,
      score: this.#curves.score.at(-1) ?? 0.912,
      objective: this.#curves.objective.at(-1) ?? null,
      mask_mean: mean,
      area_at_half: this.evidence().filter((e) => e > 0.5).length / this.#mask.length,
      seconds: (Date.now() - begin) / 1000,
    };
  }

  curves() {
    return JSON.stringify(this.#curves);
  }

  modelSize() {
    return new Uint32Array([SIZE, SIZE]);
  }

  picture(kind) {
    const shown = this.evidence();
    const out = new Uint8Array(SIZE * SIZE * 4);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const from = (Math.floor((y * this.#height) / SIZE) * this.#width + Math.floor((x * this.#width) / SIZE)) * 4;
        const evidence = shown[y * SIZE + x];
        const keep = { original: 1, deleted: 1 - evidence, preserved: evidence }[kind];
        for (let c = 0; c < 3; c++) out[(y * SIZE + x) * 4 + c] = this.#rgba[from + c] * keep + [140, 160, 150][c] * (1 - keep);
        out[(y * SIZE + x) * 4 + 3] = 255;
      }
    }
    return out;
  }

  smoothMask() {
    return Float32Array.from(this.#mask);
  }

  async finish() {
    if (!this.#run) throw fault("settings", "No run was started.");
    return this.#report();
  }

  #report() {
    const run = this.#run;
    const progress = this.#progress();
    const index = run.settings.target?.index ?? this.#first();
    return JSON.stringify({
      version: 1,
      tool: "vanish 0.0.0",
      model: { name: this.#model.name, sha256: this.#model.sha256, profile: this.#model.profile, profile_assumed: false },
      image: this.#image,
      target: { index, label: LABELS[index] },
      method: run.settings.method,
      settings: run.settings,
      seed: run.settings.seed,
      device: JSON.parse(this.device()),
      iterations: run.at,
      seconds: progress.seconds,
      scores: { original: 0.912, null: 0.004, deleted: progress.score, preserved: 0.87, normalised: 0.01 },
      mask: { rows: SIZE, cols: SIZE, values: [...this.#mask], mean: progress.mask_mean, area_at_half: progress.area_at_half },
      objective: this.#curves.objective,
      sentence: `Blurring ${(progress.area_at_half * 100).toFixed(1)} % of the picture takes ${LABELS[index]} from 0.91 to ${progress.score.toFixed(2)}.`,
    });
  }

  async importReport(json) {
    let report;
    try {
      report = JSON.parse(json);
    } catch {
      throw fault("settings", "This is not a report: it is not valid JSON.");
    }
    if (report.version !== 1 || !report.mask?.values) throw fault("settings", "This is not a report that this version reads.");
    this.#mask = Float32Array.from(report.mask.values);
    return json;
  }
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
    input: `image [N, 3, ${SIZE}, ${SIZE}]`,
    output: /twin/.test(name) ? ["logits [N, 10]", "features [N, 10]"] : ["logits [N, 10]"],
    opset: 17,
    producer: "mock",
    profile: { name, size: SIZE, resize: SIZE, channels: "RGB", range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1], output: "logits", ...JSON.parse(profileJson ?? "{}") },
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
