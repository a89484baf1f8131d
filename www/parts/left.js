/** The pictures of a set that could not be opened or were left out, and why. */
import { el } from "./dom.js";

/**
 * @param {HTMLDetailsElement} details
 * @param {{left_out?: string[], unread?: string[]} | null | undefined} found one reason for each picture: `unread` for
 *   those that could not be opened, `left_out` for those that were examined
 */
export function showLeft(details, found) {
  const { left_out: left = [], unread = [] } = found ?? {};
  const counts = [unread.length && `${unread.length} could not be opened`, left.length && `${left.length} left out`];
  details.hidden = !counts.some(Boolean);
  const list = el("ul", { class: "hint" }, ...[...unread, ...left].map((reason) => el("li", {}, reason)));
  details.replaceChildren(el("summary", {}, counts.filter(Boolean).join(", ")), list);
}
