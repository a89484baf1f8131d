/** What the page says: failures in the alert region, progress in the status region, at most once a second. */
import { atMostEvery, byId, el } from "./dom.js";

const alerts = byId("alerts", HTMLDivElement);
const status = byId("status", HTMLParagraphElement);

let pending = "";
const speak = atMostEvery(() => {
  status.textContent = pending;
}, 1000);

/** Said to those who listen rather than look. @param {string} text */
export function say(text) {
  pending = text;
  speak();
}

/** One clear sentence; it stays until it is closed or something succeeds. @param {string} text */
export function fail(text) {
  show(text, "failure");
}

/** A sentence worth reading that is not a failure. @param {string} text */
export function note(text) {
  show(text, "note");
}

/** Takes the sentences away again. */
export function clearMessages() {
  alerts.replaceChildren();
}

/** @param {string} text @param {string} kind */
function show(text, kind) {
  const close = el("button", { type: "button", class: "close", "aria-label": "Close this message" }, "×");
  const message = el("div", { class: `message ${kind}` }, el("p", {}, text), close);
  close.addEventListener("click", () => message.remove());
  alerts.replaceChildren(message);
}
