/** What the view of attacks says of controls and thresholds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { detectRows, detectWords, recoverWords, ways } from "../../../www/views/adversarial/bench.js";

const named = (/** @type {number} */ index) => ({ class: index, label: `k${index}`, probability: 0.5 });

/** @param {number} deleted @param {number} rotated @param {number} random @param {number} blurred */
function said(deleted, rotated, random, blurred) {
  const answers = { deleted: named(deleted), rotated: named(rotated), random: named(random), blurred: named(blurred) };
  const masks = /** @type {any} */ ({ attacked: answers });
  return recoverWords(ways(/** @type {any} */ ({ clean: null, attacked: null }), masks), 0);
}

test("a blur of the whole picture is no control of a mask", () => {
  const none = "None of them breaks the clean picture.";
  const blur = "A blur of the whole picture brings it back.";
  const back = "Blurring the mask brings the answer back";
  const not = "Blurring the mask does not bring the answer back";
  assert.equal(said(0, 1, 1, 0), `${back}; none of its 2 controls does. ${blur} ${none}`);
  assert.equal(said(0, 0, 0, 1), `${back}; so do both of its controls, and then the place does not matter. ${none}`);
  assert.equal(said(0, 1, 0, 1), `${back}; so does 1 of its 2 controls, and then the place may not matter. ${none}`);
  assert.equal(said(1, 0, 1, 0), `${not}, and 1 of its 2 controls does. ${blur} ${none}`);
  assert.equal(said(1, 1, 1, 1), `${not}, nor does any of its 2 controls. ${none}`);
});

test("a detector says how many clean pictures its threshold still needs", () => {
  const detector = (/** @type {string} */ name, /** @type {number} */ seen) => {
    const threshold = seen < 19 ? null : 0.5;
    const judged = { score: 1, flagged: threshold === null ? null : true };
    const scores = Array.from({ length: seen }, () => 0.1);
    return { detector: name, planned: 20, threshold, lacking: Math.max(0, 19 - seen), scores, attacked: judged, clean: null };
  };
  const told = (/** @type {number} */ rule, /** @type {number} */ wide) =>
    /** @type {any} */ ({ attacked: {}, detectors: [detector("rule", rule), detector("wide", wide)] });
  assert.equal(detectWords(told(0, 0)), "For a threshold the rule f(x) = f(T x) needs 19 more clean pictures.");
  assert.equal(detectWords(told(18, 0)), "For a threshold the rule f(x) = f(T x) needs 1 more clean picture.");
  assert.match(detectWords(told(20, 17)), /For a threshold the wide rule needs 2 more clean pictures\.$/);
  assert.equal(detectWords(told(20, 19)), "Both rules flag the attacked picture.");
  assert.deepEqual(detectRows(told(20, 17)).map((row) => row.at(-1)), ["0 of 20, 0 %", "–"]);
});
