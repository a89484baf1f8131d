/** The npm package from its archive: in Node, in a type check, on a plain page, and bundled by esbuild. */
import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ROOT, call, explainsBoth } from "../../package/archive.mjs";
import { onnx, png } from "../files.mjs";
import { axeCheck } from "./harness.mjs";
import { packaged } from "./packaged.mjs";

const { place, visit, write } = packaged();

/** How a picture becomes the input of the tiny model. */
const PROFILE = {
  name: "tiny",
  size: 32,
  resize: 32,
  channels: "RGB",
  range: [0, 1],
  mean: [0],
  std: [1],
  output: "logits",
};

/** All that the engine and the elements need, and no more. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'; img-src 'self'";

/**
 * A page of its own with a script, under a policy.
 *
 * @param {string} name
 * @param {string} body
 * @param {string} script
 * @param {string} [policy]
 */
async function plainPage(name, body, script, policy = POLICY) {
  await write(`${name}.js`, script);
  const meta = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const head = `<head>${meta}<title>${name}</title><script type="module" src="${name}.js"></script></head>`;
  await write(`${name}.html`, `<!doctype html><html lang="en">${head}<body>${body}</body></html>`);
  return { path: `${name}.html`, options: { viewport: { width: 900, height: 900 } } };
}

test("imports in Node, does nothing there, and lets it end", async () => {
  await write(
    "node.mjs",
    `const before = Object.keys(globalThis).length;
     const [api, element] = await Promise.all([import("vanish"), import("vanish/element")]);
     console.log(JSON.stringify([Object.keys(api), Object.keys(element), Object.keys(globalThis).length - before]));`,
  );
  const { stdout } = await call(process.execPath, ["node.mjs"], { cwd: place(""), timeout: 60_000 });
  assert.deepEqual(JSON.parse(stdout), [["EngineError", "load"], ["VanishExplainer", "configure"], 0]);
});

test("an engine asked for in Node is refused in a sentence", async () => {
  await write("load.mjs", `import { load } from "vanish"; load().catch((error) => console.log(error.name, error.message));`);
  const { stdout } = await call(process.execPath, ["load.mjs"], { cwd: place(""), timeout: 60_000 });
  assert.equal(stdout, "Error An engine needs a page of a browser; here there is none.\n");
});

test("every path that it exports is there, types first", async () => {
  const inside = place("node_modules/vanish");
  const { exports, sideEffects, version } = JSON.parse(await readFile(join(inside, "package.json"), "utf8"));
  assert.match(await readFile(join(ROOT, "Cargo.toml"), "utf8"), new RegExp(`^version = "${version}"$`, "m"));
  // What is imported for what it does, which a bundler would leave out otherwise.
  assert.deepEqual(sideEffects, [exports["./element"].default, exports["./worker"].default]);
  for (const [name, entry] of Object.entries(exports)) {
    if (typeof entry === "string") continue;
    assert.equal(Object.keys(entry)[0], "types", name);
    for (const path of Object.values(entry)) assert.ok(await readFile(join(inside, path)), `${name}: ${path}`);
  }
});

test("types take what is right and refuse what is not", async () => {
  /** A line each, and what it is refused for. @type {[string, RegExp | null][]} */
  const cases = [
    [`const width: number = (await (await load()).explain({ seed: 1 })).pictures.width; width;`, null],
    [`document.createElement("vanish-explainer").settings = { iterations: 3 };`, null],
    [`await load({ device: "tpu" });`, /"tpu"/],
    [`(await (await load()).study("cues")).cuse;`, /cuse/],
  ];
  const names = cases.map((_, at) => `consumer-${at}.mts`);
  const head = `import { load } from "vanish";\nimport "vanish/element";\nexport {};\n`;
  await Promise.all(cases.map(([line], at) => write(names[at], head + line)));
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable"];
  for (const modules of ["--module es2022 --moduleResolution bundler", "--module nodenext"]) {
    const how = [tsc, ...strict, ...modules.split(" "), ...names];
    const { stdout } = await call(process.execPath, how, { cwd: place("") }).catch((error) => error);
    const faults = stdout
      .trim()
      .split("\n")
      .filter((/** @type {string} */ line) => /^\S/.test(line));
    assert.equal(faults.length, 2, stdout);
    for (const [at, [, refused]] of cases.entries()) {
      const said = faults.filter((/** @type {string} */ fault) => fault.startsWith(names[at]));
      assert.equal(said.length, refused ? 1 : 0, said[0]);
      if (refused) assert.match(said[0], refused);
    }
  }
});

