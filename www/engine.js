/** The engine's life: started, crashed, started again; and what its failures mean to a person. */
import { byId, fail, note, say } from "./dom.js";
import { EngineClient, EngineError } from "./engine-client.js";
import { fillGallery, markSample } from "./inputs.js";
import { classify, openPicture, takeModel, takePicture } from "./opening.js";
import { showDevice } from "./panels.js";
import { showKept } from "./kept.js";
import { setLoading, showEnd, showWaiting } from "./run-view.js";
import { begun, keepProvisional, tick } from "./running.js";
import { app, captions, forcedDevice, refresh, sample } from "./session.js";
import { bytes, sentence } from "./words.js";

export const client = new EngineClient({
  loading: (now) => (app.listener?.loading ?? loading)(now),
  started: (now) => begun(now),
  tick: (now) => (app.listener?.tick ?? tick)(now),
  crashed,
});

/** @type {Promise<void>} */
let booting = Promise.resolve();

/** All samples are drawn. */
let hung = false;

/** @returns {string} */
function preference() {
  return app.gpuLost ? "cpu" : (forcedDevice ?? app.state.device);
}

/**
 * Starts the worker and brings back the model and the picture it had.
 *
 * @param {string} [because] why the CPU is used where the GPU was asked for
 * @returns {Promise<void>}
 */
export function boot(because) {
  return (booting = start(because));
}

/** @returns {Promise<void>} when the engine is up, or has failed to start */
export function started() {
  return booting;
}

/** @param {string} [because] @returns {Promise<void>} */
async function start(because) {
  app.booted = false;
  app.answers = [];
  app.phase = "idle";
  refresh();
  try {
    client.start();
    const up = await client.call("boot", { preference: preference() });
    app.device = up.device;
    showDevice(up.device, preference(), because);
    byId("version", HTMLElement).textContent = `vanish ${up.version}`;
    app.booted = true;
    if (!hung) void hangGallery().catch(handle);
    void showKept();
    const [opened, seen] = await Promise.allSettled([takeModel(app.modelSource), takePicture(app.pictureSource)]);
    if (opened.status === "rejected") throw opened.reason;
    if (seen.status === "rejected") throw seen.reason;
    await classify();
  } catch (error) {
    setLoading("");
    if (!app.booted && error instanceof EngineError && error.kind === "device" && preference() !== "cpu") {
      app.gpuLost = error.message;
      note(`${error.message} The CPU is used instead.`);
      return start(error.message);
    }
    handle(error);
  }
}

/** Draws the samples, one after the other. */
async function hangGallery() {
  /** @type {import("./types.js").Sample[]} */
  const samples = await client.call("gallery");
  for (const { seed, caption } of samples) captions.set(seed, caption);
  await fillGallery(samples, (seed) => client.call("critterPicture", { seed }), (seed) => openPicture({ seed }));
  markSample(sample());
  hung = true;
}

/**
 * The worker is of no more use. What was seen of a run stays; another worker takes over.
 *
 * @param {import("./types.js").Fault} fault
 */
function crashed(fault) {
  keepProvisional();
  showEnd("");
  app.crashes += 1;
  // A lost device surfaces in many ways, most of them as a panic of the GPU library.
  if (app.booted && app.device?.kind === "gpu" && /lost|wgpu|gpu|adapter|buffer/i.test(fault.message)) return lostDevice(sentence(fault.message));
  if (app.booted && app.crashes < 3) {
    fail(`You found a bug in vanish, and its engine had to be started again (${fault.message}). ${app.shown ? "Your last result is kept." : ""}`.trim());
    void boot();
  } else if (preference() !== "cpu") {
    app.crashes = 0;
    app.gpuLost = "The engine failed on the GPU, so the CPU is used.";
    note(`${app.gpuLost} (${fault.message})`);
    void boot(app.gpuLost);
  } else {
    app.booted = false;
    app.answers = [];
    refresh();
    setLoading("");
    fail(`The engine could not be started in this browser: ${fault.message}. A current Chrome, Edge, Firefox or Safari can run it.`);
  }
}

/** The CPU takes over. @param {string} message */
export function lostDevice(message) {
  keepProvisional();
  showEnd("");
  app.gpuLost = `The GPU was lost during this visit (${message.replace(/\.$/, "")}), so the CPU goes on.`;
  fail(`${message} The CPU goes on from here${app.shown ? "; your last result is kept" : ""}.`);
  void boot(app.gpuLost);
}

/** Says what went wrong, or mends it. @param {unknown} error */
export function handle(error) {
  if (!(error instanceof EngineError)) throw error;
  if (["superseded", "ended", "panic"].includes(error.kind)) return;
  if (error.kind === "device" && app.device?.kind === "gpu") lostDevice(error.message);
  else fail(error.message);
}

/** @param {import("./types.js").Loading} now */
function loading({ stage: what, done = 0, total = 0, name = "" }) {
  const amount = done ? `: ${bytes(done)}${total ? ` of ${bytes(total)}` : ""}` : "";
  const words = {
    engine: `Fetching the engine${amount}`,
    device: "Trying the GPU against the CPU",
    model: `Fetching ${name}${amount}`,
    read: `Reading ${name}${amount}`,
    parse: `Opening ${name}`,
    classify: app.device?.kind === "gpu" ? "Asking the model (the first time, its shaders are compiled)" : "Asking the model",
    start: "Measuring the blurred picture",
    proof: "Checking the result",
    judge: "Judging the result",
  }[what];
  if (app.phase === "idle") setLoading(`${words}…`);
  else if (what === "start") showWaiting(`${words}…`);
  say(words);
}
