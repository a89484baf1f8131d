/** The tour's words: what they say follows from the figures, also where these are not what the story hopes for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse, TOUR_STEPS } from "../../../www/core/link.js";
import * as outcomes from "../../../www/tour/outcomes.js";
import { STEPS } from "../../../www/tour/steps.js";

/** @param {number} held @param {number} area @returns {any} */
const tested = (held, area) => ({
  title: `held ${held}`,
  result: { scores: { original: 1, deleted: 0 }, area, sentence: "", pictures: null },
  rule: { held, control: 0, sentence: "", held_interval: { low: held - 0.1, high: held + 0.1 } },
});

test("a link holds the step, and each step's own link is understood to the last part", () => {
  assert.equal(STEPS.length, TOUR_STEPS);
  assert.equal(parse("tour=3").tour, 3);
  assert.equal(parse("tour=8").tour, 0, "there is no eighth step");
  assert.equal(format({ ...parse(""), tour: 3 }), "tour=3");
  for (const { link, title } of STEPS) {
    const again = Object.fromEntries(new URLSearchParams(format(parse(link))));
    const asked = Object.fromEntries(new URLSearchParams(link));
    for (const [name, text] of Object.entries(again)) assert.equal(asked[name], text, title);
    assert.deepEqual(parse(link).own, {}, `${title}: settings are chosen while it runs`);
  }
});

test("artefacts are told where the free mask's rule fails more, and only there", () => {
  assert.match(outcomes.artefacts(tested(0.1, 0.01), tested(0.9, 0.1)).words, /holds in only 10 % .* in 90 %.*artefact/);
  // .85 against .86 on one picture is no difference.
  for (const [free, smooth] of [[0.9, 0.9], [0.85, 0.86], [0.9, 0.2]])
    assert.match(outcomes.artefacts(tested(free, 0.01), tested(smooth, 0.1)).words, /no artefact is shown/);
});

test("the picture as it is counts as no change that an answer survives", () => {
  const point = (/** @type {number} */ strength, /** @type {boolean} */ kept) => ({ strength, kept });
  const curve = { kind: "blur", title: "Blur", words: "blur up to 1 px", range: [0, 1] };
  const curves = [0, 1].map(() => ({ ...curve, points: [point(0, true), point(1, true), point(2, false)] }));
  const [[, kept]] = outcomes.invariance(/** @type {any} */ ({ label: "owl", curves })).figures;
  assert.equal(kept, "2 of 4");
});

test("the best of a comparison is found by each figure, misses last", () => {
  const row = (/** @type {string} */ title, /** @type {number | null} */ box, /** @type {number} */ overlap) => ({
    method: title,
    title,
    result: /** @type {any} */ ({ pictures: { evidence: new Float32Array(100) } }),
    verdict: /** @type {any} */ ({ deletion_game: [0, box, 0, 0], overlap, seconds: 1 }),
  });
  const { words, figures } = outcomes.comparison([row("A", 50, 0.1), row("B", 20, 0.2), row("C", null, 0.4)]);
  assert.equal(words, "The largest overlap with the true evidence is that of C; the smallest box, of B.");
  assert.deepEqual(figures[2], ["C", "0.40", "overlap; 90 % of the score goes with no box; 1.0 s"]);
  assert.equal(outcomes.comparison([]).words, "No method could be judged.");
});

test("an attack is told as it went", () => {
  const named = (/** @type {number} */ index, /** @type {number | null} */ probability = 0.5) => ({
    class: index,
    label: `k${index}`,
    probability,
  });
  const mask = (/** @type {number} */ deleted, /** @type {number} */ rotated) => ({
    ...{ recipe: "paper", area: 0.1, deleted: named(deleted), rotated: named(rotated), random: named(1) },
    ...{ blurred: null, refused: null },
  });
  const told = (/** @type {object} */ change, /** @type {object} */ side, flagged = true) =>
    /** @type {any} */ ({
      attack: { before: named(0), after: named(1), l_inf: 8, succeeded: true, ...change },
      clean: null,
      attacked: { vote: named(0, null), masks: [mask(0, 1)], ...side },
      detectors: [{ detector: "rule", threshold: 1, clean: null, attacked: { score: flagged ? 2 : 0.5, flagged } }],
    });
  const words = (/** @type {object} */ change, /** @type {object} */ side, flagged = true) =>
    outcomes.attack(told(change, side, flagged)).words;
  const whole = "The attack changed the answer. It is detected. ";
  assert.equal(
    words({}, {}),
    `${whole}Deleting its mask brings the first answer back; none of its 2 controls does. The vote of light edits says k0.`,
  );
  assert.match(words({}, { masks: [mask(0, 0)] }), /so does 1 of its 2 controls/);
  assert.match(words({}, { masks: [mask(1, 1)] }), /does not bring the first answer back/);
  assert.match(words({}, {}, false), /It is not detected/);
  const unknown = told({}, {});
  unknown.detectors[0].attacked.flagged = null;
  assert.match(outcomes.attack(unknown).words, /Too few clean pictures were seen to say whether it is detected/);
  assert.equal(words({ succeeded: false }, {}), "The attack failed: the answer is still k1.");
});

test("a mistake is claimed only where a confirmed cue lies outside of the animals", () => {
  const result = tested(1, 0.1).result;
  const cue = (/** @type {boolean} */ wrong) => ({
    ...{ label: "cat", sentence: "A cue.", wrongly_learned: wrong },
    cue: { confirmed: true, outside: 0.9 },
  });
  const found = (/** @type {boolean} */ wrong) =>
    outcomes.mistake(result, /** @type {any} */ ({ sentence: "", pictures: { looked: 9 }, cues: [cue(wrong)] }));
  assert.match(found(true).words, /Wrongly learned is cat, from a cue that lies to 90\.0 % outside of the animal\./);
  assert.match(found(false).words, /No confirmed cue lies mostly outside/);
  assert.deepEqual(found(true).figures[1], ["Confirmed", "1 of 1", "cues that were tested"]);
});