test("a bundle of esbuild explains, with the files copied beside it", async () => {
  const { build } = createRequire(join(ROOT, "xtask/web/package.json"))("esbuild");
  const outdir = place("esbuilt");
  const how = { bundle: true, splitting: true, format: "esm", target: "es2022", outdir, logLevel: "silent" };
  await build({ ...how, entryPoints: [place("app.js")] });
  for (const name of ["vanish_bg.wasm", "vanish_cpu_bg.wasm", "models"])
    await cp(place(join("node_modules/vanish", name)), join(outdir, name), { recursive: true });
  await cp(place("index.html"), join(outdir, "index.html"));
  const { page, leave } = await visit({ path: "esbuilt/", patience: 60_000 });
  await explainsBoth(page);
  await leave();
});

test("takes the engine's bytes and a worker from an address, without a blob", async () => {
  const given = await plainPage(
    "given",
    `<p id="out"></p>`,
    `import { load } from "./node_modules/vanish/index.js";
     const bytes = await (await fetch("node_modules/vanish/vanish_cpu_bg.wasm")).arrayBuffer();
     const worker = () => new Worker("node_modules/vanish/worker.js", { type: "module" });
     const first = await load({ wasm: bytes, worker });
     const engine = await load({ wasm: first.wasm, worker, device: "cpu" });
     first.close();
     await engine.openModel("critters");
     await engine.openPicture("critter:7");
     const gone = new AbortController();
     const aborted = engine.explain({}, { signal: gone.signal, onProgress: () => gone.abort() }).catch((e) => e.name);
     const names = [await aborted];
     const stopped = engine.explain({}, { onProgress: () => engine.stop() });
     names.push((await stopped).complete);
     names.push(await engine.explain({ target: "unicorn" }).catch((e) => e.message));
     names.push((await engine.explain({ target: "Ram", iterations: 3 })).report.target.label);
     const [answer] = await engine.classify({ topK: 1 });
     const rule = await engine.study("invariance", {});
     names.push(answer.label, rule.curves.length > 3, first.alive, engine.alive);
     out.textContent = JSON.stringify(names);`,
    POLICY.replace("blob:", "'self'"),
  );
  const { page, leave } = await visit({ ...given, patience: 60_000 });
  const told = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
  const unknown = "The model has no class “unicorn”.";
  assert.deepEqual(told, ["AbortError", false, unknown, "ram", "ram", true, false, true]);
  await leave();
});

test("what is of the wrong type is refused in a sentence, and the engine lives on", async () => {
  const odd = await plainPage(
    "odd",
    `<p id="out"></p>`,
    `import { load } from "./node_modules/vanish/index.js";
     const why = (error) => [error.constructor.name, error.kind, error.message];
     const unheard = [];
     addEventListener("unhandledrejection", (event) => unheard.push(String(event.reason)));
     const engine = await load({ device: "cpu" });
     const asked = [
       () => engine.openModel(null), () => engine.openModel({}), () => engine.openModel("http://"),
       () => engine.openPicture("critter:abc"), () => engine.readReport(undefined), () => engine.study("deletion", {}),
       () => load({ device: "tpu" }), () => engine.classify({ topK: -1 }), () => engine.explain({ seed: 1n }),
       () => engine.explain({ onProgress: () => {} }), () => engine.study("invariance", { report: 5 }),
     ];
     const told = [];
     for (const ask of asked) told.push(await ask().then(() => "took it", why));
     await engine.openModel("critters");
     await engine.openPicture("critter:7");
     const attacked = (await engine.study("attack", {})) !== null;
     const reason = new Error("enough");
     const gone = new AbortController();
     const run = engine.explain({ iterations: 1000 }, { signal: gone.signal }).catch((error) => error === reason);
     gone.abort(reason);
     engine.close();
     const aborted = await run;
     await new Promise((heard) => setTimeout(heard, 200));
     out.textContent = JSON.stringify({ told, attacked, aborted, unheard });`,
  );
  const { page, leave } = await visit({ ...odd, patience: 60_000 });
  const { told, attacked, aborted, unheard } = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
  for (const [name, kind, message] of told) {
    assert.deepEqual([name, kind], ["EngineError", "settings"], message);
    assert.match(message, /^\S.*\.$/);
  }
  assert.deepEqual([told.length, attacked, aborted, unheard], [11, true, true, []]);
  await leave();
});

test("a page of HTML in place of the engine is named, with what to do", async () => {
  const html = `"<!doctype html><p>not the engine"`;
  const wrong = await plainPage(
    "wrong",
    `<p id="out"></p>`,
    `import { load } from "./node_modules/vanish/index.js";
     const why = (error) => error.message;
     const asked = [new URL("index.html", location), new TextEncoder().encode(${html})];
     out.textContent = JSON.stringify(await Promise.all(asked.map((wasm) => load({ wasm }).catch(why))));`,
  );
  const { page, leave } = await visit(wrong);
  const told = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
  assert.equal(told.length, 2);
  const expected = /a page of HTML instead of the engine; in Vite add optimizeDeps\.exclude/;
  for (const words of told) assert.match(words, expected);
  await leave();
});

