/** Tasks of the stand-in: they take their steps, tell figures of the engine's form, and show flat pictures. */

const FAMILIES = [
  ["other-blur", "another blur"],
  ["mean", "the mean colour"],
  ["noise", "noise"],
  ["imputed", "imputation"],
  ["other-picture", "another picture"],
];
const LEVELS = [0.25, 0.5, 0.75];
const KINDS = [
  ["rotation", "rotation", "°", [-30, -15, 0, 15, 30]],
  ["blur", "blur", " px", [0, 1, 2, 4]],
  ["brightness", "brightness", " % of white", [-20, -10, 0, 10, 20]],
];

/** @param {number} part @param {number} all */
const interval = (part, all) => ({
  low: Math.max(0, part / all - 0.1),
  estimate: part / all,
  high: part / all,
  n: all,
});

/** A rule that fails in every seventh trial, and whose control holds in every tenth. */
function deletion(steps, { label }) {
  const deletions = Array.from({ length: steps }, (_, i) => ({
    family: FAMILIES[i % 5][0],
    sigma_px: 3,
    shift_px: [i % 3, -(i % 2)],
    mirrored: i % 2 === 1,
    brightness: (i % 5) / 25 - 0.08,
    seed: i,
  }));
  const trials = deletions.flatMap((_, i) =>
    LEVELS.flatMap((level, l) =>
      [false, true].map((control) => {
        const holds = control ? (3 * i + l) % 10 === 0 : (3 * i + l) % 7 !== 0;
        return { deletion: i, level, control, normalised: holds ? 0.05 : 0.8, holds };
      }),
    ),
  );
  const rule = trials.filter((trial) => !trial.control);
  const held = rule.filter((trial) => trial.holds).length;
  const control = trials.filter((trial) => trial.control && trial.holds).length;
  const families = FAMILIES.slice(0, Math.min(5, steps)).map(([family, title], at) => {
    const of = rule.filter((trial) => trial.deletion % 5 === at);
    return {
      family,
      title,
      held: of.filter((trial) => trial.holds).length / of.length,
      control: 0.1,
      trials: of.length,
    };
  });
  const share = held / rule.length;
  return {
    sentence: steps
      ? `Deleting 3.1 to 11.0 % of the picture (the evidence, cut at levels of its range) takes ${label} away in ${(100 * share).toFixed(0)} % of 40 unseen deletions at 3 levels each. Moved elsewhere, the same regions do so in 10 %.`
      : `Nothing can be said: under every change ${label} was gone, or deleting everything left it.`,
    held: steps ? share : null,
    held_interval: steps ? interval(held, rule.length) : null,
    control: steps ? control / rule.length : null,
    lift: share - control / rule.length,
    lift_interval: null,
    skill: (share - 0.1) / 0.9,
    area: 0.064,
    areas: [0.031, 0.11],
    preserves: false,
    void: 0,
    families,
    deletions,
    trials,
  };
}

function invariance(steps, { label }) {
  const curves = KINDS.slice(0, steps).map(([kind, title, unit, strengths]) => ({
    kind,
    title,
    unit,
    words: `${title} up to ${strengths.at(-2)}${unit}`,
    range: [strengths.find((s) => Math.abs(s) <= 15), strengths.at(-2)],
    points: strengths.map((strength) => {
      const score = Math.max(0.05, 0.91 - Math.abs(strength) / Math.max(...strengths) / 1.4);
      return { strength, score, kept: strength !== strengths.at(-1), right: null, variation: 0.91 - score };
    }),
  }));
  return {
    sentence: `${label} survives ${curves.map((curve) => curve.words).join(", ")}. Deleting its evidence changes the answer, as it must.`,
    label,
    score: 0.91,
    curves,
    must_change: { area: 0.064, score: 0.02, changed: true },
  };
}

