/** The model's answers as buttons that choose the class, and a search over all labels. */
import { byId, el } from "./dom.js";
import { percent } from "./format.js";
import { matches, shortLabel } from "./labels.js";

const MOST_OPTIONS = 60;

const answersPlace = byId("answers", HTMLDivElement);
const search = byId("class-search", HTMLInputElement);
const options = byId("class-options", HTMLUListElement);

/** @type {(index: number) => void} */
let choose = () => {};
/** @type {string[]} */
let labels = [];
/** @type {number[]} */
let shown = [];
let active = -1;

/** @param {(index: number) => void} chosen */
export function initClasses(chosen) {
  choose = chosen;
  search.addEventListener("input", () => open());
  search.addEventListener("focus", () => open());
  search.addEventListener("blur", () => close());
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
  search.value = outside ? shortLabel(labels[index] ?? String(index)) : "";
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
