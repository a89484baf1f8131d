/** The page's requests over the network, from the browser's own record (resource timing). Pure. */
import { bytes } from "./words.js";

/** @typedef {{began: number, entries: any[]}} Timeline The requests of a part of the page; `began` in ms since 1970. */
/** @typedef {{who: string, record: Timeline}} Part */

/**
 * @typedef {object} Asked
 * @property {string} name The address, relative to the site's folder if it is in there.
 * @property {string} who
 * @property {number} seconds Time since the page was opened.
 * @property {string} from Who answered.
 * @property {string} size
 * @property {number} sent Bytes that came over the network.
 * @property {boolean} own Whether it went to the page's own origin.
 */

/** The requests of this part of the page so far. @returns {Timeline} */
export function recordHere() {
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  return { began: performance.timeOrigin, entries: entries.map((entry) => entry.toJSON()) };
}

/** @typedef {{site: string, began: number}} Page its folder, and when it was opened, in ms since 1970 */

/**
 * The requests in order of time. Those made before the page was opened, by parts that outlive it, are left out.
 *
 * @param {Part[]} parts
 * @param {Page} page
 * @returns {Asked[]}
 */
export function askedBy(parts, page) {
  const all = parts.flatMap(({ who, record }) => record.entries.map((entry) => asked(who, record.began, entry, page)));
  // What is made on the device (a blob) has an address too, but it is not requested from anyone.
  const sent = all.filter(({ name }) => !/^(blob|data):/.test(name));
  return sent.filter(({ seconds }) => seconds > -0.001).sort((a, b) => a.seconds - b.seconds);
}

/** @param {string} who @param {number} start @param {any} entry @param {Page} page @returns {Asked} */
function asked(who, start, { name, startTime, workerStart, transferSize, decodedBodySize }, { site, began }) {
  const from = workerStart > 0 ? "the copy for offline use" : transferSize > 0 ? "the network" : "";
  const size = decodedBodySize || transferSize;
  return {
    ...{ who, seconds: (start - began + startTime) / 1000, own: new URL(name).origin === new URL(site).origin },
    name: name.startsWith(site) ? name.slice(site.length).replace(/^(?=\?|$)/, "the page") : name,
    from: from || (decodedBodySize > 0 ? "the browser’s cache" : "not told"),
    size: size ? bytes(size) : "not told",
    sent: workerStart > 0 ? 0 : (transferSize ?? 0),
  };
}

/** @param {Asked[]} all @param {string} origin @returns {string} */
export function summary(all, origin) {
  const foreign = all.filter(({ own }) => !own);
  const sent = bytes(all.reduce((sum, { sent }) => sum + sent, 0));
  const where = foreign.length ? `${foreign.length} of them left this origin` : `every one of them to ${origin}`;
  return `Since it was opened, this page has asked for ${all.length} files, ${where}. ${sent} came over the network.`;
}
