/** Every request since the page was opened, in a separate window, and what that list cannot show. */
import { base, running } from "../app/client.js";
import { ask } from "../app/offline.js";
import { askedBy, recordHere, summary } from "../core/requests.js";
import { table } from "../parts/bar.js";
import { click, fromMarkup, within } from "../parts/dom.js";

/** @typedef {import("../core/requests.js").Part} Part */

/** Workers answer between two steps. One that is busy for longer is only mentioned. */
const PATIENCE_MS = 3000;

const MARKUP = `
<dialog id="requests" class="exhibit" aria-labelledby="requests-title">
  <div class="exhibit-head">
    <h2 id="requests-title">Every request since this page was opened</h2>
    <button id="requests-close" type="button">Close</button>
  </div>
  <p id="requests-sum" class="hint" role="status"></p>
  <p><strong>Try it:</strong> <span id="requests-try"></span></p>
  <p class="hint">
    This is the browser’s own record, kept by the page, its workers and its service worker. It does not show what the
    page’s security policy refused before it was sent, what workers asked for that have ended (they are given all they
    need and have no reason to ask), or what the browser and its extensions do by themselves. Firefox does not
    tell where a file came from, nor its size, where it was the copy for offline use. <span id="requests-silent"></span>
    The browser’s developer tools, under Network, show the same from outside the page.
  </p>
  <div id="requests-table" class="scroll" tabindex="0" role="group" aria-labelledby="requests-title"></div>
</dialog>`;

/** Opens the window, and keeps it up to date. @param {HTMLElement} body */
export function showRequests(body) {
  if (!body.querySelector("#requests")) prepare(body);
  within(body, "requests", HTMLDialogElement).showModal();
  void refresh(body);
}

/** @param {HTMLElement} body */
function prepare(body) {
  body.append(fromMarkup(MARKUP));
  const dialog = within(body, "requests", HTMLDialogElement);
  click(body, "requests-close", () => dialog.close());
  // Escape closes the window, but does not stop a job.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  const again = () => dialog.open && void refresh(body);
  for (const event of ["online", "offline"]) addEventListener(event, again);
  new PerformanceObserver(again).observe({ type: "resource" });
}

/** @param {HTMLElement} body */
async function refresh(body) {
  const { parts, silent } = await gather();
  const { origin } = location;
  const all = askedBy(parts, { site: base(), began: performance.timeOrigin });
  within(body, "requests-sum", HTMLElement).textContent = summary(all, origin);
  within(body, "requests-silent", HTMLElement).textContent = silent.length ? `Silent: ${silent.join(", ")}.` : "";
  const now = navigator.onLine
    ? "switch the network off, close this window, open a picture of your own and press Explain."
    : "you are offline. Close this window, open a picture of your own and press Explain.";
  within(body, "requests-try", HTMLElement).textContent = `${now} No new line here will have come from the network.`;
  const rows = all.map(({ name, who, seconds, from, size }) => [name, who, `${seconds.toFixed(1)} s`, from, size]);
  const shown = table("Requests in the order of time", ["File", "Asked for by", "After", "Came from", "Size"], rows);
  within(body, "requests-table", HTMLElement).replaceChildren(shown);
}

/** @returns {Promise<{parts: Part[], silent: string[]}>} `silent`: those that did not answer */
async function gather() {
  const keeper = navigator.serviceWorker?.controller;
  const nameOf = (/** @type {number} */ at) => (at ? `worker ${at + 1}` : "worker");
  const asked = [...running].map((client, at) => ({ who: nameOf(at), record: client.call("requests") }));
  if (keeper) asked.push({ who: "service worker", record: ask(keeper, { ask: "requests" }) });
  const answers = await Promise.all(asked.map(async ({ who, record }) => ({ who, record: await soon(record) })));
  const heard = answers.filter(({ record }) => record !== null);
  const silent = answers.filter(({ record }) => record === null).map(({ who }) => who);
  return { parts: [{ who: "page", record: recordHere() }, .../** @type {Part[]} */ (heard)], silent };
}

/** @template T @param {Promise<T>} answer @returns {Promise<T | null>} null if it does not come soon */
function soon(answer) {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  return Promise.race([answer.catch(() => null), /** @type {Promise<null>} */ (late)]);
}
