/** What the package makes of what it is given, before the engine hears of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkOptions, isModelFiles, plain } from "../../../www/package/arguments.js";
import { addressOf, nameOf, pictureFile } from "../../../www/package/files.js";
import { METRICS, studySettings } from "../../../www/package/studies.js";

Object.assign(globalThis, { document: { baseURI: "https://here.example/page/" }, location: new URL("https://here.example/page/") });
const REGISTRY = /** @type {any} */ ({ default: "fast", methods: [], settings: [] });

/** @param {() => unknown} work @returns {string} why it is refused, in one sentence */
function why(work) {
  try {
    return `took ${JSON.stringify(work())}`;
  } catch (error) {
    const { kind, message } = /** @type {any} */ (error);
    assert.equal(kind, "settings", message);
    assert.match(message, /^\S.*[^.]\.$/);
    return message;
  }
}

test("settings that cannot reach the engine are refused by name", () => {
  const circle = /** @type {any} */ ({});
  circle.of = circle;
  const cases = [
    [{ onProgress: () => {} }, /“onProgress” is a function/],
    [{ seed: 1n }, /“seed” is a bigint/],
    [{ l1: NaN }, /“l1” is NaN/],
    [{ deep: { scale: Infinity } }, /“scale” is Infinity/],
    [circle, /hold themselves/],
    [null, /are an object/],
    ["fast", /are an object/],
    [[], /are an object/],
  ];
  for (const [settings, expected] of cases) assert.match(why(() => plain(settings)), /** @type {RegExp} */ (expected));
  const files = [{ name: "a.png", file: new Blob(["a"]) }];
  assert.deepEqual(plain({ seed: 2, target: undefined, files }), { seed: 2, files });
});

test("options of load are refused where they can mean nothing", () => {
  assert.match(why(() => checkOptions({ device: /** @type {any} */ ("tpu") })), /“tpu” is no device: it is "auto", "cpu" or "gpu"/);
  assert.match(why(() => checkOptions({ worker: /** @type {any} */ ("worker.js") })), /a function that starts the worker/);
  for (const wasm of [7, null, {}]) assert.match(why(() => checkOptions({ wasm: /** @type {any} */ (wasm) })), /option wasm/);
  for (const wasm of ["a.wasm", new URL("https://a.example/"), new Uint8Array(2), new ArrayBuffer(2), undefined]) checkOptions({ wasm });
  for (const device of /** @type {const} */ (["auto", "cpu", "gpu", undefined])) checkOptions({ device });
});

test("a study without settings takes those of the page", () => {
  const usual = (/** @type {string} */ kind, asked = {}) => /** @type {any} */ (studySettings(kind, asked, REGISTRY));
  assert.deepEqual(usual("attack"), { attack: "least-likely", eps: 8 });
  assert.deepEqual(usual("attack", { attack: "patch", eps: undefined, seed: 3 }), { attack: "patch", eps: 5, seed: 3 });
  assert.deepEqual(usual("cues", { pictures: 20 }), { method: "fast", pictures: 20, beside_cues: false });
  const { methods, metrics, controls, pictures } = usual("evaluate");
  assert.deepEqual([methods, metrics.length, controls, pictures], [["fast"], 8, true, 20]);
  for (const kind of ["concept", "parts", "invariance"]) assert.deepEqual(usual(kind), {}, kind);
  assert.match(why(() => usual("deletion")), /needs \{ report \}/);
  assert.match(why(() => usual("invariance", { report: 5 })), /the json of explain/);
  for (const files of ["a", [{}], [{ name: "a", file: "a" }]]) assert.match(why(() => usual("cues", { files })), /list of \{ name, file \}/);
});

test("what lies beside a model is a file with a name", () => {
  const file = new Blob(["m"]);
  assert.ok(isModelFiles({ file, name: "m.onnx", beside: [{ name: "w.bin", file }] }));
  for (const beside of [{}, ["w.bin"], [{ name: "w.bin", file: () => {} }]]) assert.ok(!isModelFiles({ file, name: "m.onnx", beside }));
});

test("an address that names no file gives none", () => {
  const names = ["cats/a%20b.jpg?x", "data:image/png;base64,AAAA/BBB==", "blob:https://here.example/1-2"];
  assert.deepEqual(names.map((address) => nameOf(addressOf(address), "picture")), ["a b.jpg", "picture", "picture"]);
});

test("where no answer comes, what it can be is named: another site, a damaged address, no connection", async () => {
  Object.assign(globalThis, { fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
  const said = (/** @type {string} */ source) => pictureFile(source).catch(({ kind, message }) => `${kind}: ${message}`);
  assert.match(String(await said("https://far.example/cat.jpg")), /^io: cat\.jpg could not be fetched from https:\/\/far\.example: .*\(CORS\).*\(connect-src\)\.$/);
  assert.match(String(await said("data:image/png;base64,?")), /^io: picture could not be fetched from its data: address: it is damaged/);
  assert.equal(await said("cat.jpg"), "io: cat.jpg could not be fetched: no connection.");
});

test("what an evaluation measures where nobody says is what the engine calls usual", () => {
  const source = readFileSync(new URL("../../../src/study/metric.rs", import.meta.url), "utf8");
  const [, usual] = /const USUAL: [^=]*= \[([^\]]*)\]/.exec(source) ?? [];
  const names = [...usual.matchAll(/Metric::(\w+)/g)].map(([, name]) => name.replace(/\B[A-Z]/g, "-$&").toLowerCase());
  assert.deepEqual(METRICS, names);
});
