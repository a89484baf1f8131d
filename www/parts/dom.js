/** Small helpers for the document. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean>} [attributes] `true` sets an empty one, `false` none
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * Elements from markup that is part of this program, and never from the user or a file.
 *
 * @param {string} markup
 * @returns {DocumentFragment}
 */
export function fromMarkup(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

/** A copy of the content of a template of the page. @param {string} id @returns {DocumentFragment} */
export function fromTemplate(id) {
  return /** @type {DocumentFragment} */ (within(document, id, HTMLTemplateElement).content.cloneNode(true));
}

/**
 * The element within another that has an id. Its type is checked.
 *
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function within(root, id, type) {
  const found = root.querySelector(`#${id}`);
  if (!(found instanceof type)) throw new Error(`no ${type.name} #${id}`);
  return found;
}

/** @param {ParentNode} root @param {string} id of a button @param {() => unknown} work */
export function click(root, id, work) {
  within(root, id, HTMLButtonElement).addEventListener("click", () => void work());
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function pen(canvas) {
  const to = canvas.getContext("2d");
  if (!to) throw new Error("no 2d context");
  return to;
}

/**
 * Puts RGBA on a canvas at its own size.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array | Uint8ClampedArray} rgba
 * @param {number} width
 * @param {number} height
 */
export function paint(canvas, rgba, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  pen(canvas).putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
}

/** Saves bytes as a file. @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
