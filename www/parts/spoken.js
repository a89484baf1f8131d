/** Texts for what is drawn, not written, in the language of the page. */
import { el } from "./dom.js";

/**
 * What the page makes of texts that are written into it. Its translator hears of what is new before anything that was
 * promised later goes on.
 *
 * @param {string[]} texts
 * @returns {Promise<string[]>} in their order
 */
export async function spoken(texts) {
  const lines = texts.map((text) => el("p", {}, text));
  const place = el("div", { hidden: true }, ...lines);
  document.body.append(place);
  await Promise.resolve();
  place.remove();
  return lines.map(({ textContent }) => textContent ?? "");
}
