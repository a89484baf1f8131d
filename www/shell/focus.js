/** The keyboard's place on the page, which is never lost: where what has it goes away, its neighbour gets it. */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** So long something may be out of use before its neighbour gets the focus, such as a button while a file is opened. */
const PATIENCE_MS = 120;

/** What makes something go away. */
const CHANGES = { subtree: true, childList: true, attributeFilter: ["hidden", "disabled", "open"] };

/** @typedef {{place: Element, rank: number}} Step a place round what has the focus, and its rank among all in there */

/** @param {HTMLElement} body @param {HTMLElement} view takes it where a view left the page with it */
export function keepFocus(body, view) {
  /** @type {Element | null} */
  let last = null;
  /** Where the focus was before it went to another part of the page. @type {Element | null} */
  let earlier = null;
  /** From the inside out. @type {Step[]} */
  let path = [];
  const isFree = () => [body, null, last].includes(document.activeElement);
  let waiting = 0;
  const look = () => {
    waiting = 0;
    if (!last || !isFree()) return;
    const next = isUsable(last) ? last : (neighbourOf(path, view) ?? (isUsable(earlier) ? earlier : view));
    if (next !== document.activeElement) next.focus({ preventScroll: true });
  };
  body.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element)) return;
    if (last && !sectionOf(last, body)?.contains(target)) earlier = last;
    [last, path] = [target, pathOf(target, body)];
  });
  // A person who points at nothing has left: the focus does not come back by itself.
  body.addEventListener("focusout", () =>
    setTimeout(() => {
      if (document.activeElement === body && isUsable(last)) last = null;
    }),
  );
  new MutationObserver(() => {
    if (last && isFree()) waiting ||= setTimeout(look, PATIENCE_MS);
  }).observe(body, CHANGES);
}

/** @param {Element | null} element @returns {element is HTMLElement} whether it can have the focus */
function isUsable(element) {
  return element instanceof HTMLElement && element.isConnected && !element.matches(":disabled") && isVisible(element);
}

/** @param {Element} element */
function isVisible(element) {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
}

/** @param {Element} place @returns {HTMLElement[]} */
function usableIn(place) {
  return [...place.querySelectorAll(FOCUSABLE)].filter(isUsable).filter((each) => each.tabIndex >= 0);
}

/** The part of the page that something is in. @param {Element} element @param {HTMLElement} body */
function sectionOf(element, body) {
  return [...body.children].find((child) => child.contains(element));
}

/** @param {Element} target @param {HTMLElement} body @returns {Step[]} */
function pathOf(target, body) {
  const steps = [];
  for (let place = target.parentElement; place && place !== body; place = place.parentElement)
    steps.push({ place, rank: usableIn(place).indexOf(/** @type {HTMLElement} */ (target)) });
  return steps;
}

/**
 * What stands now where the lost one stood, in the smallest place that is still there.
 *
 * @param {Step[]} path
 * @param {HTMLElement} view
 * @returns {HTMLElement | undefined}
 */
function neighbourOf(path, view) {
  for (const { place, rank } of path) {
    if (place === view) return view;
    const there = place.isConnected ? usableIn(place) : [];
    if (there.length) return there[Math.min(Math.max(rank, 0), there.length - 1)];
  }
  return undefined;
}
