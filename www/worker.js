/**
 * The one worker: owns the wasm module, the device and the run. The page sends requests and gets answers by number;
 * what happens in between comes as events. Only one call is inside the engine at a time, and a run is stepped in short
 * pieces, so every request is heard between two of them.
 */
import { decode, preview } from "./decode.js";
import * as store from "./store.js";
import { sentence } from "./words.js";

/** @typedef {import("./types.js").Fault} Fault */

const scope = /** @type {{postMessage: (message: unknown, transfer?: Transferable[]) => void} & EventTarget} */ (
  /** @type {unknown} */ (self)
);
const GLUE = new URL("../pkg/vanish.js", import.meta.url).href;
const WASM = new URL("../pkg/vanish_bg.wasm", import.meta.url).href;

/** The time one piece of a run should take: short enough to cancel at once, long enough to keep the device busy. */
const PIECE_MS = 120;
const MOST_STEPS = 20;

/** @type {any} The engine, once it is there. */
let engine = null;

// -------- One at a time

/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/**
 * Runs `work` when the engine is free.
 *
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
function alone(work) {
  const result = queue.then(work);
  queue = result.catch(() => {});
  return result;
}

/** Of requests of one kind only the newest survives. @type {Map<string, number>} */
const newest = new Map();

/** @param {string} kind @returns {() => void} throws when a newer request of the kind has come */
function onlyNewest(kind) {
  const mine = (newest.get(kind) ?? 0) + 1;
  newest.set(kind, mine);
  return () => {
    if (newest.get(kind) !== mine) throw { kind: "superseded", message: "A newer request took this one’s place." };
  };
}

/** Lets waiting messages in. */
const channel = new MessageChannel();
/** @returns {Promise<void>} */
function breathe() {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(0);
  });
}

// -------- Requests

