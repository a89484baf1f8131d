/** The run of an explanation: how it starts, is watched and ends, and what is kept of it in any case. */
import { targetLabel } from "./facts.js";
import { keep, show } from "./results.js";
import { waitingFor } from "./waiting.js";
import { settingsOf } from "../core/registry.js";
import { endedAs, fromReport, keyOf, provisional } from "../core/result.js";
import { duration, rate, score } from "../core/words.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../core/result.js").Running} Running */

/** How a run ended if its mask has been learned. */
const UNORDERED = "stopped before its pixels were in order";

/**
 * Starts a run with the present settings, or shows its result if it is known.
 *
 * @param {Context} context
 * @param {() => void} begins called when the run begins
 */
export async function explain(context, begins) {
  const { store, jobs, voice, handle } = context;
  const begun = begin(context);
  if (!begun) return;
  const { mine, settings } = begun;
  voice.clear();
  begins();
  store.change({ run: mine, progress: { words: "Measuring the blurred picture…" } });
  const watch = watcher(context, mine);
  try {
    const finished = await jobs.run("explain", { kind: "explain", settings, early: true }, watch);
    if (store.now.run === mine) ended(context, mine, finished);
  } catch (error) {
    watch.lost();
    handle(error);
  } finally {
    endOrder(store, mine);
    over(store, mine);
  }
}

/**
 * @param {Context} context
 * @returns {{mine: Running, settings: import("../types.js").Settings} | null} null if there is nothing to run
 */
function begin({ store }) {
  const { model, picture, device, registry, state, answers, recall, shown, run } = store.now;
  if (!model || !picture || !device || !registry) return null;
  const settings = settingsOf(registry, state);
  const target = { index: state.target ?? answers[0]?.index };
  const { sha256, profile, name } = model.info;
  const key = keyOf(sha256, picture.info.sha256, { ...settings, target }, profile, device.kind);
  const past = run ? undefined : recall.find(key);
  if (past && past !== shown) {
    show(store, past, true);
    return null;
  }
  const names = { label: targetLabel(store.now), model: name, image: picture.info.name, device: device.kind };
  return { mine: { key, ...names, started: null, tick: null, found: null }, settings };
}

/** How the page reacts to the news of a run. @param {Context} context @param {Running} mine */
function watcher(context, mine) {
  const { store, voice } = context;
  const current = () => store.now.run === mine;
  return {
    started: (/** @type {import("../types.js").Started} */ started) => {
      if (current()) store.change({ run: Object.assign(mine, { started }) });
    },
    tick: (/** @type {import("../types.js").Tick} */ tick) => {
      if (!current() || !mine.started) return;
      const words = progressWords(tick);
      const { iteration, total } = tick.progress;
      const progress = { words: words.join(" · "), value: iteration, max: total, evidence: mine.found !== null };
      store.change({ run: Object.assign(mine, { tick }), worn: tick.pictures, progress });
      voice.say(words.join(", "));
    },
    found: (/** @type {string} */ report) => {
      if (!current() || !mine.tick) return;
      const { pictures, curves } = mine.tick;
      const ended = "its pixels are being put in order";
      mine.found = { ...fromReport(JSON.parse(report), report), key: mine.key, pictures, curves, ended, growing: true };
      keepResult(context, mine.found);
    },
    loading: (/** @type {import("../types.js").Loading} */ news) => {
      const words = `${waitingFor(news, mine.device === "gpu")}…`;
      if (current() && news.stage === "start") store.change({ progress: { words } });
      voice.say(words);
    },
    // It can no longer be proved, so what was last seen is kept.
    lost: () => {
      if (!current()) return;
      if (mine.started && mine.tick && !mine.found)
        keepResult(context, provisional(mine, mine.tick, mine.started, "cancelled"));
      over(store, mine);
      store.change({ progress: null });
    },
  };
}

/**
 * Keeps what was found before the order without the order. @param {import("./store.js").Store} store @param {Running}
 * mine
 */
function endOrder(store, { found }) {
  if (!found) return;
  Object.assign(found, { growing: false, ended: UNORDERED });
  store.change({ recall: store.now.recall, shown: store.now.shown });
}

/** @param {import("./store.js").Store} store @param {Running} mine */
function over(store, mine) {
  if (store.now.run === mine) store.change({ run: null, runs: store.now.runs + 1 });
}

/** @param {import("../types.js").Tick} tick @returns {string[]} the progress in words, as for a screen reader */
function progressWords({ progress, rate: perSecond }) {
  const left = perSecond > 0 ? (progress.total - progress.iteration) / perSecond : NaN;
  return [
    `${progress.iteration} of ${progress.total}`,
    progress.stage === "order" ? "putting the pixels in order" : `${rate(perSecond)} it/s`,
    progress.done ? "done" : `${duration(left)} left`,
    // If nothing is minimised, there is no score during the run.
    ...(progress.objective === null ? [] : [`score ${score(progress.score)}`]),
  ];
}

/** @param {Context} context @param {Running} mine @param {import("../types.js").Finished} finished */
function ended(context, mine, { last, report, regions, end }) {
  const { store } = context;
  if (!last || !report) return store.change({ progress: { words: "Stopped before the first step.", value: 0 } });
  const { pictures, curves } = last;
  store.change({ worn: pictures });
  const result = fromReport(JSON.parse(report), report);
  const ended = end === "done" ? "" : stoppedAt(result, last.progress);
  keepResult(context, { ...result, key: mine.key, pictures, curves, regions, ended });
  mine.found = null;
}

/**
 * How far a stopped run came: in steps of the mask if one was learned, otherwise in steps of the whole.
 *
 * @param {import("../core/result.js").Result} result
 * @param {import("../types.js").Progress} progress
 */
function stoppedAt({ curves, iterations, intended }, { stage, iteration, total }) {
  if (stage === "order") return UNORDERED;
  return curves.objective.length ? endedAs("cancelled", iterations, intended) : endedAs("cancelled", iteration, total);
}

/** @param {Context} context @param {import("../core/result.js").Result} result */
function keepResult({ store, voice }, result) {
  const { ended: how, iterations, intended } = result;
  const partial = how ? `${how[0].toUpperCase()}${how.slice(1)}. ` : "";
  const words = partial || `Done: ${iterations} iterations${iterations < intended ? ", no more were worth it" : ""}.`;
  const { progress, run, recall, shown } = store.now;
  const again = run?.found && run.found !== result;
  store.change({ progress: { words, value: progress?.value ?? 0, max: progress?.max, evidence: true } });
  // A person who has gone on to another result is not disturbed.
  if (!again || shown === run.found) keep(store, result);
  else store.change({ recall: recall.keep(result) });
  voice.say(again ? words : `${partial}${result.sentence}`);
}
