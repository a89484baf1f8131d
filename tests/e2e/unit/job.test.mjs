/** The worker's loop over jobs, with an engine whose runs end when they are told to. */
import assert from "node:assert/strict";
import { before, test } from "node:test";

const browser = { postMessage: () => {}, addEventListener: () => {} };
/** Node's own keeps its process alive. */
class MessageChannel {
  port1 = { onmessage: () => {} };
  port2 = { postMessage: () => setImmediate(() => this.port1.onmessage()) };
}
Object.assign(globalThis, { self: browser, MessageChannel, ImageData: class {}, createImageBitmap: async () => ({}) });
const bench = await import("../../../www/worker/bench.js");
const job = await import("../../../www/worker/job.js");

const free = () => {};
const none = () => new Float32Array();
/** What ends the runs that are at their end. @type {(() => void)[]} */
const ending = [];

/** A run of a thousand steps, whose proof takes until `letEnd`. @param {string} seed */
const runOf = (seed) => {
  let iteration = 0;
  const finding = { free, side: () => 1, picture: none, mask: none, evidence: none, order: none, report: () => seed };
  return {
    free,
    started: () => `{"total":1000}`,
    step: async (/** @type {number} */ steps) => JSON.stringify({ iteration: (iteration += steps), done: false }),
    curves: () => "{}",
    preview: async () => finding,
    finish: () => new Promise((resolve) => ending.push(() => resolve(finding))),
    regions: async () => [],
  };
};
/** Gives their proof to those that wait for it. */
const letEnd = async () => {
  while (!ending.length) await new Promise((resolve) => setTimeout(resolve, 1));
  for (const end of ending.splice(0)) end();
};

before(async () => {
  const info = () => `{"width":1,"height":1}`;
  const model = { free, info, labels: () => "[]", explain: async (_, settings) => runOf(JSON.parse(settings).seed) };
  const engine = {
    device: () => "{}",
    methods: () => "{}",
    reserveModel: free,
    appendModel: free,
    openModel: async () => model,
    critter: () => ({ free, info, rgba: () => new Uint8Array(4) }),
  };
  const glue = { initSync: free, version: () => "", Engine: { create: async () => engine } };
  await bench.boot(glue, /** @type {any} */ ({}), free);
  await bench.openModel({ name: "m", file: new Blob(["m"]) }, free, free);
  await bench.openCritter({ seed: 1 }, async () => {});
});

/** Asks for a run, and waits for its first step where it can have one. @param {string} seed @param {() => void} [begun] */
const asked = (seed, begun = free) => {
  const tell = (/** @type {string} */ event) => void (event === "tick" && begun());
  return job.run({ kind: "explain", settings: { seed } }, tell).catch(({ kind }) => ({ end: kind, report: null }));
};
/** @param {string} seed @returns {Promise<ReturnType<typeof asked>>} the run, in a list since it would be awaited */
const begun = (seed) =>
  new Promise((resolve) => {
    const run = [asked(seed, () => resolve(/** @type {any} */ (run)))];
  });

test("a stop is heard by a run that waits for the one before it to end", async () => {
  const [first] = /** @type {any} */ (await begun("first"));
  const second = asked("second");
  job.end("cancelled");
  await letEnd();
  assert.deepEqual([(await first).end, (await first).report], ["replaced", "first"]);
  const { end, last } = /** @type {any} */ (await second);
  assert.deepEqual([end, last], ["cancelled", null]);
  await job.untilFree();
});

test("of several runs that wait only the newest begins", async () => {
  const [first] = /** @type {any} */ (await begun("first"));
  const second = asked("second");
  const third = begun("third");
  await letEnd();
  assert.deepEqual([(await first).end, (await second).end], ["replaced", "superseded"]);
  const [run] = /** @type {any} */ (await third);
  job.end("cancelled");
  await letEnd();
  assert.deepEqual([(await run).end, (await run).report], ["cancelled", "third"]);
});

test("a run that waits is given up where another picture takes the place of its own", async () => {
  const [first] = /** @type {any} */ (await begun("first"));
  const second = asked("second");
  const opened = job.endAndWait("replaced");
  await letEnd();
  assert.deepEqual([(await first).end, (await second).end], ["replaced", "superseded"]);
  await opened;
});