/** @type {Record<string, (params: any) => Promise<unknown>>} */
const requests = {
  /** @param {{preference: string}} params */
  async boot({ preference }) {
    tell({ stage: "engine" });
    const [glue, response] = await Promise.all([
      import(GLUE),
      counted(WASM, (done, total) => tell({ stage: "engine", done, total })),
    ]);
    await glue.default({ module_or_path: response });
    tell({ stage: "device" });
    engine = await glue.Engine.create(preference);
    return { version: glue.version(), device: JSON.parse(engine.device()) };
  },

  async gallery() {
    return alone(() => JSON.parse(engine.gallery()));
  },

  /** @param {{seed: number}} params */
  async critterPicture({ seed }) {
    return alone(() => engine.critterPicture(seed));
  },

  /** From `url`, from what is `stored`, or the `file`. @param {{name: string, url?: string, file: Blob, stored?: string, profile?: string, labels?: string}} params */
  async openModel({ name, url, file, stored, profile, labels }) {
    const check = onlyNewest("model");
    if (url) [file, profile] = await fetchModel(name, url);
    if (stored) ({ file, name, profile, labels } = await store.take(stored));
    await feed(name, file, check);
    const info = await alone(async () => {
      check();
      tell({ stage: "parse", name });
      const info = JSON.parse(await engine.loadModel(name, profile, labels));
      end("replaced");
      open = { name, file, info, assumedLabels: false };
      return info;
    });
    if (!info.labelled && info.classes === 1000) await nameAsImageNet(info);
    return alone(answer);
  },

  /** @param {{profile: string, labels?: string}} params */
  async setProfile({ profile, labels }) {
    return alone(() => {
      const info = JSON.parse(engine.setProfile(profile, labels));
      end("replaced");
      if (open) Object.assign(open, { info, assumedLabels: open.assumedLabels && labels === undefined });
      return answer();
    });
  },

  /** The first answers to samples, to see whether the profile makes sense; a run is not disturbed. @param {{seeds: number[]}} params */
  async survey({ seeds }) {
    const check = onlyNewest("survey");
    const tops = [];
    for (const seed of seeds) {
      while (run) await run.finished;
      const [top] = await alone(async () => {
        check();
        return JSON.parse(await engine.classifyCritter(seed));
      });
      tops.push(top);
      await breathe();
    }
    return tops;
  },

  /** The models kept between visits. */
  async kept() {
    return store.list();
  },

  /** Keeps the model that is open, with its profile and labels. */
  async keep() {
    const work = async () => {
      const [of, note] = await alone(() => [open, open && noteOf(open)]);
      if (of && note) await store.keep(of.info.sha256, of.file, note);
      return store.list();
    };
    return (keeping = keeping.then(work, work));
  },

  /** @param {{id: string}} params */
  async forget({ id }) {
    await store.forget(id);
    return store.list();
  },

  /** @param {{blob: Blob, name: string}} params */
  async openPicture({ blob, name }) {
    const check = onlyNewest("picture");
    const { rgba, width, height, notes } = await decode(blob, name);
    check();
    await endAndWait("replaced");
    return alone(async () => {
      check();
      const info = JSON.parse(engine.setImage(name, rgba, width, height));
      return { info, notes, preview: await preview(rgba, width, height) };
    });
  },

  /** @param {{seed: number}} params */
  async openCritter({ seed }) {
    const check = onlyNewest("picture");
    await endAndWait("replaced");
    return alone(async () => {
      check();
      const info = JSON.parse(engine.setCritter(seed));
      return { info, notes: [], preview: await preview(engine.photo(), info.width, info.height) };
    });
  },

  /** @param {{topK: number}} params */
  async classify({ topK }) {
    const check = onlyNewest("classify");
    return alone(async () => {
      check();
      tell({ stage: "classify" });
      return { answers: JSON.parse(await engine.classify(topK)), seen: seen() };
    });
  },

  /** @param {{index: number}} params @returns {Promise<Float32Array>} empty where it is not known */
  async truth({ index }) {
    return alone(() => engine.truth(index));
  },

  /** @param {{settings: import("./types.js").Settings, judged?: boolean}} params */
  async run({ settings, judged = false }) {
    const check = onlyNewest("run");
    await endAndWait("replaced");
    check();
    const mine = (run = newRun());
    try {
      return await explain(mine, settings, judged);
    } finally {
      mine.over();
      if (run === mine) run = null;
    }
  },

  async cancel() {
    end("cancelled");
  },

  /** @param {{paused: boolean}} params */
  async pause({ paused }) {
    if (run) run.paused = paused;
    if (run && !paused) run.wake();
  },

  /** @param {{text: string}} params */
  async importReport({ text }) {
    await endAndWait("replaced");
    return alone(async () => {
      const report = JSON.parse(await engine.importReport(text));
      return { report, pictures: picturesOfReport() };
    });
  },
};

// -------- The model that is open

/** One after the other, so that the last note stays. @type {Promise<unknown>} */
let keeping = Promise.resolve();

/** @type {{name: string, file: Blob, info: import("./types.js").ModelInfo, assumedLabels: boolean} | null} */
let open = null;

function answer() {
  return { info: open?.info, labels: JSON.parse(engine.labels()), assumedLabels: open?.assumedLabels ?? false };
}

/** What is kept of a model beside its bytes: what was guessed is guessed again. @param {NonNullable<typeof open>} of @returns {store.Note} */
function noteOf({ name, info, assumedLabels }) {
  return {
    name,
    profile: info.profile_source === "given" ? JSON.stringify({ ...info.profile, labels: undefined }) : undefined,
    labels: info.labelled && !assumedLabels ? String(engine.labels()) : undefined,
  };
}

/** Gives a file to the engine piece by piece, so that it is never whole in this language's memory as well. @param {string} name @param {Blob} file @param {() => void} check */
async function feed(name, file, check) {
  await alone(() => (check(), engine.reserveModel(file.size)));
  for (let at = 0; at < file.size; at += store.PIECE) {
    if (file.size > store.PIECE) tell({ stage: "read", name, done: at, total: file.size });
    const piece = await file.slice(at, at + store.PIECE).arrayBuffer().catch(() => {
      throw { kind: "io", message: `${name} could not be read: it was moved or changed.` };
    });
    await alone(() => (check(), engine.appendModel(new Uint8Array(piece))));
  }
}

