/** The ways in which files are opened: chosen, dropped anywhere, pasted. */
import { within } from "../parts/dom.js";

/**
 * @typedef {object} Ways
 * @property {(files: File[], entries?: (FileSystemEntry | null)[]) => void} opened `entries`: as they were dropped
 * @property {(sentence: string) => void} refused
 */

/** @typedef {"picture" | "model" | "report"} What */

/**
 * The file dialogs.
 *
 * @param {HTMLElement} root
 * @param {Ways} ways
 * @returns {(what: What) => void} opens one
 */
export function choosers(root, { opened }) {
  const inputOf = (/** @type {What} */ what) => within(root, `${what}-file`, HTMLInputElement);
  for (const what of /** @type {const} */ (["picture", "model", "report"])) {
    const input = inputOf(what);
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      // This allows the same file to be opened again.
      input.value = "";
      if (files.length) opened(files);
    });
  }
  return (what) => inputOf(what).click();
}

/** Time after which the veil disappears without news of the dragged files, because browsers do not report every end. */
const SILENCE_MS = 1000;

/** Whether a text is dragged into a field, which the browser handles. @param {DragEvent} event */
function isTyping({ dataTransfer, target }) {
  return isField(target) && !dataTransfer?.types.includes("Files");
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** @param {HTMLElement} veil shown while files are dragged over the page @param {Ways} ways */
export function listenForDrops(veil, { opened, refused }) {
  let depth = 0;
  let timer = 0;
  const hover = (/** @type {number} */ by) => {
    depth = Math.max(0, depth + by);
    veil.hidden = depth === 0;
  };
  document.addEventListener("dragenter", (event) => {
    event.preventDefault();
    hover(1);
  });
  document.addEventListener("dragleave", () => hover(-1));
  document.addEventListener("dragover", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => hover(-depth), SILENCE_MS);
    if (!isTyping(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    hover(-depth);
    if (isTyping(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
    const nothing = "What was dropped holds no file. Drop the file itself, not a link to it";
    if (files.length) opened(files, entries);
    else refused(`${nothing}: this page fetches nothing from other sites.`);
  });
}

/** @param {Ways} ways @returns {() => Promise<void>} pastes when a button is pressed */
export function listenForPastes({ opened, refused }) {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      opened(files);
    } else if (!isField(event.target)) refused("The clipboard holds no picture. Copy a picture, then paste it here.");
  });
  const nothing = "The browser shows this page no picture on the clipboard.";
  return async () => {
    const file = await fromClipboard().catch(() => null);
    if (file) opened([file]);
    else refused(`${nothing} Copy a picture and press Ctrl V or ⌘ V here.`);
  };
}

/** @returns {Promise<File | null>} */
async function fromClipboard() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith("image/"));
    if (type) return new File([await item.getType(type)], `pasted.${type.slice(6)}`, { type });
  }
  return null;
}
