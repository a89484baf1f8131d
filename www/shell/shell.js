/** The shell: the head, navigation, messages, file inputs and foot around every view. */
import { isReady } from "../app/facts.js";
import { UNFETCHED, prepare } from "../app/opening.js";
import { forcedDevice, privateParts, readAddress, route } from "../app/router.js";
import { Session } from "../app/session.js";
import { click, within } from "../parts/dom.js";
import { Later, letIdle, whenIdle } from "../parts/later.js";
import { laterParts, style } from "../parts/style.js";
import { showDevice } from "./device.js";
import { House } from "./house.js";
import { choosers, listenForDrops, listenForPastes } from "./input.js";
import { voiceOf } from "./voice.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/store.js").Names} Names */

/**
 * Longest time that the rest of the page waits for the first answer, and time left after it for a user's first press.
 */
const FIRST_MS = 5000;
const PRESS_MS = 200;

/** Builds the page and starts the engine. @param {HTMLElement} body */
export function startShell(body) {
  const voice = voiceOf(within(body, "alerts", HTMLElement), within(body, "status", HTMLElement));
  const reveal = () => void reveals();
  const session = new Session(voice, readAddress(), forcedDevice(), reveal);
  const { store, client, jobs, opening, handle } = session;
  // The engine takes longest to load.
  void session.boot();
  const ways = { opened: (/** @type {File[]} */ files) => void opening.files(files), refused: voice.fail };
  const context = /** @type {Context} */ ({
    ...{ store, jobs, opening, handle, voice, reveal },
    call: client.call.bind(client),
    client,
    engine: () => session.engine,
    set: session.set.bind(session),
    go: (view) => store.changeState({ view }),
    follow: session.follow.bind(session),
    ...route(store, session.follow.bind(session)),
    choose: choosers(body, ways),
    paste: listenForPastes(ways),
  });
  const house = new House(within(body, "view", HTMLElement), within(body, "navigation", HTMLElement), context);
  const reveals = async () => {
    context.go("explain");
    await house.open("explain");
    house.tell({ type: "reveal" });
  };
  const dropped = (/** @type {File[]} */ files, /** @type {(FileSystemEntry | null)[]} */ entries = []) =>
    house.offer(files, entries) || ways.opened(files);
  listenForDrops(within(body, "drop-veil", HTMLElement), { ...ways, opened: dropped });
  const tour = new Later(async () => {
    const { Tour } = await import("../tour/tour.js");
    return Tour.open(within(body, "tour", HTMLElement), context);
  });
  store.listen((names) => {
    update(body, house, store, names);
    tour.update(names);
    if (store.now.state.tour) tour.need().catch(() => voice.fail(UNFETCHED));
  });
  listen(body, context);
  store.change({ ...store.now });
  setTimeout(letIdle, FIRST_MS);
  const resting = () => isReady(store.now) && !store.now.run;
  const end = store.listen(() => resting() && setTimeout(() => resting() && (end(), letIdle()), PRESS_MS));
  whenIdle(() => void prepare());
  whenIdle(() => void import("./complete.js").then(({ complete }) => complete(body, { store, style, privateParts }), () => {}));
  // English is in the page. Another language is loaded at once if the address or the browser asks for it.
  const speak = () => void import("../texts/language.js").then(({ startLanguage }) => startLanguage(body), () => {});
  if (/lang=|^(?!en)/.test(navigator.language + location.search)) speak();
  else whenIdle(speak);
  // The build marks this as the published page. The repository itself is never stored.
  if (/** @type {any} */ (globalThis).PUBLISHED)
    whenIdle(() => void import("./offline.js").then(({ startOffline }) => startOffline(body, store), () => {}));
}

/** @param {HTMLElement} body @param {Context} context */
function listen(body, { choose, jobs, settle, store, visit, voice }) {
  click(body, "import-report", () => choose("report"));
  // This is not a link, because the address holds the view's state.
  click(body, "skip", () => within(body, "view", HTMLElement).focus());
  // This is for the list of all requests, because browsers keep only 250 by default.
  performance.setResourceTimingBufferSize(1e4);
  click(body, "see-requests", () =>
    Promise.all([import("./requests.js"), laterParts()]).then(
      ([{ showRequests }]) => showRequests(body),
      () => voice.fail(UNFETCHED),
    ),
  );
  click(body, "copy-link", () => {
    settle();
    return import("./links.js").then(
      ({ copyLink }) => copyLink(within(body, "link-note", HTMLElement)),
      () => voice.fail(UNFETCHED),
    );
  });
  click(body, "take-tour", () => visit({ tour: 1 }));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !store.now.job) return;
    jobs.cancel();
    voice.say("Stopping.");
  });
}

/**
 * @param {HTMLElement} body
 * @param {House} house
 * @param {import("../app/store.js").Store} store
 * @param {Names} names
 */
function update(body, house, { now }, names) {
  house.tell({ type: "change", names });
  if (names.has("state")) void house.open(now.state.view).then(() => leaveOut(body, now.state.hide));
  if (names.has("device") || names.has("because")) showDevice(within(body, "device", HTMLDetailsElement), now);
  if (names.has("version")) within(body, "version", HTMLElement).textContent = now.version && `vanish ${now.version}`;
  body.toggleAttribute("data-running", now.job !== null);
  body.toggleAttribute("data-ready", isReady(now));
  body.dataset.runs = String(now.runs);
}

/** Leaves parts of the page out, for teaching. @param {HTMLElement} body @param {string} hide */
function leaveOut(body, hide) {
  const hidden = new Set(hide.split(","));
  for (const part of body.querySelectorAll("[data-part]")) {
    part.toggleAttribute("hidden", hidden.has(part.getAttribute("data-part") ?? ""));
  }
}
