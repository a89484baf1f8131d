/** The large picture shows what the model sees of a photo, however its profile brings the photo to its input. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { png } from "../files.mjs";
import { ROOT } from "../serve.mjs";
import { give, ready, requireEngine, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();

/** The photo's blue grows from left to right, from 0 to 255. */
const PHOTO = png(200, 100);

test("a profile that stretches or pads shows the whole photo under its heat map, and says so", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const [model, text] = await Promise.all(
    ["critters.onnx", "critters.json"].map((name) => readFile(join(ROOT, "www/models", name))),
  );
  const profile = JSON.parse(String(text));
  const caption = page.locator("#stage-caption");
  await give(page, "#picture-file", "wide.png", PHOTO);
  await caption.getByText("the middle of it at 128").waitFor();
  const buffer = (/** @type {object} */ rule) => Buffer.from(JSON.stringify({ ...profile, ...rule }));
  /** @type {[string, object, string, number][]} The rule, what is said, and the blue at the stage's left end. */
  const cases = [
    ["crop", {}, "the middle of it at 128 × 128", 64],
    ["stretch", { resize_rule: "stretch" }, "the model sees it at 128 × 128", 0],
    ["pad", { resize_rule: "pad" }, "the model sees it at 128 × 128", 0],
  ];
  for (const [name, rule, said, blue] of cases) {
    await page.setInputFiles("#model-file", [
      { name: `${name}.onnx`, mimeType: "application/octet-stream", buffer: model },
      { name: `${name}.json`, mimeType: "application/octet-stream", buffer: buffer(rule) },
    ]);
    await page.locator("#subject option", { hasText: `${name}.onnx` }).waitFor({ state: "attached" });
    await ready(page);
    assert.ok((await caption.textContent())?.replace(/\s/g, " ").includes(said), `${await caption.textContent()}`);
    const [, , seen] = await page.locator("#stage").evaluate((node) => {
      const canvas = /** @type {HTMLCanvasElement} */ (node);
      return [.../** @type {any} */ (canvas.getContext("2d")).getImageData(4, canvas.height / 2, 1, 1).data];
    });
    assert.ok(Math.abs(seen - blue) < 8, `${name}: blue ${seen} at the left end, and not ${blue}`);
  }
  await leave();
});
