/** Keeps the keyboard focus on the page. If the focused element disappears, its neighbour gets the focus. */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/**
 * Time that an element may be unusable before its neighbour gets the focus, such as a button while a file is opened.
 */
const PATIENCE_MS = 120;

/** Changes that can make an element disappear. */
const CHANGES = { subtree: true, childList: true, attributeFilter: ["hidden", "disabled", "open"] };

/** @typedef {{place: Element, rank: number}} Step a place around the focused element, and the element's rank in it */

/** @param {HTMLElement} body @param {HTMLElement} view gets the focus if a view has left the page with it */
export function keepFocus(body, view) {
  /** @type {Element | null} */
  let last = null;
  /** The focused element before the focus went to another part of the page. @type {Element | null} */
  let earlier = null;
  /** From the inside to the outside. @type {Step[]} */
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
  // A user who points at nothing has left, so the focus is not restored.
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

/** The part of the page that contains an element. @param {Element} element @param {HTMLElement} body */
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
 * The element that is now in the place of the lost one, in the smallest place that still exists.
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
