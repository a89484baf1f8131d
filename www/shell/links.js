/** Links to the view: they are copied, and the page says what they cannot hold. */

/** Copies the address, which holds the view. @param {HTMLElement} place shows whether it worked */
export async function copyLink(place) {
  try {
    await navigator.clipboard.writeText(location.href);
    place.prepend("Copied. ");
  } catch {
    place.textContent = "The browser did not allow it: copy the address from its bar.";
  }
}

/**
 * Says which of the open parts no link can hold.
 *
 * @param {HTMLElement} place
 * @param {{ownPicture: boolean, ownModel: boolean}} parts
 */
export function showPrivate(place, { ownPicture, ownModel }) {
  const kept = [ownPicture ? "picture" : "", ownModel ? "model" : ""].filter(Boolean);
  const [verb, them] = kept.length > 1 ? ["stay", "them"] : ["stays", "it"];
  const words = `Your ${kept.join(" and your ")} ${verb} on this device: a link never holds ${them}.`;
  place.textContent = kept.length ? words : "";
}
