/** The file that a model still needs, read from the sentence that refused the model. Pure. */

/**
 * The file that a model needs beside it, read from the sentence that refused the model.
 *
 * @param {string} sentence
 * @returns {string | undefined} its name without folders
 */
export function missingOf(sentence) {
  return /second file, "(?:[^"]*\/)?([^"/]+)", which is missing/.exec(sentence)?.[1];
}
