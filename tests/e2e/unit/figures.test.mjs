/** A figure that the page says beside a sentence of the engine's is the sentence's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleFigures, share, span } from "../../../www/core/trials.js";
import { percent, score } from "../../../www/core/words.js";
import { figureText } from "../../../www/views/evaluate/figures.js";

test("a figure in the very middle is rounded as in the engine's sentence: to the even neighbour", () => {
  // As Rust's `{:.0}`, `{:.1}` and `{:.2}` write them; 1 of 8 is 12 % in the sentence of a rule, and was 13 % below it.
  assert.deepEqual([1, 3, 5, 7].map((held) => share(held / 8)), ["12 %", "38 %", "62 %", "88 %"]);
  assert.equal(span({ low: 0.125, high: 0.625 }), "12 to 62 %");
  assert.deepEqual([0.0625, 0.1875, 0.3125].map(percent), ["6.2 %", "18.8 %", "31.2 %"]);
  assert.deepEqual([0.125, 0.375, 0.625, -0.125].map(score), ["0.12", "0.38", "0.62", "−0.12"]);
  assert.deepEqual([0.125, -0.625].map((value) => figureText(value, 2)), ["0.12", "−0.62"]);
  const rule = /** @type {any} */ ({ held: 0.125, held_interval: null, control: 0.625, skill: 0.375 });
  assert.deepEqual(ruleFigures(rule).map(([, value]) => value), ["12 %", "62 %", "0.38"]);
});

test("what lies beside the middle is rounded as ever", () => {
  assert.deepEqual([0.145, 0.945, 0.335, 0.115, 0.005].map(score), ["0.14", "0.94", "0.34", "0.12", "0.005"]);
  assert.deepEqual([0.12499, 0.12501].map(score), ["0.12", "0.13"]);
  assert.deepEqual([0, 0.9996, 1].map(percent), ["0 %", "100 %", "100 %"]);
});
