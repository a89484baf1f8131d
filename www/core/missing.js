/** What a model still wants, by the words that refused it. Pure. */

/**
 * The file that a model wants beside it, by the sentence that refused the model.
 *
 * @param {string} sentence
 * @returns {string | undefined} its name without folders
 */
export function missingOf(sentence) {
  return /second file, "(?:[^"]*\/)?([^"/]+)", which is missing/.exec(sentence)?.[1];
}
