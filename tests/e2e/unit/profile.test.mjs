/** A model's profile as a form, a file and a doubt. Pure. Run by `node --test`. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { doubt, openedNote } from "../../../www/core/doubt.js";
import { fieldsOf, profileFile, profileName, profileOf } from "../../../www/core/profile.js";

const PROFILE = {
  name: "m",
  size: 224,
  resize: 256,
  channels: "BGR",
  range: /** @type {[number, number]} */ ([0, 255]),
  mean: [103.939, 116.779, 123.68],
  std: [1, 1, 1],
  output: "probabilities",
};
const INFO = /** @type {import("../../../www/types.js").ModelInfo} */ (
  /** @type {unknown} */ ({
    name: "m.onnx",
    profile: PROFILE,
    profile_source: "given",
    profile_assumed: false,
    known: null,
    labelled: true,
    classes: 3,
  })
);

test("a profile goes through its form and back", () => {
  assert.deepEqual(profileOf(fieldsOf(PROFILE), PROFILE), { profile: PROFILE });
  // 32-bit numbers of the engine, as JSON gives them, are shown with the digits they have.
  assert.equal(fieldsOf({ ...PROFILE, std: [0.22900000214576721, 0.5, 1] }).std, "0.229, 0.5, 1");
});

test("an empty resize is the size, and lists are read with commas, spaces or semicolons", () => {
  const read = profileOf(
    { ...fieldsOf(PROFILE), resize: " ", range: "-1 1", mean: "1;2 ,3", std: " 4  5 6 " },
    PROFILE,
  );
  assert.deepEqual(read, { profile: { ...PROFILE, resize: 224, range: [-1, 1], mean: [1, 2, 3], std: [4, 5, 6] } });
});

test("bad values are one sentence each, which quotes them", () => {
  for (const [field, value, says] of /** @type {const} */ ([
    ["size", "", /^The size must be a whole number from 8 to 2048; it is empty\.$/],
    ["size", "7", /it is “7”/],
    ["size", "2049", /it is “2049”/],
    ["size", "224.5", /it is “224\.5”/],
    ["resize", "223", /from the size, 224, to 4096; it is “223”/],
    ["resize", "9999", /4096/],
    ["range", "1, 1", /lower one first/],
    ["range", "0", /two numbers/],
    ["range", "0, x", /“0, x”/],
    ["mean", "1, 2", /mean must be three numbers/],
    ["mean", "1, 2, NaN", /three numbers/],
    ["mean", "1, 2, Infinity", /three numbers/],
    ["std", "1, 0, 1", /none of them 0/],
  ])) {
    const read = profileOf({ ...fieldsOf(PROFILE), [field]: value }, PROFILE);
    assert.ok("problem" in read, `${field} ${value}`);
    assert.match(read.problem, says, `${field} ${value}`);
  }
});

test("the exported file is a profile with the labels, where there are names", () => {
  const named = JSON.parse(profileFile({ ...INFO, profile: { ...PROFILE, labels: "l.txt" } }, ["a", "b, c", "d"]));
  assert.deepEqual(named, { ...PROFILE, labels: ["a", "b, c", "d"] });
  assert.deepEqual(JSON.parse(profileFile({ ...INFO, labelled: false }, ["class 0", "class 1", "class 2"])), PROFILE);
  assert.equal(profileName("my.model.ONNX"), "my.model.json");
});

test("what is said of a model that came without a profile", () => {
  assert.equal(openedNote(INFO, false), "");
  assert.match(
    openedNote({ ...INFO, profile_source: "known", known: "vgg16-7" }, false),
    /^Recognised as vgg16-7 of the ONNX Model Zoo/,
  );
  const assumed = { ...INFO, profile_source: /** @type {const} */ ("assumed"), profile_assumed: true };
  assert.match(
    openedNote(assumed, false),
    /^No profile came with m\.onnx, so ImageNet’s usual values are assumed; see/,
  );
  assert.match(openedNote(assumed, true), /values are assumed, and ImageNet’s labels, for it has 1000 classes; see/);
  assert.match(openedNote(INFO, true), /^No labels came with m\.onnx: assumed are ImageNet’s labels/);
});

test("flat and saturated answers are doubted, others are not", () => {
  const tops = (/** @type {number[]} */ ...probabilities) =>
    probabilities.map((probability, i) => ({ label: `c${i}`, probability }));
  const same = (/** @type {number[]} */ ...probabilities) =>
    probabilities.map((probability) => ({ label: "kite, bird", probability }));
  // Probabilities of 1000 classes, taken for logits: at most e / (e + 999).
  assert.match(
    doubt(tops(0.0027, 0.002, 0.001), 1000),
    /^On 3 different pictures no class of 1000 gets more than 0\.27 %: check “Output” first/,
  );
  assert.match(doubt(tops(0.501, 0.502), 2), /no class of 2 gets more/);
  assert.match(
    doubt(same(1, 0.9995, 0.999), 1000),
    /^On 3 different pictures the answer is kite with at least 99\.9 %: check the range/,
  );
  assert.match(
    doubt(tops(1, 0.9999, 1), 1000),
    /^On 3 different pictures the answer is given with at least 99\.9 %: check/,
  );
  for (const [what, answers, classes] of /** @type {[string, any[], number][]} */ ([
    ["one of them has an answer", tops(0.0027, 0.02), 1000],
    ["certain of different classes, which few classes allow", tops(1, 1, 1), 8],
    ["nearly certain of different classes", tops(1, 1, 0.998), 1000],
    ["the same class, not certain", same(1, 1, 0.99), 1000],
    ["a single picture says nothing", same(1), 1000],
    ["no picture at all", [], 1000],
    ["an unsure model", tops(0.3, 0.25, 0.2), 8],
  ]))
    assert.equal(doubt(answers, classes), "", what);
});

test("ImageNet's labels are 1000 different names", async () => {
  const text = await readFile(new URL("../../../www/models/imagenet-labels.txt", import.meta.url), "utf8");
  const names = text.trimEnd().split("\n");
  assert.equal(names.length, 1000);
  assert.equal(new Set(names.map((name) => name.toLowerCase())).size, 1000);
  for (const [index, name] of /** @type {const} */ ([
    [0, "tench"],
    [1, "goldfish"],
    [281, "tabby"],
    [340, "zebra"],
    [558, "flute"],
    [999, "toilet tissue"],
  ]))
    assert.equal(names[index], name);
});
