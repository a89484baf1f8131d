/** Numbers, labels and circumstances in words for people. Pure. */

// -------- Numbers for people

/**
 * As `toFixed`, but what lies in the very middle becomes even, as in the engine's sentences: 12.5 is 12, and 13.5 is 14.
 *
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export const fixed = (value, digits) =>
  (Math.abs(value * (2 << digits)) % 4 === 1 ? value * (1 - 1e-9) : value).toFixed(digits);

/** @param {number} value a probability or score @returns {string} */
export function score(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value < 0 ? "> −0.001" : "< 0.001";
  return minus(fixed(value, size !== 0 && size < 0.01 ? 3 : 2));
}

/** @param {number} value a probability @returns {string} */
export function percent(value) {
  if (!Number.isFinite(value)) return "–";
  const hundred = value * 100;
  if (hundred > 0 && hundred < 0.1) return "< 0.1 %";
  return `${fixed(hundred, hundred >= 99.95 || hundred === 0 ? 0 : 1)} %`;
}

/** @param {number} count @returns {string} */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** @param {number} seconds @returns {string} */
export function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {number} perSecond @returns {string} */
export function rate(perSecond) {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return "–";
  return perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toPrecision(2);
}

/** @param {number} value @returns {string} with thousands separated by a thin space */
export function count(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** Three significant digits, for axes. @param {number} value @returns {string} */
export function axis(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return minus(value.toExponential(1));
  return minus(String(Number(value.toPrecision(3))));
}

/**
 * A library's message as a sentence: "no adapter" becomes "No adapter.", while "m.onnx is cut" keeps its name.
 *
 * @param {string} text
 * @returns {string}
 */
export function sentence(text) {
  const trimmed = text.trim();
  const begun = /^[a-z]+[ ,]/.test(trimmed) ? trimmed[0].toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?…]$/.test(begun) || !begun ? begun : `${begun}.`;
}

/** @param {string} text @returns {string} */
function minus(text) {
  return text.replace("-", "−");
}

// -------- Labels of classes, searched and shortened

/**
 * Labels that match the typed text, with those that start with it first. Pure.
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

/** A label's first name: "tench, Tinca tinca" becomes "tench". @param {string} label @returns {string} */
export function shortLabel(label) {
  return label.split(",")[0].trim() || label;
}
