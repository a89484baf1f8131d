/** Cells of comma-separated values. Pure. */

/**
 * Names and labels come from files of others. A spreadsheet takes what begins like a formula for one, and would compute
 * it, so an apostrophe goes before it; a number stays a number.
 *
 * @param {unknown} value nothing is an empty cell
 * @returns {string}
 */
export function cell(value) {
  if (typeof value === "number") return String(value);
  const text = String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
