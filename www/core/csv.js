/** Cells of comma-separated values. Pure. */

/**
 * A spreadsheet would compute a text that begins as a formula, and the name of a picture is a stranger's: an apostrophe
 * keeps it a text. A number stays one.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function cell(value) {
  const text = String(value ?? "");
  const plain = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
