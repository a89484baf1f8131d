/** What a result is looked at with: outlines, films, and runs under several seeds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { contour, shareAbove } from "../../../www/core/contour.js";
import { Film, SIDE } from "../../../www/core/film.js";
import { otherSeeds } from "../../../www/core/seeds.js";

/** @param {number[]} lines @returns {number} the length of all segments */
function length(lines) {
  let sum = 0;
  for (let i = 0; i < lines.length; i += 4) sum += Math.hypot(lines[i] - lines[i + 2], lines[i + 1] - lines[i + 3]);
  return sum;
}

/** How often each point ends a segment: twice on a closed line. @param {number[]} lines */
function ends(lines) {
  const counts = new Map();
  for (let i = 0; i < lines.length; i += 2) {
    const key = `${lines[i].toFixed(4)},${lines[i + 1].toFixed(4)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()];
}

test("the outline of a disc has its length, and is closed", () => {
  const [size, radius] = [101, 30];
  const disc = Float32Array.from({ length: size * size }, (_, i) =>
    Math.max(0, 1 - Math.hypot((i % size) - 50, Math.floor(i / size) - 50) / (2 * radius)),
  );
  const lines = contour(disc, size, size, 0.5);
  assert.ok(Math.abs(length(lines) - 2 * Math.PI * radius) < 1, `${length(lines)}`);
  assert.ok(ends(lines).every((count) => count % 2 === 0));
  assert.ok(Math.abs(shareAbove(disc, 0.5) - (Math.PI * radius ** 2) / size ** 2) < 0.01);
});

test("a region that meets the border is closed along it, and stays within the picture", () => {
  const half = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 1 : 0));
  const lines = contour(half, 8, 8, 0.5);
  assert.ok(ends(lines).every((count) => count % 2 === 0));
  assert.ok(lines.every((at) => at >= 0 && at <= 8));
  assert.ok(Math.abs(length(lines) - 2 * (4 + 8)) < 1.5, `${length(lines)}`);
});

test("flat maps have no outline; saddles have two lines that do not cross", () => {
  assert.deepEqual(contour(new Float32Array(16), 4, 4, 0.5), []);
  const saddle = contour([1, 0, 0, 1], 2, 2, 0.6);
  assert.ok(ends(saddle).every((count) => count === 2), "each corner has an outline of its own");
});

/** @param {number} value @param {number} [size] @returns {any} */
const pictures = (value, size = 128) => ({ evidence: new Float32Array(size * size).fill(value), width: size, height: size });

test("a film keeps few small frames, evenly, the first among them", () => {
  const film = new Film();
  for (let step = 1; step <= 1000; step++) film.take(step, pictures(step / 1000));
  assert.ok(film.frames.length > 40 && film.frames.length <= 96, `${film.frames.length}`);
  assert.equal(film.frames[0].iteration, 1);
  const gaps = film.frames.slice(1).map(({ iteration }, i) => iteration - film.frames[i].iteration);
  assert.equal(new Set(gaps).size, 1, "as far apart from one to the next");
  const frame = film.at(500);
  assert.ok(frame && frame.iteration <= 500 && frame.iteration > 500 - gaps[0]);
  assert.equal(frame?.evidence.length, SIDE * SIDE);
  assert.equal(frame?.evidence[77], Math.round((255 * (frame?.iteration ?? 0)) / 1000));
});

test("a small picture fills a frame, too", () => {
  const film = new Film();
  film.take(1, pictures(1, 16));
  assert.ok(film.frames[0].evidence.every((value) => value === 255));
});

test("runs under other seeds are told from other runs", () => {
  const result = (/** @type {number} */ seed, /** @type {object} */ change = {}) =>
    /** @type {any} */ ({
      ...{ key: `${seed} ${JSON.stringify(change)}`, label: "cat", ended: "", device: "cpu", pictures: {} },
      report: JSON.stringify({
        ...{ model: { sha256: "m" }, image: { sha256: "i" }, target: { index: 1 } },
        settings: { method: "fast", seed, ...change },
      }),
    });
  const all = [result(0), result(1), result(2, { l1: 1 }), { ...result(3), ended: "stopped" }, result(4)];
  assert.deepEqual(otherSeeds(all[0], all), [all[0], all[1], all[4]]);
  assert.deepEqual(otherSeeds({ ...all[0], report: null }, all), []);
});
