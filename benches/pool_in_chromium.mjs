// Times how long the user waits on the page with one worker and with two, in turn, in one run of Chromium on the CPU.
//
//     node benches/pool_in_chromium.mjs [--what compare] [--rounds 3] [--workers 2] [--model critters] [--dir SITE]
//
// `--what` is one of
//
// - `compare`: from the press on Compare until the last of ten methods has been judged (`--methods a,b,c`);
// - `set`: from the drop of the samples, several times over, until the last has been explained (`--pictures 24`);
// - `evaluate`, `cues`, `attack`: what the view begins by itself, which is the evaluation of ten pictures, the search
//   for cues in 120, or an attack with the calibration of both detectors;
// - `rule`: the test of a rule after its explanation, or with `--again` one further test;
// - `concepts`, `parts`: the search for concept rules, or the deletion of parts, after what that view begins by itself.
//
// The times include the start of the second worker, except for a repeated test. The page is new each time, and has its
// model, picture and answers.

import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../xtask/web/serve.mjs";
import { launchChromium } from "./chromium.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Without rise, which takes as long as all these attributions, fast and meaningful together, so that two workers would
// wait for it.
const TEN = "fast,meaningful,localisation,extremal,igos,igos++,smoothgrad,integrated,gradcam,occlusion";
const text = { type: "string" };
const { values } = parseArgs({
  options: {
    rounds: { ...text, default: "3" },
    workers: { ...text, default: "2" },
    methods: { ...text, default: TEN },
    what: { ...text, default: "compare" },
    pictures: { ...text, default: "24" },
    again: { type: "boolean", default: false },
    model: { ...text, default: "critters" },
    dir: { ...text, default: "" },
  },
});

/** Returns the seconds of what is measured, on a new page. */
async function timed(chrome, url, workers) {
  const page = await chrome.newPage();
  page.setDefaultTimeout(600_000);
  const address = `${url}?device=cpu&workers=${workers}`;
  const seconds = await MEASURED[values.what]()(page, address);
  const used = page.workers().length;
  if (used !== workers) throw new Error(`${used} workers were used.`);
  await page.close();
  return seconds;
}

/** What can be timed. */
const MEASURED = {
  compare: () => compared,
  set: () => explained,
  evaluate: () => begun("evaluate", "evaluate"),
  cues: () => begun("cues", "cues-search"),
  attack: () => begun("adversarial", "attack"),
  rule: () => ruled,
  concepts: () => pressed("concepts-test"),
  parts: () => pressed("parts-test"),
};

/**
 * Returns the seconds until something reaches a state, from a press on a button, or from the beginning of another
 * state.
 */
function until(page, { press, during, state }) {
  return page.evaluate(async ([button, before, after]) => {
    const there = async (selector) => {
      while (!document.querySelector(selector)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    if (button) document.querySelector(button).click();
    await there(before);
    const begin = performance.now();
    await there(after);
    return (performance.now() - begin) / 1000;
  }, [press, during, state]);
}

/** Returns the seconds of what a view begins by itself, identified by the button that would begin it. */
function begun(view, button) {
  const bar = (state) => `.study-bar[data-state="${state}"] #${button}`;
  return async (page, address) => {
    await page.goto(`${address}#view=${view}&model=${values.model}`);
    return until(page, { press: "", during: bar("running"), state: bar("done") });
  };
}

/** Returns the seconds of what a button of the view Rules begins, after what that view begins by itself. */
function pressed(button) {
  return async (page, address) => {
    await page.goto(`${address}#view=rules&model=${values.model}`);
    const bar = (state, button) => `.study-bar[data-state="${state}"] #${button}`;
    await page.waitForSelector(bar("done", "changes-test"));
    await page.waitForSelector("body:not([data-running])");
    return until(page, { press: `#${button}`, during: bar("running", button), state: bar("done", button) });
  };
}

/** Returns the seconds of the test of one rule: the first after its explanation, or a further one. */
async function ruled(page, address) {
  await page.goto(`${address}#model=${values.model}`);
  await page.waitForSelector("#run:not([disabled])");
  await page.click("#run");
  const holds = (state) => `#holds[data-state="${state}"]`;
  const first = await until(page, { press: "", during: holds("running"), state: holds("done") });
  if (!values.again) return first;
  await page.click("#holds-rules");
  // That view begins another test by itself.
  await page.waitForSelector("body[data-running]");
  await page.waitForSelector("body:not([data-running])");
  const bar = (state) => `.study-bar[data-state="${state}"] #local-test`;
  return until(page, { press: "#local-test", during: bar("running"), state: bar("done") });
}

/** Returns the seconds of one set, made of the samples as PNG files, repeated. */
async function explained(page, address) {
  await page.goto(address);
  await page.waitForSelector("#run:not([disabled])");
  await page.waitForSelector("#set", { state: "attached" });
  await page.waitForFunction(() => document.querySelectorAll("#gallery canvas").length === 12);
  const [seconds, words] = await page.evaluate(async (count) => {
    const data = new DataTransfer();
    const samples = [...document.querySelectorAll("#gallery canvas")];
    for (let at = 0; at < count; at++) {
      const blob = await new Promise((resolve) => samples[at % samples.length].toBlob(resolve));
      data.items.add(new File([blob], `${at}.png`, { type: "image/png" }));
    }
    const begin = performance.now();
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    const over = () => document.querySelector('#set[data-state="over"]');
    while (!over()) await new Promise((resolve) => setTimeout(resolve, 10));
    return [(performance.now() - begin) / 1000, document.getElementById("set-words").textContent];
  }, Number(values.pictures));
  if (words !== `${values.pictures} of ${values.pictures} explained.`) throw new Error(words);
  return seconds;
}

/** Returns the seconds of one comparison. */
async function compared(page, address) {
  await page.goto(`${address}#view=compare`);
  await page.waitForSelector("#compare-start:not([disabled])");
  const chosen = values.methods.split(",");
  for (const box of await page.locator("#compare-methods input").all())
    await box.setChecked(chosen.includes(await box.getAttribute("value")));
  const seconds = await page.evaluate(async () => {
    const begin = performance.now();
    document.getElementById("compare-start").click();
    const over = () => document.querySelector("#compare-body[data-compared]");
    while (!over()) await new Promise((resolve) => setTimeout(resolve, 10));
    return (performance.now() - begin) / 1000;
  });
  const done = await page.locator('#tiles [data-method][data-state="done"]').count();
  if (done !== chosen.length) throw new Error(`${done} methods were compared.`);
  return seconds;
}

const least = (times) => Math.min(...times);

const mounts = Object.fromEntries(["index.html", "www/", "pkg/"].map((name) => [name, path.join(root, name)]));
const server = await serve({ mounts: values.dir ? { "": path.resolve(values.dir) } : mounts });
const chrome = await launchChromium(["--no-sandbox", "--disable-gpu"]);
const counts = [1, Number(values.workers)];
const times = counts.map(() => []);
console.log(`${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)} before, ${await chrome.version()}`);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [at, workers] of counts.entries()) {
    const seconds = await timed(chrome, server.url, workers);
    times[at].push(seconds);
    console.log(`${workers} worker${workers > 1 ? "s" : ""}: ${seconds.toFixed(2)} s`);
  }
}
// Other work on the machine can only add to a time.
const [one, several] = times.map(least);
console.log(`at least ${one.toFixed(2)} s and ${several.toFixed(2)} s: ${(several / one).toFixed(2)} of the time`);
await chrome.close();
await server.close();
