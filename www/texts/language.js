/**
 * Which language the page speaks: the one in its address, the one chosen before, or the browser's. It imports nothing
 * that the first load has, which would be cut into smaller files for it.
 */

/** The page's own language, which needs no catalogue. */
const OWN = "en";
/** Under this name the browser keeps what was chosen. */
const KEPT = "vanish-language";

/** Made with the first language that is not the page's own. @type {import("./translator.js").Translator | undefined} */
let translator;
/** Of two choices in a row the later one holds. */
let asked = 0;

/** Speaks the language that is wanted, and follows the control in the page's foot. @param {HTMLElement} body */
export function startLanguage(body) {
  const control = /** @type {HTMLSelectElement} */ (body.querySelector("#language"));
  const known = [...control.options].map(({ value }) => value);
  const choose = () => (keep(control.value), speak(control));
  control.addEventListener("change", choose);
  // Somebody may have been quicker than this file.
  if (control.value !== OWN) return choose();
  control.value = wanted(known);
  return speak(control);
}

/** What was met and has no translation; empty in English. @returns {string[]} */
export function missing() {
  return [...(translator?.missing ?? [])];
}

/** @param {HTMLSelectElement} control goes back to English where the texts cannot be had */
async function speak(control) {
  const { value: language } = control;
  const mine = ++asked;
  if (language === OWN && !translator) return;
  try {
    const spoken = language === OWN ? null : await catalogueOf(language);
    const { Translator } = await import("./translator.js");
    if (mine !== asked) return;
    translator ??= new Translator(document.documentElement);
    document.documentElement.lang = language;
    translator.speak(spoken);
  } catch {
    if (mine === asked) control.value = document.documentElement.lang;
  }
}

/** @param {string} language */
async function catalogueOf(language) {
  const [{ Catalogue }, response] = await Promise.all([
    import("./catalogue.js"),
    fetch(new URL(`www/texts/${language}.json`, document.baseURI)),
  ]);
  return new Catalogue(await response.json());
}

// -------- The choice

/** @param {string[]} known @returns {string} */
function wanted(known) {
  const languages = navigator.languages.map((each) => each.split("-")[0]);
  const all = [new URLSearchParams(location.search).get("lang"), kept(), ...languages];
  return all.find((each) => each && known.includes(each)) ?? OWN;
}

/** @returns {string | null} nothing, too, where the browser keeps nothing for this page */
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** For later visits. The address no longer says otherwise. @param {string} choice */
function keep(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // The choice holds for this visit.
  }
  const address = new URL(location.href);
  if (!address.searchParams.has("lang")) return;
  address.searchParams.delete("lang");
  history.replaceState(null, "", address);
}
