/**
 * The texts of the page in one other language, found by the English texts. Pure.
 *
 * The key of an entry is an English text with single blanks. Variable parts are in braces, and the translation has the
 * same braces in any order:
 *
 * - `{name}` is a text within one clause that is not translated: a class, a file, a number with its unit;
 * - `{*name}` is a whole sentence that is not translated, such as a browser's message;
 * - `{#name}` is a number, with a % if it has one;
 * - `{~name}` is a text with its own entry, and is translated.
 *
 * A key is tried on a whole text first, and then on its sentences.
 *
 * `<b>` and `</b>` mark where an inline element begins and ends, and `<o/>` an element whose text is not part of the
 * sentence. They keep their order, so that each part of the sentence keeps its place on the page.
 */

/** @typedef {Record<string, Record<string, string>>} Texts translations by English text, in groups */
/** @typedef {{text: string, lost: string[]}} Found `lost`: the parts without an entry, which stay English */
/** @typedef {{test: RegExp, begin: string, end: string, literal: number, names: string[], to: string}} Pattern */

/** The group whose entries only fill `{~name}`. On its own, such a word may be the name of a class. */
export const WORDS = "words";

/** Where an inline element begins, ends, or stands. */
export const TAG = /<b>|<\/b>|<o\/>/g;
const HOLE = /\{([#~*]?)(\w+)\}/g;
/** The contents of braces, by their signs. They may include an inline element, such as a highlighted answer. */
const ANY = "((?:<b>[^<]*</b>|(?!<b>|</b>|<o/>|[.?!:;] ).)+?)";
const CLAUSES = "((?:<b>[^<]*</b>|(?!<b>|</b>|<o/>|[.?!] ).)+?)";
const NUMBER = "((?:[<>≤≥±+−-] ?)*(?:\\d+(?:[.,]\\d+| \\d{3}(?!\\d))*(?:e[+−-]?\\d+)?|∞|–|NaN)(?: ?%)?)";

/** Where one sentence ends and another begins, and around the dots between the parts of a line. */
const SEAMS = /(?<=[.!?…:;][)”]?) (?=\S)|(?<=\S) (?=· )|(?<=(?:^| )·) /g;

/** Number of answers that are remembered. A run writes many texts that occur only once. */
const REMEMBERED = 4000;

/** @param {string} text @returns {string} of the same length */
const plain = (text) => text.replace(/\s/g, " ");

/** Parts that are the same in every language: tags, units, file names, and hashes. */
const NAMES =
  /<\/?[bo]\/?>|(?<![\w.])(px²?|[kM]?B|it\/s|min|ms)(?!\w)|(?<!\S)[\w./-]+\.[a-z]\w{1,10}(?!\S)|\b[\da-f]{16,}\b/g;

/** @param {string} text @returns {boolean} whether it contains anything to translate */
export const hasWords = (text) => /\p{L}\p{Ll}/u.test(text.replace(NAMES, " "));

export class Catalogue {
  /** @type {Map<string, string>} */
  #words;
  /** @type {Map<string, string>} */
  #exact = new Map();
  /** The most literal ones first. @type {Pattern[]} */
  #patterns = [];
  /** @type {Map<string, Found>} */
  #known = new Map();
  /** The results for texts and parts of texts. @type {Map<string, string | null>} */
  #tried = new Map();

  /** @param {Texts} texts */
  constructor({ [WORDS]: words = {}, ...groups }) {
    this.#words = new Map(Object.entries(words));
    for (const [from, to] of Object.values(groups).flatMap(Object.entries)) {
      if (holesOf(from).length) this.#patterns.push(patternOf(from, to));
      else this.#exact.set(from, to);
    }
    this.#patterns.sort((a, b) => b.literal - a.literal);
  }

  /**
   * @param {string} text @returns {string | undefined} the translation of a word that may elsewhere be the name of a
   *   class
   */
  word(text) {
    return this.#words.get(text);
  }

  /** @param {string} text English, with single blanks @returns {Found} */
  of(text) {
    const known = this.#known.get(text);
    if (known) return known;
    const found = this.#inParts(text);
    for (const map of [this.#known, this.#tried]) if (map.size >= REMEMBERED) map.clear();
    this.#known.set(text, found);
    return found;
  }

  /** Translates the longest known beginning, and then the rest. @param {string} text @returns {Found} */
  #inParts(text) {
    const whole = this.#whole(text);
    if (whole !== null) return { text: whole, lost: [] };
    const seams = [...text.matchAll(SEAMS)].map(({ index }) => index);
    for (const seam of [...seams].reverse()) {
      const begin = this.#whole(text.slice(0, seam));
      if (begin !== null) return joined({ text: begin, lost: [] }, this.of(text.slice(seam + 1)));
    }
    if (!seams.length) return { text, lost: [text] };
    const first = text.slice(0, seams[0]);
    return joined({ text: first, lost: [first] }, this.of(text.slice(seams[0] + 1)));
  }

  /** @param {string} text @returns {string | null} */
  #whole(text) {
    const tried = this.#tried.get(text);
    if (tried !== undefined) return tried;
    const said = hasWords(text) ? (this.#entry(text) ?? this.#asClause(text)) : text;
    this.#tried.set(text, said);
    return said;
  }

  /** @param {string} text @returns {string | null} */
  #entry(text) {
    return this.#exact.get(plain(text)) ?? this.#byPattern(text);
  }

  /**
   * The engine's messages begin in lower case and without a full stop, until the page or another message makes them
   * sentences.
   *
   * @param {string} text
   * @returns {string | null}
   */
  #asClause(text) {
    const end = /[.;:]?$/.exec(text)?.[0] ?? "";
    const clause = text.slice(0, text.length - end.length);
    for (const each of [clause, small(clause)]) {
      const said = each !== text && each ? this.#entry(each) : null;
      if (said) return (each === clause ? said : large(said)) + end;
    }
    return null;
  }

  /** @param {string} text @returns {string | null} */
  #byPattern(text) {
    const said = plain(text);
    for (const { test, begin, end, names, to } of this.#patterns) {
      const places = said.startsWith(begin) && said.endsWith(end) && test.exec(said)?.indices;
      if (!places) continue;
      // The values are taken from the text itself, whose blanks may keep a number and its unit on one line.
      const values = [];
      for (const [at, name] of names.entries()) {
        const value = this.#filling(name, text.slice(...places[at + 1]));
        if (value === null) break;
        values.push(value);
      }
      if (values.length === names.length) return filled(to, names, values);
    }
    return null;
  }

  /** @param {string} name @param {string} value @returns {string | null} null if it has no entry but needs one */
  #filling(name, value) {
    if (!name.startsWith("~")) return value;
    if (!/\p{L}{2}/u.test(value)) return null;
    const said = this.#words.get(plain(value)) ?? this.#whole(value);
    if (said !== null || value !== small(value)) return said;
    // A sentence begins in lower case when it is put into another.
    const sentence = this.#whole(large(value));
    return sentence && small(sentence);
  }
}

