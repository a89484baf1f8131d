/** Jobs in several workers, and how many there are: with clients that answer when they are told to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Jobs } from "../../../www/app/jobs.js";
import { roomFor } from "../../../www/app/pool.js";
import { passesOf } from "../../../www/views/compare/rows.js";

/** Stands in for a worker's client: keeps what it was asked, and answers a run when it is told to. */
class Client {
  /** @type {string[]} */
  asked = [];
  stopped = false;
  finish = (/** @type {unknown} */ _) => {};

  /** @param {string} method @param {{paused?: boolean}} [params] */
  call(method, params) {
    this.asked.push(method + (params?.paused === undefined ? "" : ` ${params.paused}`));
    return method === "run" ? new Promise((resolve) => (this.finish = resolve)) : Promise.resolve();
  }

  stop() {
    this.stopped = true;
  }
}

/** Two workers, and a job that runs a part in each. */
function twoAtWork() {
  const [first, other] = [new Client(), new Client()];
  const store = {
    now: /** @type {any} */ ({ job: null }),
    change: (/** @type {object} */ what) => void Object.assign(store.now, what),
  };
  const troubles = { stuck: () => {}, silent: () => {} };
  const jobs = new Jobs(/** @type {any} */ (first), /** @type {any} */ (store), troubles);
  const params = { kind: "explain", settings: {} };
  let going = () => false;
  const done = jobs.together("compare", (run, goes) => {
    going = goes;
    return Promise.all([first, other].map((client) => run(/** @type {any} */ (client), params, {})));
  });
  return { first, other, store, jobs, params, going: () => going(), done };
}

test("cancel and pause reach every worker of a job", async () => {
  const { first, other, store, jobs, going, done } = twoAtWork();
  assert.deepEqual(store.now.job, { owner: "compare", phase: "running", ending: false });
  jobs.pause();
  jobs.pause();
  assert.ok(going());
  jobs.cancel();
  assert.ok(!going(), "nothing more is begun");
  for (const { asked } of [first, other]) assert.deepEqual(asked, ["run", "pause true", "pause false", "cancel"]);
  first.finish("a");
  assert.ok(store.now.job, "the job goes on until its last part is over");
  other.finish("b");
  assert.deepEqual(await done, ["a", "b"]);
  assert.equal(store.now.job, null);
});

test("a part that begins while its job is paused is held", async () => {
  const { first, store, jobs, params } = twoAtWork();
  const late = new Client();
  const done = jobs.together("compare", async (run) => {
    jobs.pause();
    return run(/** @type {any} */ (late), params, {});
  });
  await Promise.resolve();
  assert.deepEqual(late.asked, ["run", "pause true"]);
  late.finish(0);
  await done;
  assert.equal(store.now.job, null);
  assert.deepEqual(first.asked, ["run"]);
});

test("a new job ends the parts of the one before in other workers", () => {
  const { first, other, jobs, params, going } = twoAtWork();
  void jobs.run("explain", params, {});
  assert.ok(!going());
  assert.deepEqual(first.asked, ["run", "run"], "the worker itself ends the run that is replaced");
  assert.deepEqual(other.asked, ["run", "cancel"]);
});

test("the first worker is lost alone, or with the others", () => {
  for (const othersGoOn of [true, false]) {
    const { other, store, jobs, going } = twoAtWork();
    jobs.lose(othersGoOn);
    assert.equal(other.stopped, !othersGoOn);
    assert.equal(store.now.job !== null, othersGoOn);
    assert.equal(going(), othersGoOn);
  }
});

test("an explanation ends with its worker; a job in parts is for the next one", async () => {
  const { store, jobs, params } = twoAtWork();
  jobs.lose(true);
  assert.notEqual(store.now.job, null);
  void jobs.run("explain", params, {});
  jobs.lose(true);
  assert.equal(store.now.job, null);
});

test("there are as many workers as cores less one, at most four, and as memory has room for", () => {
  const [small, resnet, vast] = [
    { size: 4e5, memory: { weights: 4e5, activations: 5e6 } },
    { size: 100e6, memory: { weights: 100e6, activations: 60e6 } },
    { size: 500e6, memory: { weights: 500e6, activations: 200e6 } },
  ];
  const GB = 1e9;
  for (const [model, cores, memoryBytes, expected] of /** @type {const} */ ([
    [small, 1, 8 * GB, 1],
    [small, 2, 8 * GB, 1],
    [small, 4, 8 * GB, 3],
    [small, 64, 8 * GB, 4],
    [small, 64, GB / 4, 1],
    [resnet, 8, 8 * GB, 3],
    [vast, 8, 8 * GB, 1],
  ]))
    assert.equal(roomFor(model, { cores, memoryBytes }), expected, JSON.stringify([model, cores, memoryBytes]));
});

test("a method's passes are its steps, samples and areas multiplied", () => {
  assert.equal(passesOf({}), 1);
  assert.equal(passesOf({ samples: 4000, seed: 3 }), 4000);
  assert.equal(passesOf({ iterations: 100, areas: [0.1, 0.2] }), 200);
});
