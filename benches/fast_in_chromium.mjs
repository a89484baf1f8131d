#!/usr/bin/env node
// Runs *fast* on the CPU in Chromium, for fast_vs_reference.py. Writes the grid every few steps and the seconds until
// then, as JSON.
//
//   node benches/fast_in_chromium.mjs MODEL.onnx PHOTO SETTINGS.json > curve.json

import { readFileSync } from "node:fs";
import { launch } from "./chromium.mjs";

const EVERY = 2;
const [model, photo, settings] = process.argv.slice(2);
const browser = await launch({ model, photo });
try {
  const page = await browser.open("cpu");
  const curve = await page.evaluate(([given, every]) => bench.curve(given, every), [JSON.parse(readFileSync(settings, "utf8")), EVERY]);
  console.log(JSON.stringify(curve));
} finally {
  await browser.close();
}
