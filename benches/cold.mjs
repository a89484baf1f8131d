#!/usr/bin/env node
// Times how long the user waits: until the first paint, until the page is ready, until the default sample is explained
// (its sentence can be read and its mask seen), and until its pixels are in order, which comes after that. It runs in
// Chromium on the processor, with a local server. Each round has its own browser: a first visit, and once the page is
// stored, a second one.
//
//   cargo xtask build --out dist && node benches/cold.mjs --dir dist --rounds 5

import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../xtask/web/serve.mjs";
import { launchChromium } from "./chromium.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
  options: { dir: { type: "string", default: path.join(root, "dist") }, rounds: { type: "string", default: "5" } },
});

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-features=WebGPU,WebGPUService"];

/** Returns the milliseconds from the navigation to each of four moments. */
async function visit(context, address) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(address, { waitUntil: "commit" });
  // The page is asked at every frame, so that this script's own waiting is not counted.
  const waited = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const at = { paint: NaN, ready: 0, explained: 0, ordered: 0 };
        const look = () => {
          const run = document.getElementById("run");
          if (!at.ready && document.body?.dataset.ready !== undefined && run && !run.disabled) {
            at.ready = performance.now();
            run.click();
          }
          const sentence = document.getElementById("result-sentence");
          if (!at.explained && sentence?.textContent && sentence.checkVisibility()) at.explained = performance.now();
          if (at.explained && document.body.dataset.runs === "1") {
            at.ordered = performance.now();
            at.paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
            resolve(at);
          } else requestAnimationFrame(look);
        };
        look();
      }),
  );
  return { page, waited };
}

const server = await serve({ mounts: { "": path.resolve(options.dir) } });
const visits = { first: [], second: [] };
for (let round = 0; round < Number(options.rounds); round++) {
  const chrome = await launchChromium(FLAGS);
  const context = await chrome.newContext();
  const { page, waited } = await visit(context, server.url);
  await page.waitForSelector("body[data-offline]");
  await page.close();
  visits.first.push(waited);
  visits.second.push((await visit(context, server.url)).waited);
  await chrome.close();
}
await server.close();

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
console.log("| visit | first paint, s | ready | default sample explained | its pixels in order |");
console.log("|---|---:|---:|---:|---:|");
for (const [name, all] of Object.entries(visits)) {
  const of = (what) => (median(all.map((one) => one[what])) / 1000).toFixed(2);
  console.log(`| ${name} | ${of("paint")} | ${of("ready")} | ${of("explained")} | ${of("ordered")} |`);
}
