/** Labels of classes as they are searched and shortened. Pure. */

/**
 * Labels that match what was typed: those that start with it first. Pure.
 *
 * @param {string[]} labels
 * @param {string} typed
 * @param {number} most
 * @returns {number[]} their indices
 */
export function matches(labels, typed, most) {
  const wanted = typed.trim().toLowerCase();
  const starting = [];
  const containing = [];
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index].toLowerCase();
    if (label.startsWith(wanted) || String(index) === wanted) starting.push(index);
    else if (label.includes(wanted)) containing.push(index);
  }
  return [...starting, ...containing].slice(0, most);
}

/** A label's first name: "tench, Tinca tinca" is a tench. @param {string} label @returns {string} */
export function shortLabel(label) {
  return label.split(",")[0].trim() || label;
}
