/** What callers give the npm package, and when: each mistake is a sentence, and what was asked for last is what is open. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onnx, png } from "../files.mjs";
import { packaged } from "./packaged.mjs";

const { visit } = packaged({
  "slow.png": png(40, 30),
  "slow.onnx": onnx(),
  "given.html": `<!doctype html><html lang="en"><title>Given</title></html>`,
});

/** @param {RegExp} [mayLog] */
const opened = (mayLog) => visit({ path: "given.html", mayLog });

test("a file that comes late does not take the place of what was asked for after it", async () => {
  const { page, leave } = await opened(/404/);
  await page.route(/slow/, async (route) => {
    await new Promise((later) => setTimeout(later, 800));
    await route.continue();
  });
  const told = await page.evaluate(async () => {
    const address = new URL("node_modules/vanish/index.js", location.href).href;
    const { load } = await import(address);
    const engine = await load({ device: "cpu" });
    const kind = (/** @type {any} */ error) => error.kind;
    const late = [engine.openModel("slow.onnx").catch(kind), engine.openPicture("slow.png").catch(kind)];
    await engine.openModel("critters");
    await engine.openPicture("critter:7");
    const kinds = await Promise.all(late);
    const [{ label }] = await engine.classify();
    const { report } = await engine.explain({ target: "Ram", iterations: 2 });
    engine.close();
    return [...kinds, label, report.target.label, report.image.name];
  });
  assert.deepEqual(told, ["superseded", "superseded", "ram", "ram", "critter:7"]);
  await leave();
});

test("a picture that is an element, a bitmap or nothing is refused in a sentence, and not fetched as a name", async () => {
  const { page, requests, leave } = await opened();
  const told = await page.evaluate(async () => {
    const address = new URL("node_modules/vanish/index.js", location.href).href;
    const { load } = await import(address);
    const engine = await load({ device: "cpu" });
    const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 4 });
    const bitmap = await createImageBitmap(new ImageData(4, 4));
    const sources = [new Image(), canvas, bitmap, new ArrayBuffer(8), null, undefined, 7];
    const why = (/** @type {any} */ error) => `${error.kind}: ${error.message}`;
    const refusals = await Promise.all(sources.map((source) => engine.openPicture(source).catch(why)));
    const early = await engine.explain({ target: "ram" }).catch(why);
    await engine.openModel("critters");
    await engine.openPicture("critter:7");
    const { report } = await engine.explain({ target: null, iterations: 2 });
    engine.close();
    return { refusals, early, label: report.target.label };
  });
  for (const words of told.refusals) assert.match(words, /^settings: A picture is an address, a file or blob, .*\.$/);
  assert.match(told.early, /^model: There is no model yet/);
  assert.equal(told.label, "ram", "no target is the model’s first answer");
  assert.deepEqual(requests.filter((url) => /object|null|undefined/.test(url)), []);
  await leave();
});

test("bytes that are gone, and a worker that is none or does not start, are named", async () => {
  const { page, leave } = await opened(/404/);
  const told = await page.evaluate(async () => {
    const address = new URL("node_modules/vanish/index.js", location.href).href;
    const { load } = await import(address);
    const wasm = await (await fetch("node_modules/vanish/vanish_cpu_bg.wasm")).arrayBuffer();
    const module = await WebAssembly.compile(wasm);
    structuredClone(wasm, { transfer: [wasm] });
    const of = (/** @type {string} */ name, /** @type {WorkerOptions} */ how) => new Worker(name, how);
    const asked = [
      { wasm },
      { wasm: module, worker: async () => of("node_modules/vanish/worker.js", { type: "module" }) },
      { wasm: module, worker: () => of("none.js", { type: "module" }) },
      { wasm: module, worker: () => of("node_modules/vanish/worker.js", {}) },
    ];
    const why = (/** @type {any} */ error) => `${error.kind}: ${error.message}`;
    return Promise.all(asked.map((options) => load(options).catch(why)));
  });
  assert.match(told[0], /^settings: The option wasm has no bytes: they were transferred/);
  assert.match(told[1], /^settings: The option worker is a function that returns the worker itself/);
  for (const words of told.slice(2)) assert.match(words, /^worker: .*has to start vanish\/worker as a module/);
  assert.match(told[3], /import\.meta/);
  await leave();
});

test("an element whose property is set to nothing lacks that attribute", async () => {
  const { page, leave } = await opened();
  const told = await page.evaluate(async () => {
    await import(new URL("node_modules/vanish/element.js", location.href).href);
    const element = /** @type {any} */ (document.createElement("vanish-explainer"));
    const names = ["src", "model", "target", "method"];
    for (const name of names) element[name] = "critters";
    for (const name of names) element[name] = name === "src" ? null : undefined;
    return [names.filter((name) => element.hasAttribute(name)), element.src, element.model, element.target];
  });
  assert.deepEqual(told, [[], "", "critters", ""]);
  await leave();
});
