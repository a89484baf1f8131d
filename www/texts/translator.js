/**
 * Translates a document and keeps it translated: later additions are translated before they are painted. The English
 * text of each place is remembered, so that the page can return to it at any time.
 *
 * A sentence that inline elements divide is looked up as one. Parts with `translate="no"`, code and keys are left
 * unchanged.
 */
import { TAG, hasWords } from "./catalogue.js";

/** @typedef {{english: string, shown: string}} Written */

/** Inline elements, whose text is part of the surrounding sentence. */
const IN_LINE = new Set("A ABBR B BDI BUTTON EM I LABEL SMALL SPAN STRONG SUB SUP U".split(" "));
const KEPT = "[translate=no]";
const NO_PROSE = "code, kbd, noscript, pre, samp, script, style, template, textarea";
const ATTRIBUTES = ["alt", "aria-description", "aria-label", "aria-valuetext", "placeholder", "title"];

export class Translator {
  /** @type {import("./catalogue.js").Catalogue | null} */
  #catalogue = null;
  /** @type {WeakMap<Text, Written>} */
  #texts = new WeakMap();
  /** @type {WeakMap<Element, Record<string, Written>>} */
  #attributes = new WeakMap();
  #root;
  #observer = new MutationObserver((records) => this.#follow(records));
  /** Texts that occurred without an entry. @type {Set<string>} */
  missing = new Set();

  /** @param {Element} root */
  constructor(root) {
    this.#root = root;
    root.addEventListener("invalid", (event) => this.#refuse(event), true);
  }

  /** @param {import("./catalogue.js").Catalogue | null} catalogue null for English */
  speak(catalogue) {
    this.#catalogue = catalogue;
    this.missing.clear();
    this.#visit(this.#root);
    this.#observer.observe(this.#root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: ATTRIBUTES,
    });
    this.#observer.takeRecords();
  }

  // -------- Changes

  /** @param {MutationRecord[]} records */
  #follow(records) {
    /** @type {Set<Element | null>} */
    const places = new Set();
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") this.#visitAttributes(/** @type {Element} */ (target));
      else if (type === "characterData") places.add(target.parentElement);
      else {
        if (target instanceof Element && hasText(target)) places.add(target);
        for (const node of addedNodes) places.add(node instanceof Element ? node : node.parentElement);
      }
    }
    for (const place of places) if (place?.isConnected) this.#visit(sentenceOf(place));
    // Changes made here are not news.
    this.#observer.takeRecords();
  }

  /** A field's validation message is not part of the document. @param {Event} event */
  #refuse({ target }) {
    const field = /** @type {HTMLInputElement} */ (target);
    if (field.validity.customError) field.setCustomValidity(this.#translated(field.validationMessage));
  }

  // -------- The document

  /** @param {Element} element */
  #visit(element) {
    this.#visitAttributes(element);
    if (element.closest(`${KEPT}, ${NO_PROSE}`)) return;
    // The program knows an option without a value by its text.
    if (element instanceof HTMLOptionElement && !element.hasAttribute("value")) element.value = element.value;
    if (this.#asSentence(element)) return;
    for (const run of runsOf(element)) {
      if (run instanceof Element) this.#visit(run);
      else this.#write(run, this.#said(element, this.#key(run)).split(TAG));
    }
  }

  /**
   * Translates it as one sentence with the elements in it. @param {Element} element @returns {boolean} whether that was
   * possible
   */
  #asSentence(element) {
    if (!element.firstElementChild || !hasText(element)) return false;
    const { tokens, inside, apart } = sentence(element);
    const said = single(this.#key(tokens));
    const found = this.#catalogue?.of(said.trim());
    const parts = found && !found.lost.length ? said.replace(said.trim(), () => found.text).split(TAG) : [];
    if (!fits(tokens, parts)) return false;
    this.#write(tokens, parts);
    for (const each of inside) this.#visitAttributes(each);
    for (const each of apart) this.#visit(each);
    return true;
  }

  /** @param {Element} element */
  #visitAttributes(element) {
    if (element.closest(KEPT)) return;
    for (const name of ATTRIBUTES) {
      const now = element.getAttribute(name);
      if (now === null) continue;
      const written = this.#attributes.get(element) ?? {};
      const english = written[name]?.shown === now ? written[name].english : now;
      const shown = this.#translated(english);
      if (shown === now) continue;
      this.#attributes.set(element, { ...written, [name]: { english, shown } });
      element.setAttribute(name, shown);
    }
  }

  // -------- Texts

  /** A word that may also be the name of a class is translated only if the page marks it as none. */
  #said(/** @type {Element} */ element, /** @type {string} */ english) {
    const word = element.hasAttribute("data-word") && this.#catalogue?.word(english);
    return word || this.#translated(english);
  }

  /** @param {string} english @returns {string} unchanged if it has no entry */
  #translated(english) {
    const said = single(english);
    const key = said.trim();
    if (!this.#catalogue || !hasWords(key)) return english;
    const { text, lost } = this.#catalogue.of(key);
    for (const each of lost) this.missing.add(each);
    return text === key ? english : said.replace(key, () => text);
  }

  /** The program's own text. @param {(Text | string)[]} tokens @returns {string} */
  #key(tokens) {
    return tokens.map((token) => (typeof token === "string" ? token : this.#english(token))).join("");
  }

  /** @param {Text} node @returns {string} */
  #english(node) {
    const written = this.#texts.get(node);
    return written?.shown === node.data ? written.english : node.data;
  }

  /** Writes each part into the first text of its place. @param {(Text | string)[]} tokens @param {string[]} parts */
  #write(tokens, parts) {
    groups(tokens).forEach((nodes, at) => {
      const same = this.#key(nodes) === parts[at];
      nodes.forEach((node, number) => {
        const english = this.#english(node);
        const shown = same ? english : number ? "" : parts[at];
        if (shown === node.data) return;
        this.#texts.set(node, { english, shown });
        node.data = shown;
      });
    });
  }
}

