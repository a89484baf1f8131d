/** Cells of comma-separated values. Pure. */

/**
 * Names and labels come from other people's files. A spreadsheet would compute a text that begins like a formula, so an
 * apostrophe is put before it. A number stays a number.
 *
 * @param {unknown} value undefined or null is an empty cell
 * @returns {string}
 */
export function cell(value) {
  if (typeof value === "number") return String(value);
  const text = String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
