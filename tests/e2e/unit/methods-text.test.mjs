/** The methods paragraph speaks of the same edit as the result's sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { methodsText } from "../../../www/core/methods-text.js";

/** @type {any} */
const REGISTRY = {
  settings: [],
  methods: [{ name: "fast", title: "Fast", kind: "learned", settings: [], preset: {} }],
};
const FILE = { name: "a", sha256: "0".repeat(64) };
const PROFILE = { size: 64, resize: 64, channels: "RGB", mean: [0], std: [1], range: [0, 1], output: "logits" };
const REGION = { level: 0.3, area: 0.106, deleted: 0.07, preserved: 0.9 };

/** @param {"delete" | "preserve"} game @param {object | null} region @returns {any} */
function report(game, region) {
  return {
    ...{ method: "fast", tool: "vanish 0", iterations: 5, seed: 0, sentence: "", objective: [], warnings: [] },
    ...{ target: { label: "rabbit" }, image: FILE, model: { ...FILE, profile: PROFILE }, settings: { game } },
    ...{ device: { kind: "cpu", name: "x" }, mask: { area_at_half: 0.2, mean: 0.5 }, finding: { region } },
    scores: { original: 1, null: 0.01, deleted: 0.05, preserved: 0.6 },
  };
}

/** @param {any} read @param {any} [rule] */
const written = (read, rule = null) => methodsText(read, REGISTRY, rule);

test("a region is described by its own area and score, and not by the soft mask's", () => {
  assert.match(written(report("delete", REGION)), /Deleting the region [^.]*0\.30 \(10\.6 % .*from 1\.00 to 0\.07;/);
});

test("what is kept is not called deleted", () => {
  assert.match(written(report("preserve", REGION)), /Keeping nothing but the region .*from 1\.00 to 0\.90;/);
});

test("without a region the soft mask is named", () => {
  assert.match(written(report("delete", null)), /Deleting what the soft mask says \(20\.0 % .*from 1\.00 to 0\.05;/);
});

test("a rule's levels and the regions that could not be moved are told", () => {
  const trial = (/** @type {number} */ level) => ({ deletion: 0, level, control: false, normalised: 0, holds: true });
  const rule = {
    ...{ deletions: [{}, {}], trials: [trial(0.25), trial(0.5)], areas: [0.1, 0.2], unmoved: [0.4] },
    ...{ held: 0.5, held_interval: null, control: 0.1 },
  };
  const text = written(report("delete", REGION), rule);
  assert.match(text, /on 2 unseen deletions of its regions at 2 levels \(10\.0 % to 20\.0 %\), the rule held in 50\.0 %/);
  assert.match(text, /moved elsewhere in 10\.0 %; regions of 40\.0 % were too large to be moved\./);
  const one = written(report("delete", REGION), { ...rule, trials: [trial(0.5)], areas: [0.2, 0.2], unmoved: [0.8, 0.4] });
  assert.match(one, /of its region \(20\.0 %\), the rule/, "an area is not said to reach from itself to itself");
  assert.match(one, /regions of 80\.0 % and 40\.0 % were too large/);
});

test("classes beside the one explained have their labels, and the profile's range and output are told", () => {
  const kinds = [
    { name: "with", title: "Summed with", kind: "classes", choices: [], unit: "" },
    { name: "against", title: "Held against", kind: "classes", choices: [], unit: "" },
  ];
  const taken = { name: "fast", title: "Fast", kind: "learned", settings: ["with", "against"], preset: {} };
  const registry = /** @type {any} */ ({ settings: kinds, methods: [taken] });
  const settings = { game: "dual", with: [3], against: [1, 6] };
  const read = { ...report("delete", REGION), settings, target: { label: "ram + pig − cat − owl" } };
  const text = methodsText(read, registry, null);
  assert.match(text, /were: Summed with “pig” \(3\); Held against “cat” \(1\) and “owl” \(6\)\./);
  assert.match(text, /their values from 0 to 1 in RGB normalised with mean 0 and deviation 1\./);
  assert.match(text, /The model’s output was read as logits\./);
  const odd = methodsText({ ...read, target: { label: "a + b + pig − cat − owl" } }, registry, null);
  assert.match(odd, /Summed with class \(3\); Held against class \(1\) and class \(6\)\./);
});
