/** No import runs upwards in the page, and none in a circle. `src/` has the same test in `tests/imports/`. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { build } = createRequire(`${ROOT}/xtask/web/package.json`)("esbuild");

/** From the bottom up. A name stands for a module or for those of a folder; the longest that fits decides. */
const LAYERS = [["core"], ["app"], ["worker"], ["parts"], ["texts", "tour"], ["views"], ["shell", "package"], ["main"]];

/** @typedef {Map<string, string[]>} Graph modules by name, each with those it imports */

/** @param {string} name @returns {number} -1 where it stands in none */
function layer(name) {
  const fits = (/** @type {string} */ place) => name.startsWith(place) && /^$|^[/.]/.test(name.slice(place.length));
  const [longest] = LAYERS.flat()
    .filter(fits)
    .sort((a, b) => b.length - a.length);
  return LAYERS.findIndex((places) => places.includes(longest));
}

/** The modules on the shortest way from one back to itself. @param {Graph} graph @param {string} start */
function circle(graph, start) {
  const ways = [[start]];
  const seen = new Set();
  for (const way of ways) {
    for (const next of graph.get(way[way.length - 1]) ?? []) {
      if (next === start) return way;
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return null;
}

/** @param {Graph} graph @returns {string[]} one sentence for each fault */
function faults(graph) {
  const lost = [...graph.keys()].filter((name) => layer(name) < 0).map((name) => `${name} stands in no layer`);
  const upward = [...graph].flatMap(([from, imports]) =>
    imports
      .filter((to) => layer(from) >= 0 && layer(to) > layer(from))
      .map((to) => `${from} imports ${to}, which stands above it`),
  );
  const ways = [...graph.keys()].map((name) => circle(graph, name));
  const circles = ways.filter((way) => way?.every((name) => name >= way[0]));
  return [...lost, ...upward, ...circles.map((way) => `circle: ${way?.join(" -> ")}`)];
}

/** What the page, its worker and the package are made of, as the bundler sees it. @returns {Promise<Graph>} */
async function page() {
  const output = { bundle: true, splitting: true, format: "esm", outdir: "out", write: false, metafile: true };
  const workers = ["vanish", "vanish_cpu", "reader"].map((worker) => `www/worker/${worker}.js`);
  const packaged = ["index", "element", "worker"].map((name) => `www/package/${name}.js`);
  const { metafile } = await build({
    ...output,
    absWorkingDir: ROOT,
    entryPoints: ["www/main.js", ...workers, ...packaged],
    // These are made, not written: they need not be there, and import nothing.
    external: ["../../pkg/*", "./worker-text.js"],
  });
  const name = (/** @type {string} */ path) => path.replace(/^www\//, "");
  /** @param {{imports: {path: string, external?: boolean}[]}} module */
  const imports = (module) => module.imports.filter(({ external }) => !external).map(({ path }) => name(path));
  return new Map(Object.entries(metafile.inputs).map(([path, module]) => [name(path), imports(module)]));
}

test("imports run downwards and in no circle", async () => {
  assert.deepEqual(faults(await page()), []);
});

test("what is wrong is named, and what is right is not", () => {
  /** @type {[Record<string, string[]>, string[]][]} */
  const cases = [
    [{ "main.js": ["shell/a.js"], "shell/a.js": ["views/a/view.js"], "views/a/view.js": ["app/store.js"] }, []],
    [{ "app/store.js": ["views/a/view.js"] }, ["app/store.js imports views/a/view.js, which stands above it"]],
    [{ "lost.js": ["app/store.js"] }, ["lost.js stands in no layer"]],
    [{ "parts/c.js": ["parts/a.js"], "parts/a.js": ["parts/c.js"] }, ["circle: parts/a.js -> parts/c.js"]],
  ];
  for (const [imports, expected] of cases) assert.deepEqual(faults(new Map(Object.entries(imports))), expected);
});