test("a policy that forbids the worker is named", async () => {
  const body = `<p id="out"></p>`;
  const script = `import { load } from "./node_modules/vanish/index.js";
    load({ device: "cpu" }).catch((error) => (out.textContent = error.message));`;
  const forbidden = await plainPage("forbidden", body, script, POLICY.replace("blob:", "'self'"));
  const { page, leave } = await visit({ ...forbidden, mayLog: /Content Security Policy/ });
  assert.match((await page.locator("#out:not(:empty)").textContent()) ?? "", /has to allow worker-src blob:/);
  await leave();
});

test("opens a photo and a model of one's own: by address, and as files", async () => {
  await write("photo.png", png(40, 30));
  await write("tiny.onnx", onnx());
  await write("tiny.json", JSON.stringify({ ...PROFILE, labels: ["red", "green", "blue"] }));
  const own = await plainPage(
    "own",
    `<h1>Own</h1><vanish-explainer id="by-address" src="photo.png" model="tiny.onnx" target="red"></vanish-explainer>
     <p id="out"></p>`,
    `import { load } from "./node_modules/vanish/index.js";
     import "./node_modules/vanish/element.js";
     const engine = await load();
     const blob = async (name) => (await fetch(name)).blob();
     const file = await blob("tiny.onnx");
     const { labels } = await engine.openModel({ file, name: "tiny.onnx", labels: "a\\nb\\nc" });
     const { info } = await engine.openPicture(new File([await blob("photo.png")], "mine.png"));
     const missing = await engine.openModel("none.onnx").catch((error) => error.message);
     const wrong = await engine.openModel("own.html").catch((error) => error.message);
     out.textContent = JSON.stringify([labels, info.name, info.width, missing, wrong]);`,
  );
  const { page, leave } = await visit({ ...own, mayLog: /404/, patience: 60_000 });
  const told = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
  assert.deepEqual(told.slice(0, 3), [["a", "b", "c"], "mine.png", 40]);
  assert.match(told[3], /^none\.onnx could not be fetched: the server answered 404/);
  assert.match(told[4], /^own\.html could not be fetched: the server sent a page of HTML/);
  const sentence = page.locator("#by-address [part=sentence]");
  await sentence.getByText(/ red /).waitFor();
  await leave();
});

