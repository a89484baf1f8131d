/** The page's messages: failures and notes in the alert region, progress in the status region. */
import { atMostEvery } from "../core/time.js";
import { el } from "../parts/dom.js";

/** Shortest interval between messages, so that a screen reader is not interrupted. */
const SPEAK_MS = 1000;

/** @param {HTMLElement} alerts @param {HTMLElement} status @returns {import("../app/opening.js").Voice} */
export function voiceOf(alerts, status) {
  let pending = "";
  const speak = atMostEvery(() => (status.textContent = pending), SPEAK_MS);
  const show = (/** @type {string} */ text, /** @type {string} */ kind) => {
    const close = el("button", { type: "button", class: "close", "aria-label": "Close this message" }, "×");
    const message = el("div", { class: `message ${kind}` }, el("p", {}, text), close);
    close.addEventListener("click", () => message.remove());
    alerts.replaceChildren(message);
  };
  return {
    say: (text) => {
      pending = text;
      speak();
    },
    fail: (text) => show(text, "failure"),
    note: (text) => show(text, "note"),
    clear: () => alerts.replaceChildren(),
  };
}