/** @param {{biased: boolean, pictures?: number}} settings */
function concept(steps, { biased, pictures = 600 }) {
  // Too few pictures show nothing.
  if (pictures < 100) {
    const sentence =
      "Nothing was found that goes with an answer beyond the true class, so nothing was tested. More pictures may show more.";
    return { sentence, confirmed: 0, classes: [], screened: 0, rules: [] };
  }
  const names = ["ears horns", "muzzle beak", ...(biased ? ["red bucket"] : []), "cloud"];
  const looked = steps > 5;
  const effect = (changed) => ({
    n: 24,
    changed,
    control: 0.04,
    interval: { low: changed - 0.2, estimate: changed - 0.04, high: changed + 0.1, n: 24, effective_n: 24 },
    p: changed > 0.3 ? 0.0001 : 0.4,
    exact: changed,
  });
  const flips = Array.from({ length: 24 }, (_, number) => ({
    number,
    changed: number % 3 > 0,
    control: number === 0,
    exact: null,
  }));
  const rules = (looked ? names : []).map((name, at) => ({
    concept: { name, wide: false, own: at < 2 },
    candidate: { concept: at, class: at, z: 9 - 2 * at, rank: 1 },
    association: { low: 0.1, estimate: 0.3, high: 0.5, n: 90, effective_n: 90 },
    necessity: effect(at < names.length - 1 ? 0.7 : 0.05),
    sufficiency: effect(at < names.length - 1 ? 0.4 : 0.04),
    deleted: flips,
    pasted: flips.slice(0, 12),
    p: at < names.length - 1 ? 0.001 : 0.6,
    verdict: at < names.length - 1 ? "relies-on" : "unconfirmed",
  }));
  const confirmed = rules.filter((rule) => rule.verdict === "relies-on").length;
  return {
    sentence: `Screened ${looked ? 31 : 0}, tested ${rules.length}, confirmed ${confirmed}, of which ${biased && looked ? 1 : 0} rest on what does not belong to the class.`,
    confirmed,
    classes: rules.map((_, at) => ["cat", "fish", "bird", "snail"][at]),
    screened: looked ? 31 : null,
    rules,
  };
}

function parts(steps) {
  const names = ["face", "ears horns", "eyes", "muzzle beak", "head", "body", "legs feet", "tail"];
  return {
    sentence: "Faces more than feet in 8 of 8 classes (sign test p = 0.0039; mean difference +0.412).",
    looked: steps,
    right: steps,
    parts: names.map((name, at) => ({
      name,
      n: steps,
      importance: 0.6 - 0.08 * at,
      interval: {
        low: 0.5 - 0.08 * at,
        estimate: 0.6 - 0.08 * at,
        high: 0.7 - 0.08 * at,
        n: steps,
        effective_n: steps,
      },
      classes: [[0, 0.6 - 0.08 * at]],
      density: null,
    })),
    faces_over_feet: null,
    labels: ["cat"],
  };
}

const NAMES = ["cat", "fish", "bird"];

/** @param {number} number @param {number | null} [probability] */
const named = (number, probability = 0.9) => ({ class: number, label: NAMES[number], probability });

/** The mask recovers nothing, its rotated control does, and a blur breaks the clean picture. */
function mask(recipe, attacked, blurred = null) {
  const [own, other] = attacked ? [1, 0] : [0, 1];
  const answers = { deleted: named(own, 0.6), rotated: named(0, 0.5), random: named(own, 0.7) };
  return { recipe, area: attacked ? 0.02 : 0.1, ...answers, blurred: blurred && named(other, 0.4), refused: null };
}

/** @param {boolean} attacked @param {number} masks */
function side(attacked, masks) {
  const own = attacked ? 1 : 0;
  return {
    top: [named(own, 0.97), named(2, 0.02), named(1 - own, 0.01)],
    looks: ["blur 1.5", "shift 5,5", "flip"].map((title, at) => ({
      title,
      answer: named(0, 0.8),
      change: attacked ? 1.62 - at / 10 : 0.08,
    })),
    vote: named(0, null),
    ensemble: named(0, 0.7),
    settled: named(0, null),
    masks: ["log-odds", "paper"].slice(0, masks).map((recipe) => mask(recipe, attacked)),
  };
}

/** A threshold takes so many clean pictures. */
const FEWEST = 19;

/** A detector that sees the attack if it succeeded, on the clean pictures that were asked until now. */
function detector(name, { steps, from, planned, threshold, scores: [own, other], succeeded }) {
  const count = Math.min(planned, Math.max(0, steps - from));
  const lacking = Math.max(0, FEWEST - count);
  const judged = (score) => ({ score, flagged: lacking ? null : score > threshold });
  const known = name === "rule" || count > 0;
  return {
    detector: name,
    threshold: lacking ? null : threshold,
    lacking,
    scores: Array.from({ length: count }, (_, at) => ((at % 10) * threshold) / 9),
    planned,
    clean: steps < 12 || !known ? null : judged(other),
    attacked: steps < 8 || !known ? null : judged(succeeded ? own : other),
  };
}

