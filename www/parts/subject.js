/** The subject of a question, chosen in three steps: a picture, a model, an answer. */
import { MODELS } from "../core/link.js";
import { bytes, count } from "../core/words.js";
import { besides, builtin, sampleOf, targetIndex } from "../app/facts.js";
import { ClassSearch } from "./class-search.js";
import { click, el, fromMarkup, within } from "./dom.js";
import { gallery } from "./gallery.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/store.js").Names} Names */

const MARKUP = `
  <section aria-labelledby="picture-title" data-part="picture">
    <h2 id="picture-title"><span class="step" aria-hidden="true">1</span> A picture</h2>
    <div class="row">
      <button id="choose-picture" type="button">Choose a picture…</button>
      <button id="paste-picture" type="button">Paste</button>
      <button id="another" type="button">Another sample</button>
    </div>
    <p class="hint">Or drop one anywhere on this page. It stays on this device.</p>
    <ul id="gallery" class="gallery" aria-label="Sample pictures"></ul>
  </section>
  <section aria-labelledby="model-title" data-part="model">
    <h2 id="model-title"><span class="step" aria-hidden="true">2</span> A model</h2>
    <div class="row">
      <label class="unseen" for="model">Model</label>
      <select id="model"></select>
      <button id="open-model" type="button">Open an ONNX file…</button>
    </div>
    <p id="model-line" class="hint">&nbsp;</p>
    <p id="model-doubt" class="caveat" hidden></p>
    <div id="kept" class="kept" hidden>
      <h3 id="kept-title">Kept in this browser</h3>
      <ul id="kept-models" aria-labelledby="kept-title"></ul>
    </div>
    <details class="sources">
      <summary>Where to find one</summary>
      <p class="hint">
        The ONNX Model Zoo publishes classifiers at
        <a href="https://github.com/onnx/models" target="_blank" rel="noreferrer">github.com/onnx/models</a> and
        <a href="https://huggingface.co/onnxmodelzoo" target="_blank" rel="noreferrer">huggingface.co/onnxmodelzoo</a>;
        this page knows how most of them want their pictures. Fetch a file there and open it here: this page fetches
        nothing from other sites.
      </p>
    </details>
  </section>
  <section aria-labelledby="answers-title" data-part="answers">
    <h2 id="answers-title"><span class="step" aria-hidden="true">3</span> <span id="answers-words"></span></h2>
  </section>`;

/** @param {import("../types.js").ModelInfo} info @returns {string} one line */
export function modelLine({ operators, classes, parameters, size }) {
  const used = Object.values(operators).reduce((sum, n) => sum + n, 0);
  return `${count(classes)} classes, ${count(parameters)} parameters, ${used} operators, ${bytes(size)}`;
}

export class Subject {
  #root;
  #context;
  #search;
  #gallery;

  /**
   * @param {HTMLElement} root where the three sections go
   * @param {Context} context
   * @param {string} words the purpose for which the answer is chosen
   */
  constructor(root, context, words) {
    this.#root = root;
    this.#context = context;
    const { opening } = context;
    root.append(fromMarkup(MARKUP));
    within(root, "answers-words", HTMLElement).textContent = words;
    this.#search = new ClassSearch({
      choose: (index, role) => opening.choose(index, role),
      leaveOut: (index) => opening.leaveOut(index),
    });
    root.querySelector('[data-part="answers"]')?.append(this.#search.element);
    this.#gallery = gallery(within(root, "gallery", HTMLUListElement), (seed) => opening.picture({ seed }));
    this.#listen();
  }

  #listen() {
    const root = this.#root;
    const { opening, choose, paste } = this.#context;
    click(root, "choose-picture", () => choose("picture"));
    click(root, "paste-picture", paste);
    click(root, "open-model", () => choose("model"));
    click(root, "another", () => opening.picture({ seed: Math.floor(Math.random() * 1e6) }));
    const model = within(root, "model", HTMLSelectElement);
    model.addEventListener("change", () => model.value && void opening.model({ builtin: model.value }));
  }

  /** @param {Names} names what is new */
  update(names) {
    const { store } = this.#context;
    const any = (/** @type {(keyof import("../app/store.js").Knowledge)[]} */ ...of) =>
      of.some((name) => names.has(name));
    if (any("samples", "pictureSource")) this.#gallery.show(store.now.samples, sampleOf(store.now));
    if (any("model", "modelSource", "doubt")) this.#showModel();
    if (any("kept")) this.#showKept();
    if (any("answers", "state", "model", "registry")) this.#showAnswers();
  }

  #showModel() {
    const { now } = this.#context.store;
    const select = within(this.#root, "model", HTMLSelectElement);
    select.replaceChildren(...Object.entries(MODELS).map(([id, name]) => el("option", { value: id }, name)));
    if ("name" in now.modelSource) select.append(el("option", { value: "" }, now.modelSource.name));
    select.value = builtin(now) ?? "";
    if (now.model) within(this.#root, "model-line", HTMLElement).textContent = modelLine(now.model.info);
    const doubt = within(this.#root, "model-doubt", HTMLElement);
    doubt.textContent = now.doubt;
    doubt.hidden = !now.doubt;
  }

  #showKept() {
    const { kept } = this.#context.store.now;
    within(this.#root, "kept", HTMLDivElement).hidden = !kept.length;
    within(this.#root, "kept-models", HTMLUListElement).replaceChildren(...kept.map((each) => this.#keptItem(each)));
  }

  /** @param {import("../types.js").Kept} kept @returns {HTMLLIElement} */
  #keptItem(kept) {
    const { opening } = this.#context;
    const { id, name, size } = kept;
    const open = el("button", { type: "button", class: "plain" }, name);
    const label = `Delete ${name} from this browser`;
    const forget = el("button", { type: "button", class: "plain", "aria-label": label }, "Delete");
    open.addEventListener("click", () => void opening.model({ name, stored: id }));
    forget.addEventListener("click", () => void opening.forget(kept));
    return el("li", {}, open, el("span", { class: "hint numbers" }, bytes(size)), forget);
  }

  #showAnswers() {
    const { now } = this.#context.store;
    this.#search.show(now.answers, targetIndex(now), now.model?.labels ?? [], besides(now));
  }
}