/** @param {string} text @returns {string} */
const small = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);

/** @param {string} text @returns {string} */
const large = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** @param {string} text @returns {string[]} the names in braces, with their signs */
export function holesOf(text) {
  return [...text.matchAll(HOLE)].map(([, kind, name]) => kind + name);
}

/** @param {string} from @param {string} to @returns {Pattern} */
function patternOf(from, to) {
  const literals = from.split(/\{[#~*]?\w+\}/);
  const names = holesOf(from);
  const quoted = literals.map((literal) => literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  const kinds = [...names.map((name) => ({ "#": NUMBER, "~": CLAUSES, "*": CLAUSES })[name[0]] ?? ANY), ""];
  const test = new RegExp(`^${quoted.map((literal, at) => literal + kinds[at]).join("")}$`, "d");
  // Of two patterns with the same words, the one with the more specific braces fits better.
  const literal = literals.join("").length + names.filter((name) => /^[#~]/.test(name)).length / 10;
  return { test, begin: literals[0], end: literals[literals.length - 1], literal, names, to };
}

/** @param {string} to @param {string[]} names @param {string[]} values @returns {string} */
function filled(to, names, values) {
  return to.replace(HOLE, (_, kind, name) => values[names.indexOf(kind + name)]);
}

/** @param {Found} first @param {Found} rest @returns {Found} */
function joined(first, rest) {
  return { text: `${first.text} ${rest.text}`, lost: [...first.lost, ...rest.lost] };
}