/** First the attack, then the masks of both, then the thresholds; at ε = 0 it fails, and at 1 the wide rule alone sees it. */
function attack(steps, { eps, calibrate = 0, calibrate_wide: wide = 0 }) {
  const succeeded = eps > 0;
  const of = { steps, succeeded };
  const rule = { ...of, from: 60, planned: calibrate, threshold: 0.18, scores: [eps > 1 ? 1.62 : 0.1, 0.08] };
  return {
    attack:
      steps < 4
        ? null
        : {
            name: `least-likely ${eps}`,
            succeeded,
            before: named(0, 0.97),
            after: succeeded ? named(1, 0.97) : named(0, 0.97),
            noise: named(0, 0.96),
            goal: "fish",
            l_inf: eps,
            l2: eps / 10,
            zero_gradients: 0,
            losses: [-9, -4, -1],
            seconds: 0.2,
          },
    clean: steps < 12 ? null : side(false, succeeded ? 2 : 0),
    attacked: steps < 8 ? null : side(succeeded, succeeded ? 2 : 0),
    detectors: [
      detector("rule", rule),
      detector("wide", { ...of, from: 80, planned: wide, threshold: 1.1, scores: [4.2, 0.4] }),
    ],
    false_positives: 0.05,
  };
}

/** So many pictures as are over, of those given or of the built-in world; the second method ties with the first. */
function evaluate(steps, { methods, controls, given, pictures: most }) {
  const count = Math.min(most, given.length || most, Math.floor(steps / 10));
  const names = [...methods, ...(controls ? ["centre"] : [])];
  const values = (/** @type {number} */ row) => Array.from({ length: count }, (_, at) => 0.9 - 0.05 * row - 0.01 * at);
  const cells = names.map((name, row) => ({
    n: count,
    mean: 0.88 - 0.05 * row,
    interval: [0.8 - 0.05 * row, 0.95 - 0.05 * row],
    class_mean: null,
    common: null,
    skill_over_centre: null,
    rank: null,
    difference:
      name === "centre" || !row
        ? null
        : { estimate: -0.05, interval: null, p: 0.4, detectable: null, told_apart: row > 1 },
    values: values(row),
  }));
  const column = {
    name: "insertion",
    meaning: "Area under the curve.",
    better: "higher",
    digits: 3,
    common: count,
    best: 0,
    cells,
  };
  const flow = { given: count, readable: count, confident: count, falls: count, judged: count, common: count };
  const rows = names.map((name) => ({ name, control: name === "centre", judged: count, refused: 0, reason: null }));
  return {
    sentence: `${count} pictures looked at, ${count} judged by every method.`,
    summary: { flow, rows, columns: [column], agreements: [] },
    pictures: Array.from({ length: count }, (_, number) => ({
      number,
      name: given[number] ?? `critter:${number}`,
      label: "cat",
    })),
    left_out: ["critter:99: the answer is not above .5"],
  };
}

/** First nothing, then two cues of which one is confirmed at the end. */
function cues(steps, { pictures, beside_cues: beside }) {
  const tested = steps > 60;
  const effect = (changed) => ({
    n: tested ? 20 : 0,
    changed: tested ? changed : null,
    control: tested ? 0.05 : null,
    interval: tested
      ? { low: changed - 0.2, estimate: changed - 0.05, high: changed + 0.1, n: 20, effective_n: 20 }
      : null,
    p: 0.001,
    exact: null,
  });
  const place = { left: 4, top: 4, right: 20, bottom: 20 };
  const cue = (label, at) => ({
    label,
    sentence: `${label} ${tested && !at ? "relies on" : "is not confirmed to rely on"} a cue of 12 pictures.`,
    wrongly_learned: tested && beside && !at,
    cue: {
      ...{
        class: at,
        members: 12,
        stability: 0.9,
        area: 0.05,
        outside: beside ? 0.9 : 0.1,
        rank: 1.2,
        called: 20,
        shown: 18,
      },
      ...{ necessity: effect(at ? 0.05 : 0.8), sufficiency: effect(at ? 0.05 : 0.5), p: at ? 0.6 : 0.002 },
      confirmed: tested && !at,
      exemplars: [1, 2, 3].map((picture) => ({ picture, place })),
      trials: [4, 5].flatMap((picture) => [
        { number: 2 * picture, picture, donor: null, changed: picture === 4, control: false },
        { number: 2 * picture + 1, picture, donor: 6, changed: true, control: true },
      ]),
    },
  });
  return {
    sentence: `Looked at ${pictures} pictures; found 2 candidates, tested 2, confirmed ${tested ? 1 : 0}.`,
    pictures: { looked: pictures, discovery: 10, alike: 0, explained: 10, refused: 0 },
    cues: steps > 20 ? ["bear", "cat"].map(cue) : [],
    everywhere: tested ? ["owl: everywhere, no region."] : [],
  };
}

