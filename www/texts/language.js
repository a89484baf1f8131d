/**
 * Chooses the language of the page: the one in its address, the one chosen before, or the browser's. It imports nothing
 * from the first load, which would be split into smaller files.
 */

/** The page's own language, which needs no catalogue. */
const OWN = "en";
/** The name under which the browser stores the choice. */
const KEPT = "vanish-language";

/** Made with the first language other than the page's own. @type {import("./translator.js").Translator | undefined} */
let translator;
/** Of two quick choices, the later one counts. */
let asked = 0;

/** Applies the wanted language, and follows the control in the page's foot. @param {HTMLElement} body */
export function startLanguage(body) {
  const control = /** @type {HTMLSelectElement} */ (body.querySelector("#language"));
  const known = [...control.options].map(({ value }) => value);
  const choose = () => (keep(control.value), speak(control));
  control.addEventListener("change", choose);
  // The user may have been quicker than this file.
  if (control.value !== OWN) return choose();
  control.value = wanted(known);
  return speak(control);
}

/** The texts that occurred without a translation; empty in English. @returns {string[]} */
export function missing() {
  return [...(translator?.missing ?? [])];
}

/** @param {HTMLSelectElement} control returns to English if the texts cannot be fetched */
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

/** @returns {string | null} null also if the browser stores nothing for this page */
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** Stores the choice for later visits, and removes another one from the address. @param {string} choice */
function keep(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // The choice still holds for this visit.
  }
  const address = new URL(location.href);
  if (!address.searchParams.has("lang")) return;
  address.searchParams.delete("lang");
  history.replaceState(null, "", address);
}
