/** Explain: the smallest region of one picture whose blurring makes one answer vanish. */
import { methodOf } from "../../core/registry.js";
import { el, fromMarkup, within } from "../../parts/dom.js";
import { ModelDetails } from "../../parts/model-details.js";
import { SettingsForm } from "../../parts/settings-form.js";
import { Subject } from "../../parts/subject.js";
import { ARTICLE, RESULT, WORK } from "./markup.js";
import { ResultView } from "./result.js";
import { RunBar } from "./run-bar.js";
import { explain } from "./run.js";
import { Stage } from "./stage.js";

/** @typedef {import("../../types.js").Context} Context */
/** @typedef {import("../../app/store.js").Names} Names */

export const id = "explain";
export const title = "Explain";

/** What an event does while the view is on the page. @type {{update: (names: Names) => void, see: () => void} | null} */
let mounted = null;

/** @param {HTMLElement} root @param {Context} context */
export function mount(root, context) {
  root.append(fromMarkup(WORK), fromMarkup(RESULT), fromMarkup(ARTICLE));
  const { store } = context;
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
  const details = el("div");
  part("model-view").append(details);
  const form = new SettingsForm(context.set, store.now.forcedDevice !== null);
  part("settings").append(form.element);
  const look = (/** @type {string} */ at, /** @type {ScrollIntoViewOptions} */ how) => within(root, at, HTMLElement).scrollIntoView(how);
  const see = () => look("result", { block: "start", behavior: "smooth" });
  const begins = () => matchMedia("(max-width: 56rem)").matches && look("stage-frame", { block: "nearest" });
  const pieces = [
    new Stage(root, store),
    new RunBar(root, context, { explain: () => explain(context, begins), see }),
    new Subject(within(root, "subject", HTMLElement), context, "An answer to explain"),
    new ModelDetails(details, context),
    new ResultView(root, context),
  ];
  const update = (/** @type {Names} */ names) => {
    for (const piece of pieces) piece.update(names);
    if (names.has("state") || names.has("registry")) showSettings(root, form, context);
  };
  mounted = { update, see: () => look("result", { block: "start" }) };
}

/** Lets go of the page; what is known of a run stays in the store. */
export function unmount() {
  mounted = null;
}

/** @param {import("../../types.js").ViewEvent} event */
export function onEvent(event) {
  if (event.type === "change") mounted?.update(event.names);
  else mounted?.see();
}

/** @param {HTMLElement} root @param {SettingsForm} form @param {Context} context */
function showSettings(root, form, { store }) {
  const { registry, state } = store.now;
  if (!registry) return;
  form.show(registry, state);
  const changed = Object.keys(state.own).length - ("seed" in state.own ? 1 : 0);
  const words = [methodOf(registry, state.method).title, changed ? `${changed} changed` : "", `seed ${state.own.seed ?? 0}`];
  within(root, "settings-summary", HTMLElement).textContent = words.filter(Boolean).join(", ");
}
