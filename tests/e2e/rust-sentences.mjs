/** The sentences in the engine's sources that can reach the page, as they are written there. */
import { readFileSync, readdirSync } from "node:fs";

/** Files whose texts only the command shows or writes, and what is compiled for tests. */
const NOT_THE_PAGE = [
  /^(bin|learn|render)\//,
  /^payloads\.rs$/,
  /tests?\.rs$/,
  // Results in a folder, their log and their table are the command's.
  /^study\/(attacks|log|results|set\/files\/disk|evaluation\/(command|setup|shard|scout|threaded|findings)|summary\/(agreement|unmeasured))/,
  /^critters\/files\.rs$/,
];

/** What stands before a text that no user reads: an attribute, or the reason why something cannot fail. */
const NOT_SAID = /(\bexpect(_err)?\(|\b(debug_)?assert\w*!\(.*|\b(unreachable|panic)!\(|#\[.*|\bcfg!\(.*)\s*$/;

/** @param {string} source of a file of Rust @returns {string[]} its texts, each as one line */
export function textsOf(source) {
  const code = source.split(/^#\[cfg\(test\)\]\s*\nmod /m)[0].replace(/^\s*\/\/.*$|r#"[\s\S]*?"#/gm, "");
  const texts = [];
  for (const match of code.matchAll(/'(?:[^'\\\n]|\\.)'|(?<!\w)(b?)"((?:[^"\\]|\\[\s\S])*)"/g)) {
    const [, bytes, text] = match;
    const before = code.slice(code.lastIndexOf("\n", match.index) + 1, match.index);
    if (text === undefined || bytes || NOT_SAID.test(before)) continue;
    texts.push(text.replace(/\\\n\s*/g, "").replaceAll('\\"', '"').replaceAll("{{", "(").replaceAll("}}", ")"));
  }
  return texts;
}

/**
 * Texts of two words and more. Shorter ones are mostly names.
 *
 * @param {string} folder
 * @returns {{file: string, text: string}[]}
 */
export function sentencesOf(folder) {
  const names = /** @type {string[]} */ (readdirSync(folder, { recursive: true }));
  const files = names.map((name) => name.replaceAll("\\", "/"));
  const said = files.filter((name) => name.endsWith(".rs") && !NOT_THE_PAGE.some((pattern) => pattern.test(name)));
  return said.flatMap((file) =>
    textsOf(readFileSync(`${folder}/${file}`, "utf8"))
      .filter((text) => (text.match(/(?<!\S)\p{L}\p{Ll}+(?=[\s,;:.)]|$)/gu) ?? []).length >= 2)
      .map((text) => ({ file, text: text.trim() })),
  );
}