describe("elements on a plain page", () => {
  const BODY = `<h1>Elements</h1>
    <vanish-explainer id="first" src="critter:7" alt="A ram"></vanish-explainer>
    <vanish-explainer id="asked" when="asked" src="critter:9" method="gradcam">
      <p slot="poster">Poster</p>
    </vanish-explainer>
    <div id="tall"></div>
    <vanish-explainer id="below" src="critter:9" method="gradcam" target="owl"></vanish-explainer>`;
  const SCRIPT = `import "./node_modules/vanish/element.js";
    window.told = [];
    for (const name of ["progress", "result", "refused"])
      document.addEventListener(name, ({ target }) => window.told.push(target.id + " " + name));`;

  /** @param {import("playwright-core").Page} page @param {string} id @param {string} event */
  const until = (page, id, event) =>
    page.waitForFunction((both) => /** @type {any} */ (window).told.includes(both), `${id} ${event}`);

  test("share one engine, wait until they are seen or asked, and tell what they find", async () => {
    const elements = await plainPage("elements", BODY, `${SCRIPT} tall.style.height = "3000px";`);
    const { page, requests, leave } = await visit({ ...elements, patience: 60_000 });
    await until(page, "first", "result");
    assert.match(await sentence(page, "first"), /^Blurring .* ram /);
    // By keyboard: the button of the element that waits.
    assert.ok(await page.getByText("Poster").isVisible());
    await page.locator("#asked [part~=run]").focus();
    await page.keyboard.press("Enter");
    await until(page, "asked", "result");
    assert.ok(await page.getByText("Poster").isHidden());
    await page.locator("#asked").getByRole("button", { name: "Deleted" }).press("Space");
    assert.equal(await page.locator("#asked [data-view=deleted]").getAttribute("aria-pressed"), "true");
    // Those above it have taken their turns by now, and it has taken none.
    assert.equal(await page.locator("#below").evaluate((node) => /** @type {any} */ (node).explanation), null);
    assert.equal(await sentence(page, "below"), "");
    await page.locator("#below").scrollIntoViewIfNeeded();
    await until(page, "below", "refused");
    assert.match(await sentence(page, "below"), /owl/);
    assert.equal(requests.filter((url) => url.endsWith(".wasm")).length, 1);
    assert.equal(page.workers().length, 1);
    await until(page, "first", "progress");
    await leave();
  });

  test("change with their attributes, stop, and promise what they tell", async () => {
    const body = `<vanish-explainer id="first" when="asked" src="critter:7" alt="A ram"></vanish-explainer>`;
    const changing = await plainPage("changing", `<h1>One</h1>${body}`, SCRIPT);
    const { page, leave } = await visit({ ...changing, patience: 60_000 });
    const report = await page.locator("#first").evaluate((node) => /** @type {any} */ (node).explain());
    assert.equal(report.target.label, "ram");
    const [name, refusal] = await page.locator("#first").evaluate(async (/** @type {any} */ node) => {
      const running = node.explain().catch((/** @type {Error} */ error) => error.name);
      node.target = "unicorn";
      return [await running, await node.explain().catch((/** @type {Error} */ error) => error.message)];
    });
    assert.equal(name, "AbortError");
    assert.match(refusal, /unicorn/);
    assert.equal(await sentence(page, "first"), refusal);
    const partial = await page.locator("#first").evaluate(async (/** @type {any} */ node) => {
      node.removeAttribute("target");
      node.addEventListener("progress", () => node.stop(), { once: true });
      await node.explain();
      return node.explanation.complete;
    });
    assert.equal(partial, false);
    await leave();
  });

  test("keep what was set before they were defined, and what they show when they are moved or named anew", async () => {
    const script = `const early = document.createElement("vanish-explainer");
      Object.assign(early, { src: "critter:7", target: "ram", method: "gradcam" });
      early.setAttribute("when", "asked");
      document.body.append(early);
      await import("./node_modules/vanish/element.js");
      const map = () => early.shadowRoot.querySelector("[part=map]").getAttribute("aria-label");
      const told = [early.getAttribute("src"), early.getAttribute("target"), early.method];
      const { sentence } = await early.explain();
      place.append(early);
      told.push(early.explanation?.report.sentence === sentence, map() === sentence);
      early.setAttribute("alt", "A ram");
      told.push(map() === "A ram. " + sentence);
      out.textContent = JSON.stringify(told);`;
    const moved = await plainPage("moved", `<h1>Moved</h1><div id="place"></div><p id="out"></p>`, script);
    const { page, leave } = await visit({ ...moved, patience: 60_000 });
    const told = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
    assert.deepEqual(told, ["critter:7", "ram", "gradcam", true, true, true]);
    await leave();
  });

  test("stop at once while they wait for their turn, and leave no engine behind that is configured anew", async () => {
    const body = `<h1>Turns</h1><p id="out"></p>`;
    const one = (/** @type {string} */ id) => `<vanish-explainer id="${id}" when="asked" src="critter:7"></vanish-explainer>`;
    const script = `import { configure } from "./node_modules/vanish/element.js";
      let going = 0;
      const { Worker } = window;
      window.Worker = class extends Worker {
        constructor(...how) { super(...how); going++; }
        terminate() { going--; super.terminate(); }
      };
      long.settings = { method: "meaningful", iterations: 3000 };
      let over = false;
      const run = long.explain().then(() => (over = true));
      await new Promise((begun) => long.addEventListener("progress", begun, { once: true }));
      const waits = waiting.explain().catch(({ name }) => name);
      waiting.stop();
      const told = [await waits, over];
      long.stop();
      await run;
      waiting.method = "gradcam";
      for (const device of ["cpu", "auto"]) configure({ device }), await waiting.explain();
      out.textContent = JSON.stringify([...told, going]);`;
    const turns = await plainPage("turns", body + one("long") + one("waiting"), script);
    const { page, leave } = await visit({ ...turns, patience: 60_000 });
    const told = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
    assert.deepEqual(told, ["AbortError", false, 1]);
    await leave();
  });

  test("pass axe, in the light and in the dark, before and after", async () => {
    const shown = await plainPage("shown", `<main>${BODY.split("<div")[0]}</main>`, SCRIPT);
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      const options = { ...shown.options, colorScheme, bypassCSP: true };
      const { page, leave } = await visit({ ...shown, options, patience: 60_000 });
      const dark = ":root { color-scheme: light dark; background: Canvas; color: CanvasText }";
      await page.addStyleTag({ content: dark });
      await until(page, "first", "result");
      await axeCheck(page, colorScheme);
      await leave();
    }
  });
});

/** What an element says. @param {import("playwright-core").Page} page @param {string} id */
async function sentence(page, id) {
  return (await page.locator(`#${id} [part=sentence]`).textContent()) ?? "";
}
