#!/usr/bin/env node
// How long a person waits: first paint, ready, the default sample explained (its sentence is read and its mask is
// seen), and its pixels in order, which comes after that; in Chromium on the processor, from a local server. Each round
// is a browser of its own: a first visit, then, once the page is kept, a second one.
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

/** The milliseconds from the navigation to each of four moments. */
async function visit(context, address) {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(address, { waitUntil: "commit" });
  // The page is asked at every frame, so that no wait of this script's own is counted.
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
