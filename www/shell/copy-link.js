/** Copies the address, which holds the view. */

/** @param {HTMLElement} place says how it went */
export async function copyLink(place) {
  try {
    await navigator.clipboard.writeText(location.href);
    place.prepend("Copied. ");
  } catch {
    place.textContent = "The browser did not allow it: copy the address from its bar.";
  }
}
