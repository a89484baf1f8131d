#!/usr/bin/env node
// Times one step of vanish and of its peers, in one run on one machine: A B A B, medians, after a warm-up. README.md in
// this folder says how to set it up.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../xtask/web/serve.mjs";
import { gpuArgs, launchChromium, untilAdapter } from "./chromium.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

const HELP = `node benches/run.mjs [options]
  --pairs LIST     of native, wasm, gpu, forward (default: the first three)
  --models DIR     holds squeezenet1.1.onnx and its .json (default: ../shared/testdata/models)
  --networks LIST  of DIR, for the pairs native and forward (default: squeezenet1.1)
  --image FILE     (default: the zebra of ../shared/testdata/images/demo)
  --python FILE    a Python with benches/peers/requirements.txt (default: python3)
  --threads N      of the native pair (default: 2)
  --rounds N       how often the sides alternate (default: 4)
  --steps N        timed in a round, on the CPU (default: 15)
  --gpu-steps N    timed in a round, on the GPU (default: 3; a software adapter is slow)
  --adapter NAME   swiftshader (default), or system for the machine's own GPU
  --out FILE       where the figures go as JSON (default: benches/out/results.json)`;

const { values: options } = parseArgs({
  options: {
    pairs: { type: "string", default: "native,wasm,gpu" },
    models: { type: "string", default: path.join(root, "../shared/testdata/models") },
    image: { type: "string", default: path.join(root, "../shared/testdata/images/demo/captum__zebra.jpg") },
    networks: { type: "string", default: "squeezenet1.1" },
    python: { type: "string", default: "python3" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "4" },
    steps: { type: "string", default: "15" },
    "gpu-steps": { type: "string", default: "3" },
    adapter: { type: "string", default: "swiftshader" },
    out: { type: "string", default: path.join(here, "out/results.json") },
    help: { type: "boolean", default: false },
  },
});

const fileOf = (network) => path.resolve(options.models, `${network}.onnx`);
const model = fileOf("squeezenet1.1");
const image = path.resolve(options.image);
const rounds = Number(options.rounds);
const WARM_UP = 5;

/** The project's goal for each pair: the largest ratio of vanish's median to its peer's. */
const WANTED = { native: 0.8, wasm: 0.12, gpu: 0.9, forward: 1 };

const say = (text) => process.stderr.write(`${text}\n`);

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a program whose last line of output is a JSON object. */
function runJson(program, args) {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (result.error) throw new Error(`${program} cannot be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")} failed (${result.status}).`);
  return JSON.parse(result.stdout.trim().split("\n").at(-1));
}

