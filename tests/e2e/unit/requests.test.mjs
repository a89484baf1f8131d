/** The list of requests, from the browser's records. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedBy, summary } from "../../../www/core/requests.js";

const SITE = "https://host.example/name/";
/** @param {string} name @param {object} [facts] */
const entry = (name, facts) => ({ name, startTime: 0, workerStart: 0, transferSize: 0, decodedBodySize: 0, ...facts });
/** @param {any[]} entries @param {{who?: string, began?: number}} [of] */
const part = (entries, { who = "page", began = 1000 } = {}) => ({ who, record: { began, entries } });
/** @param {...ReturnType<typeof part>} parts */
const list = (...parts) => askedBy(parts, { site: SITE, began: 1000 });

test("who answered a request", () => {
  const cases = [
    [{ transferSize: 500, decodedBodySize: 2000 }, "the network", "2 kB", 500],
    [{ workerStart: 3, transferSize: 2300, decodedBodySize: 2000 }, "the copy for offline use", "2 kB", 0],
    [{ decodedBodySize: 2000 }, "the browser’s cache", "2 kB", 0],
    [{}, "not told", "not told", 0],
  ];
  for (const [facts, from, size, sent] of cases) {
    const [asked] = list(part([entry(`${SITE}a.js`, /** @type {object} */ (facts))]));
    assert.deepEqual([asked.name, asked.from, asked.size, asked.sent], ["a.js", from, size, sent]);
  }
});

test("requests stand in the order of time, whoever made them; what was before the page, or no request, does not", () => {
  const page = part([entry(SITE), entry(`blob:${SITE}1`), entry("data:,a"), entry(`${SITE}b`, { startTime: 900 })]);
  const worker = part([entry(`${SITE}c`, { startTime: 100 })], { who: "worker", began: 1500 });
  const keeper = part([entry(`${SITE}old`)], { who: "service worker", began: 10 });
  const seen = list(page, worker, keeper).map(({ name, who, seconds }) => [name, who, seconds]);
  assert.deepEqual(seen, [["the page", "page", 0], ["c", "worker", 0.6], ["b", "page", 0.9]]);
});

test("a request that left the origin is counted and named", () => {
  const all = list(part([entry(`${SITE}?device=cpu`), entry("https://host.example.evil/x")]));
  assert.deepEqual(all.map(({ name, own }) => [name, own]), [["the page?device=cpu", true], ["https://host.example.evil/x", false]]);
  assert.match(summary(all, "https://host.example"), /asked for 2 files, 1 of them left this origin\./);
});