const TASKS = {
  cues: { total: 100, stage: "confirm", found: cues },
  evaluate: { total: 100, stage: "judge", found: evaluate },
  attack: { total: 100, stage: "attack", found: attack },
  deletion: { total: 40, stage: "rule", found: deletion },
  invariance: { total: 3, stage: "change", found: invariance },
  concept: { total: 40, stage: "confirm", found: concept },
  parts: { total: 40, stage: "parts", found: parts },
};

/** Steps of a part, of the tasks that have parts; and the numbers of pictures with which a set has a mishap. */
const PARTS = { concept: 4, cues: 10, deletion: 1, evaluate: 10, parts: 4 };
const MISHAPS = { helper: [7, 27], first: [8, 28] };

/** @param {typeof import("./vanish.js").Handle} Handle @param {typeof import("./vanish.js").Picture} Picture */
export function taskOf(Handle, Picture) {
  return class Task extends Handle {
    #taken = 0;
    /** The parts that are known to be done, the one under way, and what is not told yet. */
    #done = new Set();
    #part = -1;
    #news = [];
    #begun = 0;
    /** It is the one that hears of all. */
    #hears = false;

    /** @param {keyof typeof TASKS} kind @param {object} about */
    constructor(kind, about) {
      super();
      if (!(kind in TASKS)) throw Object.assign(new Error(`there is no study called "${kind}"`), { kind: "settings" });
      Object.assign(this, { kind, about });
    }

    async step(count) {
      const { total, stage } = TASKS[this.alive().kind];
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (this.#part >= 0) return this.#stepPart(Math.min(count, 2));
      this.#taken = Math.min(total, this.#taken + Math.min(count, 2));
      const done = this.#taken === total;
      return JSON.stringify({ iteration: this.#taken, total, done, stage, words: "as it is" });
    }

    async found() {
      const { kind, about } = this.alive();
      const taken = this.#hears ? this.#done.size * PARTS[kind] : this.#taken;
      return JSON.stringify(TASKS[kind].found(taken, about));
    }

    #stepPart(count) {
      const { stage } = TASKS[this.kind];
      const mishaps = MISHAPS[this.#hears ? "first" : "helper"];
      if (this.#begun === 2 && mishaps.includes(this.about.pictures)) throw new WebAssembly.RuntimeError("unreachable");
      this.#taken += count;
      const done = this.#taken >= PARTS[this.kind];
      if (done) this.#news.push(this.#part);
      return JSON.stringify({ iteration: this.#taken, total: PARTS[this.kind], done, stage, words: "" });
    }

    get #parts() {
      const { total } = TASKS[this.kind];
      const most = this.kind === "evaluate" ? Math.min(this.about.pictures, this.about.given.length || total) : total;
      return Math.min(most, total / PARTS[this.kind]);
    }

    #ofPart(asked) {
      if (asked === "lines") return this.#news.splice(0);
      if ("part" in asked) {
        [this.#part, this.#taken] = [asked.part, 0];
        this.#begun += 1;
        return null;
      }
      // All are told to begin; one hears of parts.
      this.#hears ||= asked.add.length > 0;
      for (const part of asked.add) this.#done.add(part);
      const parts = Array.from({ length: this.#parts }, (_, part) => part).filter((part) => !this.#done.has(part));
      const [iteration, total] = [this.#done.size * PARTS[this.kind], this.#parts * PARTS[this.kind]];
      const progress = { iteration, total, done: !parts.length, stage: TASKS[this.kind].stage, words: "as it is" };
      return { progress, parts };
    }

    async ask(question) {
      if (this.alive().kind in PARTS) return JSON.stringify(this.#ofPart(JSON.parse(question)));
      const { attacked, recipe } = JSON.parse(question);
      if (this.alive().kind === "attack") return JSON.stringify(mask(recipe, attacked, true));
      throw Object.assign(new Error("there is no such question"), { kind: "settings" });
    }

    picture(id) {
      this.alive();
      const shade = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 200, 7);
      return new Picture(
        id,
        new Uint8Array(64 * 64 * 4).map((_, i) => (i % 4 === 3 ? 255 : shade + (i % 40))),
        64,
        64,
      );
    }

    map() {
      return new Float32Array(64 * 64).map((_, i) => (i % 64) / 64);
    }
  };
}
