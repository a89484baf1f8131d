/** Explain: the smallest region of one picture whose blurring makes one answer vanish. */
import { methodOf } from "../../core/registry.js";
import { el, fromTemplate, within } from "../../parts/dom.js";
import { Later, whenIdle } from "../../parts/later.js";
import { laterParts, style } from "../../parts/style.js";
import { Subject } from "../../parts/subject.js";
import { RunBar } from "./run-bar.js";
import { explain } from "../../app/explain.js";
import { UNFETCHED } from "../../app/opening.js";
import { Stage } from "./stage.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */

export const id = "explain";
export const title = "Explain";

/**
 * The mounted view, which handles events while it is on the page.
 *
 * @type {import("../../parts/mounting.js").Mounted & {see: () => void} | null}
 */
let mounted = null;

/** @param {HTMLElement} root @param {Context} context */
export function mount(root, context) {
  const place = el("div");
  root.append(fromTemplate("explain-work"), place, fromTemplate("explain-words"));
  const { store } = context;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
  const details = laterPanel(part("model-view"), context, async (at) => {
    const { ModelDetails } = await import("../../parts/model-details.js");
    return new ModelDetails(at, context);
  });
  const settings = laterPanel(part("settings"), context, async (at) => {
    const { SettingsPanel } = await import("../../parts/settings-form.js");
    return new SettingsPanel(at, context);
  });
  const look = (/** @type {string} */ at, /** @type {ScrollIntoViewOptions} */ how) => {
    const place = within(root, at, HTMLElement);
    place.scrollIntoView(how);
    return place;
  };
  const result = laterResult(place, context);
  /** @type {import("../../types.js").View["take"]} */
  let take;
  const set = laterPanel(within(root, "set-place", HTMLElement), context, async (at) => {
    const [{ ExplainSet }] = await Promise.all([import("../../parts/set/set.js"), style("www/parts/set/set.css")]);
    const piece = new ExplainSet(at, context);
    take = (files, entries) => piece.take(files, entries);
    return piece;
  });
  const see = (/** @type {ScrollBehavior} */ behavior) =>
    result.need().then(
      // The keyboard continues from there.
      () => look("result", { block: "start", behavior }).focus({ preventScroll: true }),
      () => {},
    );
  const begins = () => matchMedia("(max-width: 56rem)").matches && look("stage-frame", { block: "nearest" });
  const pieces = [
    new Stage(root, store),
    new RunBar(root, context, { explain: () => explain(context, begins), see: () => see("smooth") }),
    new Subject(within(root, "subject", HTMLElement), context, "An answer to explain"),
    settings,
    details,
    result,
    set,
  ];
  const update = (/** @type {Names} */ names) => {
    for (const piece of pieces) piece.update(names);
    if (store.now.run || store.now.shown) result.need().catch(() => context.voice.fail(UNFETCHED));
    if (names.has("state") || names.has("registry")) showSummary(root, context);
  };
  mounted = { update, see: () => void see("instant"), take: (files, entries) => take?.(files, entries) ?? false };
}

/**
 * The result, which does not exist before a run.
 *
 * @param {HTMLElement} place
 * @param {Context} context
 * @returns {Later}
 */
function laterResult(place, context) {
  const result = new Later(async () => {
    const look = Promise.all([laterParts(), ...["result", "closer"].map((name) => style(`www/parts/result/${name}.css`))]);
    const { ResultView } = await import("../../parts/result/result.js");
    await look;
    return new ResultView(place, context);
  });
  // A run must have its result even if the connection is lost.
  whenIdle(() => result.need().catch(() => {}));
  return result;
}

/**
 * The content of a panel that is closed at first.
 *
 * @param {HTMLElement} panel
 * @param {Context} context
 * @param {(place: HTMLElement) => Promise<import("../../parts/later.js").Piece>} load
 * @returns {Later}
 */
function laterPanel(panel, context, load) {
  const place = el("div");
  const piece = new Later(async () => (await laterParts(), load(place)));
  panel.append(place);
  panel.addEventListener("toggle", () => piece.need().catch(() => context.voice.fail(UNFETCHED)));
  // The panel must open even if the connection is lost.
  whenIdle(() => piece.need().catch(() => {}));
  return piece;
}

/** Releases the page. What is known of a run stays in the store. */
export function unmount() {
  mounted = null;
}

/** @param {import("../../types.js").ViewEvent} event */
export function onEvent(event) {
  if (event.type === "change") mounted?.update(event.names);
  else mounted?.see();
}

/** @param {File[]} files @param {(FileSystemEntry | null)[]} entries */
export function take(files, entries) {
  return mounted?.take?.(files, entries) ?? false;
}

/** @param {HTMLElement} root @param {Context} context */
function showSummary(root, { store }) {
  const { registry, state } = store.now;
  if (!registry) return;
  const changed = Object.keys(state.own).length - ("seed" in state.own ? 1 : 0);
  const words = [
    methodOf(registry, state.method).title,
    changed ? `${changed} changed` : "",
    `seed ${state.own.seed ?? 0}`,
  ];
  within(root, "settings-summary", HTMLElement).textContent = words.filter(Boolean).join(", ");
}