/** Runs the sides in turn, `rounds` times, and pools the times of each side. */
async function alternate(sides) {
  const pooled = sides.map(() => ({ ms: [], rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const result = await side();
      const { ms, objectives, median_ms: _, ...facts } = result;
      Object.assign(pooled[index], facts);
      pooled[index].ms.push(...ms);
      pooled[index].rounds.push(median(ms));
      pooled[index].firstObjectives ??= objectives?.slice(0, 5);
      say(`  round ${round + 1}: ${result.name ?? pooled[index].name}: ${median(ms).toFixed(1)} ms`);
    }
  }
  return pooled.map((side) => ({ ...side, median: median(side.ms) }));
}

/** Runs vanish's own bench against PyTorch in both memory layouts. The faster of the two is the peer. */
async function native(network) {
  say("native: building vanish's bench");
  execFileSync("cargo", ["bench", "--bench", "step", "--no-run"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const common = ["--model", fileOf(network), "--image", image, "--threads", options.threads, "--steps", options.steps];
  const peer = (...more) => runJson(options.python, [path.join(here, "peers/torch_step.py"), ...common, ...more]);
  const own = () => runJson("cargo", ["bench", "--quiet", "--bench", "step", "--", ...common]);
  return alternate([own, () => peer(), () => peer("--channels-last")]);
}

/** Serves the pages of both sides, and their data from where they lie. */
function serveBoth(network, problem) {
  const file = fileOf(network);
  const single = { "model.onnx": file, "model.json": file.replace(/onnx$/, "json"), photo: image };
  const peers = { "peer/": path.join(here, "peers/tfjs"), "ort/": path.join(here, "peers/ort"), "problem/": problem };
  return serve({ mounts: { ...single, ...peers, "wasm/": path.join(here, "wasm"), "pkg/": path.join(root, "pkg") } });
}

const BROWSER_ARGS = ["--no-sandbox", "--disable-background-timer-throttling", "--disable-renderer-backgrounding"];

/**
 * A side's page, and the arguments of its `bench.start`.
 * @typedef {[string, ...string[]]} Side
 */

/**
 * Opens both pages in one browser, and takes their steps in turn.
 * @param {string} network @param {Side} vanish @param {Side} peer @param {string[]} args @param {number} count
 */
async function browser(network, vanish, peer, args, count) {
  const problem = mkdtempSync(path.join(os.tmpdir(), "vanish-bench-"));
  const exporter = path.join(here, "peers/export_problem.py");
  const given = ["--model", model, "--image", image, "--out", problem];
  if (peer[0] === TFJS) execFileSync(options.python, [exporter, ...given], { stdio: "inherit" });
  const server = await serveBoth(network, problem);
  const chrome = await launchChromium([...BROWSER_ARGS, ...args]);
  try {
    const pages = [];
    for (const [page, ...start] of [vanish, peer]) pages.push(await open(chrome, `${server.url}${page}`, start));
    const take = (side) => async () => ({ ...side.facts, ...(await side.page.evaluate((n) => bench.steps(n), count)) });
    const sides = await alternate(pages.map(take));
    return sides.map((side) => ({ ...side, browser: `Chromium ${chrome.version()}` }));
  } finally {
    await chrome.close();
    await server.close();
    rmSync(problem, { recursive: true });
  }
}

async function open(chrome, url, start) {
  const page = await chrome.newPage();
  page.setDefaultTimeout(600_000);
  page.on("pageerror", (error) => say(`  ${url}: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && say(`  ${url}: ${message.text()}`));
  await page.goto(url);
  await page.waitForFunction(() => "bench" in globalThis);
  const onCard = start[0] === "gpu" || start[0] === "webgpu";
  if (onCard) await untilAdapter(page);
  const facts = await page.evaluate((given) => bench.start(...given), start);
  say(`  ${facts.name} is ready; warming up`);
  const warmUp = onCard ? 2 : WARM_UP;
  const { objectives } = await page.evaluate((n) => bench.steps(n), warmUp);
  return { page, facts: { ...facts, warmUpObjectives: objectives } };
}

const VANISH = "wasm/step.html";
const TFJS = "peer/step.html";
const ORT = "ort/step.html";

/** Returns a row for each network. */
function rows(name, measure) {
  return Object.fromEntries(options.networks.split(",").map((network) => [`${name}, ${network}`, () => measure(network)]));
}

const [steps, gpuSteps] = [Number(options.steps), Number(options["gpu-steps"])];
/** The rows of each pair, with the functions that measure its sides. */
const PAIRS = {
  native: rows("native", native),
  wasm: { wasm: () => browser("squeezenet1.1", [VANISH, "cpu"], [TFJS, "wasm"], [], steps) },
  gpu: { gpu: () => browser("squeezenet1.1", [VANISH, "gpu"], [TFJS, "webgpu"], gpuArgs(options.adapter), gpuSteps) },
  forward: rows("forward", (network) => browser(network, [VANISH, "cpu", "forward"], [ORT], [], steps)),
};

function machine() {
  const cpus = os.cpus();
  const git = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" });
  return {
    cpu: cpus[0].model,
    cores: cpus.length,
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    load_before: os.loadavg()[0],
    node: process.version,
    commit: git.stdout?.trim(),
    date: new Date().toISOString(),
  };
}

/** Compares vanish with the fastest of its peers. */
function judge(pair, [own, ...peers]) {
  const peer = peers.reduce((best, each) => (each.median < best.median ? each : best));
  return { ratio: own.median / peer.median, wanted: WANTED[pair], peer: peer.name };
}

function table(results) {
  const lines = ["| pair | side | version | median ms | ratio | wanted |", "|---|---|---|---|---|---|"];
  for (const [row, { sides, verdict, fault }] of Object.entries(results)) {
    if (fault) lines.push(`| ${row} | not measured: ${fault} | | | | |`);
    for (const [index, side] of (sides ?? []).entries()) {
      const ratio = index === 0 ? `${verdict.ratio.toFixed(2)} | at most ${verdict.wanted}` : " | ";
      lines.push(`| ${row} | ${side.name} | ${side.version} | ${side.median.toFixed(1)} | ${ratio} |`);
    }
  }
  return lines.join("\n");
}

async function main() {
  if (options.help) return console.log(HELP);
  const missing = [model, image].filter((file) => !existsSync(file));
  if (missing.length) {
    return say(`\n*** BENCHES SKIPPED: ${missing.join(" and ")} not found. Nothing was measured. ***\n`);
  }
  const facts = machine();
  if (facts.load_before > 0.5) say(`*** The machine is busy (load ${facts.load_before.toFixed(1)}): the figures will be too. ***`);
  const results = {};
  for (const pair of options.pairs.split(",")) {
    for (const [row, measure] of Object.entries(PAIRS[pair])) {
      say(`${row}:`);
      try {
        const sides = await measure();
        results[row] = { sides, verdict: judge(pair, sides) };
      } catch (error) {
        say(`*** ${row} was not measured: ${error.message} ***`);
        results[row] = { fault: error.message.split("\n")[0] };
        process.exitCode = 1;
      }
    }
  }
  facts.load_after = os.loadavg()[0];
  mkdirSync(path.dirname(options.out), { recursive: true });
  writeFileSync(options.out, JSON.stringify({ machine: facts, options, results }, null, 1));
  console.log(`${facts.cpu}, ${facts.cores} cores, ${facts.system}, load ${facts.load_before.toFixed(1)} before, ${facts.load_after.toFixed(1)} after\n`);
  console.log(table(results));
  say(`\nAll times: ${options.out}`);
}

await main();
