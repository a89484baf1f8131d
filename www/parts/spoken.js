/** Texts that are drawn rather than written, in the language of the page. */
import { el } from "./dom.js";

/**
 * Returns the page's translations of texts. They are written into the page, whose translator hears of additions before
 * any later promise continues.
 *
 * @param {string[]} texts
 * @returns {Promise<string[]>} in the same order
 */
export async function spoken(texts) {
  const lines = texts.map((text) => el("p", {}, text));
  const place = el("div", { hidden: true }, ...lines);
  document.body.append(place);
  await Promise.resolve();
  place.remove();
  return lines.map(({ textContent }) => textContent ?? "");
}
