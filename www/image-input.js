/** The three ways in: choose, drop anywhere, paste. All end in one list of files. */
import { byId } from "./dom.js";

/**
 * @param {object} way
 * @param {(files: File[]) => void} way.opened
 * @param {(sentence: string) => void} way.refused
 */
export function initInput({ opened, refused }) {
  chooser("choose-picture", "picture-file", opened);
  chooser("open-model", "model-file", opened);
  chooser("import-report", "report-file", opened);
  drop(opened, refused);
  paste(opened, refused);
}

/** @param {string} button @param {string} input @param {(files: File[]) => void} opened */
function chooser(button, input, opened) {
  const file = byId(input, HTMLInputElement);
  byId(button, HTMLButtonElement).addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const files = [...(file.files ?? [])];
    // So that the same file can be opened again.
    file.value = "";
    if (files.length) opened(files);
  });
}

/** @param {(files: File[]) => void} opened @param {(sentence: string) => void} refused */
function drop(opened, refused) {
  const veil = byId("drop-veil", HTMLDivElement);
  let depth = 0;
  document.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) opened(files);
    else refused("What was dropped holds no file. Drop the file itself, not a link to it: this page fetches nothing from other sites.");
  });
}

/** @param {(files: File[]) => void} opened @param {(sentence: string) => void} refused */
function paste(opened, refused) {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (files.length) {
      event.preventDefault();
      opened(files);
    } else if (!typing) refused("The clipboard holds no picture. Copy a picture, then paste it here.");
  });
  byId("paste-picture", HTMLButtonElement).addEventListener("click", async () => {
    const file = await fromClipboard().catch(() => null);
    if (file) opened([file]);
    else refused("The browser shows this page no picture on the clipboard. Copy a picture and press Ctrl V or ⌘ V here.");
  });
}

/** @returns {Promise<File | null>} */
async function fromClipboard() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith("image/"));
    if (type) return new File([await item.getType(type)], `pasted.${type.slice(6)}`, { type });
  }
  return null;
}
