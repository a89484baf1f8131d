/** What a person chooses: a picture (chosen, dropped, pasted, or a sample) and a class (an answer, or searched for). */
import { byId, el, paint } from "./dom.js";
import { matches, percent, shortLabel } from "./words.js";

// -------- The three ways in

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

// -------- The built-in samples

/** The side of a sample as the engine draws it. */
const SIDE = 128;

const place = byId("gallery", HTMLUListElement);

/**
 * @param {import("./types.js").Sample[]} samples
 * @param {(seed: number) => Promise<Uint8Array>} picture
 * @param {(seed: number) => void} choose
 */
export async function fillGallery(samples, picture, choose) {
  place.replaceChildren();
  for (const sample of samples) {
    const canvas = el("canvas", { width: String(SIDE), height: String(SIDE), "aria-hidden": "true" });
    const button = el(
      "button",
      { type: "button", class: "sample", "data-seed": String(sample.seed), title: sample.caption },
      canvas,
      el("span", {}, sample.title),
    );
    button.addEventListener("click", () => choose(sample.seed));
    place.append(el("li", {}, button));
    paint(canvas, await picture(sample.seed), SIDE, SIDE);
  }
}

/** @param {number | null} seed the sample that is on the stage */
export function markSample(seed) {
  for (const button of place.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.seed === String(seed)));
  }
}

// -------- The model's answers as buttons that choose the class, and a search over all labels

const MOST_OPTIONS = 60;

const answersPlace = byId("answers", HTMLDivElement);
const search = byId("class-search", HTMLInputElement);
const options = byId("class-options", HTMLUListElement);

const role = byId("class-role", HTMLSelectElement);
const besides = byId("beside", HTMLUListElement);

/** @typedef {"" | "with" | "against"} Role */

/** @type {(index: number) => void} */
let choose = () => {};
/** @type {string[]} */
let labels = [];
/** @type {number[]} */
let shown = [];
let active = -1;
/** What the field says while nobody searches: a chosen class that is not among the answers. */
let resting = "";

/** @param {(index: number, role: Role) => void} chosen */
export function initClasses(chosen) {
  choose = (index) => {
    chosen(index, /** @type {Role} */ (role.value));
    // Once only, or the next click would not do what a click on an answer usually does.
    role.value = "";
  };
  search.addEventListener("input", () => open());
  search.addEventListener("focus", () => open());
  search.addEventListener("blur", () => {
    close();
    search.value = resting;
  });
  search.addEventListener("keydown", key);
  // Before the blur that would close the list.
  options.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target instanceof Element ? event.target.closest("li") : null;
    if (option?.dataset.index) take(Number(option.dataset.index));
  });
}

/** @param {string[]} all */
export function setLabels(all) {
  labels = all;
  search.value = "";
}

/**
 * @param {import("./types.js").Answer[]} answers
 * @param {number | null} target
 */
export function showAnswers(answers, target) {
  answersPlace.replaceChildren(
    ...answers.map((answer) => {
      const bar = el("span", { class: "bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(answer.probability));
      const button = el(
        "button",
        { type: "button", class: "answer", "data-index": String(answer.index), title: answer.label },
        el("span", { class: "answer-label" }, shortLabel(answer.label)),
        el("span", { class: "answer-score numbers" }, percent(answer.probability)),
        bar,
      );
      button.addEventListener("click", () => choose(answer.index));
      return button;
    }),
  );
  markTarget(target, answers);
}

/** @param {number | null} target @param {import("./types.js").Answer[]} answers */
export function markTarget(target, answers) {
  const index = target ?? answers[0]?.index;
  for (const button of answersPlace.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.index === String(index)));
  }
  const outside = index !== undefined && !answers.some((answer) => answer.index === index);
  search.value = resting = outside ? shortLabel(labels[index] ?? String(index)) : "";
}

/** The classes summed with the target or held against it. @param {{sign: string, index: number}[]} classes @param {(index: number) => void} leaveOut */
export function showBeside(classes, leaveOut) {
  besides.hidden = classes.length === 0;
  besides.replaceChildren(
    ...classes.map(({ sign, index }) => {
      const name = shortLabel(labels[index] ?? String(index));
      const button = el("button", { type: "button", "aria-label": `Leave out ${name}` }, "×");
      button.addEventListener("click", () => leaveOut(index));
      return el("li", {}, `${sign} ${name} `, button);
    }),
  );
}

function open() {
  shown = matches(labels, search.value, MOST_OPTIONS);
  active = -1;
  options.replaceChildren(
    ...shown.map((index, at) =>
      el("li", { role: "option", id: `class-${at}`, "data-index": String(index), "aria-selected": "false" }, labels[index]),
    ),
  );
  show(shown.length > 0);
}

function close() {
  show(false);
}

/** @param {boolean} visible */
function show(visible) {
  options.hidden = !visible;
  search.setAttribute("aria-expanded", String(visible));
  if (!visible) search.removeAttribute("aria-activedescendant");
}

/** @param {number} index */
function take(index) {
  close();
  choose(index);
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (event.key === "Escape" && !options.hidden) {
    close();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (options.hidden) open();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const index = shown[Math.max(0, active)];
    if (!options.hidden && index !== undefined) take(index);
  }
}

/** @param {number} by */
function move(by) {
  if (!shown.length) return;
  active = (active + by + shown.length) % shown.length;
  const items = options.querySelectorAll("li");
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
  items[active].scrollIntoView({ block: "nearest" });
  search.setAttribute("aria-activedescendant", items[active].id);
}