/** ImageNet's names, from this page's own origin; where they cannot be had, the classes stay numbered. @param {import("./types.js").ModelInfo} of */
async function nameAsImageNet({ sha256 }) {
  const response = await fetch(new URL("models/imagenet-labels.txt", import.meta.url)).catch(() => null);
  if (!response?.ok) return;
  const labels = await response.text();
  await alone(() => {
    if (!open || open.info.sha256 !== sha256) return;
    const info = JSON.parse(engine.setProfile(JSON.stringify(open.info.profile), labels));
    Object.assign(open, { info, assumedLabels: !info.known });
  });
}

// -------- The run

/** @typedef {{ending: "cancelled" | "replaced" | null, paused: boolean, wake: () => void, over: () => void, finished: Promise<void>}} Run */

/** @type {Run | null} */
let run = null;

/** @returns {Run} */
function newRun() {
  let over = () => {};
  const finished = /** @type {Promise<void>} */ (new Promise((resolve) => (over = () => resolve(undefined))));
  return { ending: null, paused: false, wake: () => {}, over, finished };
}

/** @param {"cancelled" | "replaced"} how */
function end(how) {
  if (!run) return;
  run.ending ??= how;
  run.wake();
}

/** @param {"cancelled" | "replaced"} how */
async function endAndWait(how) {
  end(how);
  await run?.finished;
}

/**
 * @param {Run} mine
 * @param {import("./types.js").Settings} settings
 * @param {boolean} judged the judges are asked as well, and of regions only the answer counts
 * @returns {Promise<import("./types.js").Finished>}
 */
async function explain(mine, settings, judged) {
  tell({ stage: "start" });
  /** @type {import("./types.js").Started} */
  const started = await alone(async () => JSON.parse(await engine.start(JSON.stringify(settings))));
  scope.postMessage({ event: "started", started });
  let steps = 1;
  /** @type {import("./types.js").Tick | null} */
  let last = null;
  let stepped = 0;
  let spent = 0;
  while (!mine.ending && !last?.progress.done) {
    const begin = performance.now();
    const size = Math.max(1, Math.min(steps, started.total - stepped));
    const look = await alone(async () => (mine.ending ? null : lookAfter(size)));
    if (!look) break;
    const { progress } = look;
    const took = performance.now() - begin;
    // The first piece also compiles shaders; it says nothing about the rate.
    if (stepped > 0) spent += took;
    const rate = stepped > 0 ? ((progress.iteration - 1) / spent) * 1000 : 0;
    stepped = progress.iteration;
    steps = Math.round(Math.min(MOST_STEPS, Math.max(1, (size * PIECE_MS) / Math.max(took, 1)), steps * 2));
    last = { ...look, rate };
    scope.postMessage({ event: "tick", tick: last });
    await breathe();
    while (mine.paused && !mine.ending) await new Promise((resolve) => (mine.wake = () => resolve(undefined)));
  }
  const report = last ? await prove(mine) : null;
  if (report && last) last.pictures = await alone(pictures);
  const verdict = report && judged && !mine.ending ? await judge() : null;
  const regions = report && !judged ? await alone(regionsOfAll) : [];
  // What comes after a judged run wants to know that it is overtaken, even if this one reached its end.
  const end = last?.progress.done && !judged ? "done" : (mine.ending ?? "done");
  return { last, started, report, regions, verdict, end };
}

/** @returns {Promise<import("./types.js").Verdict>} */
async function judge() {
  tell({ stage: "judge" });
  return alone(async () => JSON.parse(await engine.judge()));
}

/** @returns {Promise<import("./types.js").Region[]>} */
async function regionsOfAll() {
  /** @type {Omit<import("./types.js").Region, "report" | "pictures">[]} */
  const areas = JSON.parse(await engine.regions());
  if (areas.length < 2) return [];
  return areas.map((area, number) => ({ ...area, report: engine.showRegion(number), pictures: pictures() }));
}

