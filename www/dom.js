/** Small helpers over the document, and what the page says: failures in the alert region, progress in the status region. */

// -------- Small helpers over the document

/**
 * The element of an id, checked.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`no ${type.name} #${id}`);
  return found;
}

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

/** @param {string} id of a button @param {() => unknown} work */
export function click(id, work) {
  byId(id, HTMLButtonElement).addEventListener("click", () => void work());
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function context(canvas) {
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
  context(canvas).putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
}

/** @param {() => void} work @param {number} ms @returns {() => void} runs at most once in `ms`, the last call surely */
export function atMostEvery(work, ms) {
  let timer = 0;
  let last = -Infinity;
  return () => {
    if (timer) return;
    timer = window.setTimeout(
      () => {
        timer = 0;
        last = performance.now();
        work();
      },
      Math.max(0, last + ms - performance.now()),
    );
  };
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

// -------- What the page says

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