/** @param {string} text @returns {string} with single blanks; non-breaking ones are kept */
function single(text) {
  return text.replace(/[ \t\r\n]+/g, " ");
}

/** @param {Element} element @returns {boolean} whether it has text of its own */
function hasText(element) {
  return [...element.childNodes].some((node) => node instanceof Text && node.data.trim());
}

/** The element whose text forms one sentence with a place. @param {Element} place @returns {Element} */
function sentenceOf(place) {
  let found = place;
  for (let at = place; IN_LINE.has(at.tagName) && at.parentElement; ) {
    at = at.parentElement;
    if (hasText(at)) found = at;
  }
  return found;
}

/**
 * The texts of an element in order, with a tag where an inline element begins, ends or stands.
 *
 * @param {Element} element
 * @param {{tokens: (Text | string)[], inside: Element[], apart: Element[]}} [all] `apart`: not part of the sentence
 */
function sentence(element, all = { tokens: [], inside: [], apart: [] }) {
  for (const node of element.childNodes) {
    if (node instanceof Text) all.tokens.push(node);
    else if (!(node instanceof Element)) continue;
    else if (!IN_LINE.has(node.tagName) || node.matches(KEPT)) all.apart.push(node), all.tokens.push("<o/>");
    else {
      all.inside.push(node);
      all.tokens.push("<b>");
      sentence(node, all);
      all.tokens.push("</b>");
    }
  }
  return all;
}

/** @param {(Text | string)[]} tokens @returns {Text[][]} the texts before, between and after the tags */
function groups(tokens) {
  /** @type {Text[][]} */
  const all = [[]];
  for (const token of tokens) {
    if (typeof token === "string") all.push([]);
    else all[all.length - 1].push(token);
  }
  return all;
}

/** Whether each part has a text to be written into. @param {(Text | string)[]} tokens @param {string[]} parts */
function fits(tokens, parts) {
  const places = groups(tokens);
  return places.length === parts.length && places.every((nodes, at) => nodes.length || !parts[at].trim());
}

/**
 * The children of an element, with adjacent texts together. @param {Element} element @returns {(Element | Text[])[]}
 */
function runsOf(element) {
  /** @type {(Element | Text[])[]} */
  const runs = [];
  for (const node of element.childNodes) {
    const last = runs[runs.length - 1];
    if (node instanceof Text && Array.isArray(last)) last.push(node);
    else if (node instanceof Text) runs.push([node]);
    else if (node instanceof Element) runs.push(node);
  }
  return runs;
}