/** @param {number} steps @returns {Promise<Omit<import("./types.js").Tick, "rate">>} what there is to see after them */
async function lookAfter(steps) {
  const progress = JSON.parse(await engine.step(steps));
  return { progress, curves: JSON.parse(engine.curves()), pictures: pictures() };
}

/** @param {Run} mine @returns {Promise<string | null>} */
async function prove(mine) {
  tell({ stage: "proof" });
  try {
    return await alone(() => engine.finish());
  } catch (error) {
    // Another model took the run's place: what was seen of it stays, without a proof.
    if (mine.ending === "replaced" && faultOf(error).kind !== "panic") return null;
    throw error;
  }
}

/** @returns {import("./types.js").Pictures} */
function pictures() {
  const [width, height] = engine.modelSize();
  return {
    width,
    height,
    original: engine.picture("original"),
    deleted: engine.picture("deleted"),
    preserved: engine.picture("preserved"),
    mask: engine.smoothMask(),
    evidence: engine.evidence(),
  };
}

/** None where the report is about another picture. @returns {import("./types.js").Pictures | null} */
function picturesOfReport() {
  try {
    return pictures();
  } catch (error) {
    if (faultOf(error).kind === "panic") throw error;
    return null;
  }
}

/** The part of the picture the model sees. @returns {{width: number, height: number, original: Uint8Array}} */
function seen() {
  const [width, height] = engine.modelSize();
  return { width, height, original: engine.picture("original") };
}

// -------- Files

/**
 * A response whose bytes are counted as they come.
 *
 * @param {string} url
 * @param {(done: number, total: number) => void} progress
 * @returns {Promise<Response>}
 */
async function counted(url, progress) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || !response.body) {
    const why = response ? `the server answered ${response.status}` : "no connection";
    throw { kind: "io", message: `${new URL(url).pathname.split("/").pop()} could not be fetched: ${why}.` };
  }
  // A compressed transfer counts other bytes than those that arrive: then there is no honest total.
  const total = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  let done = 0;
  const counter = new TransformStream({
    transform(chunk, out) {
      done += chunk.byteLength;
      progress(done, total);
      out.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), {
    headers: { "content-type": response.headers.get("content-type") ?? "application/octet-stream" },
  });
}

/** @param {string} name @param {string} url @returns {Promise<[Blob, string | undefined]>} */
async function fetchModel(name, url) {
  const [model, profile] = await Promise.all([
    counted(url, (done, total) => tell({ stage: "model", name, done, total })),
    fetch(url.replace(/\.onnx$/, ".json")).catch(() => null),
  ]);
  return [await model.blob(), profile?.ok ? await profile.text() : undefined];
}

// -------- The border

/** @param {import("./types.js").Loading} loading */
function tell(loading) {
  scope.postMessage({ event: "loading", loading });
}

/** @param {any} error @returns {Fault} a failure the engine explains, or a bug */
function faultOf(error) {
  if (error && typeof error === "object" && typeof error.kind === "string") return { kind: error.kind, message: sentence(String(error.message)) };
  return { kind: "panic", message: String(error?.message ?? error) };
}

scope.addEventListener("message", async (event) => {
  const { id, method, params } = /** @type {MessageEvent} */ (event).data;
  try {
    scope.postMessage({ id, value: await requests[method](params ?? {}) });
  } catch (error) {
    scope.postMessage({ id, fault: faultOf(error) });
  }
});

// A panic inside a future of wasm never settles its promise; it only comes by here.
scope.addEventListener("error", (event) => {
  event.preventDefault();
  scope.postMessage({ event: "fault", fault: faultOf(/** @type {ErrorEvent} */ (event).error ?? event) });
});
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  scope.postMessage({ event: "fault", fault: faultOf(/** @type {PromiseRejectionEvent} */ (event).reason) });
});
scope.postMessage({ event: "ready" });
