/**
 * Writes the service worker of a built page: a list of the build's files with their hashes and sizes, then its source.
 *
 *     node offline.mjs SOURCE FOLDER
 */
import { transformSync } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @param {Buffer} bytes @returns {[integrity: string, bytes: number]} the hash in the form that browsers check */
function factsOf(bytes) {
  return [`sha256-${createHash("sha256").update(bytes).digest("base64")}`, bytes.length];
}

/** @param {string} folder @param {string} own the worker's name @returns {Record<string, [string, number]>} by name */
export function list(folder, own) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const name = (/** @type {string} */ path) => path.slice(join(folder, "/").length).replaceAll("\\", "/");
  const others = paths.filter((path) => name(path) !== own).sort();
  return Object.fromEntries(others.map((path) => [name(path), factsOf(readFileSync(path))]));
}

/** @param {string} source @param {string} folder */
export function write(source, folder) {
  const own = basename(source);
  const { code } = transformSync(readFileSync(source, "utf8"), { minify: true, target: "es2022", format: "iife" });
  writeFileSync(join(folder, own), `self.FILES=${JSON.stringify(list(folder, own))};\n${code}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write(process.argv[2], process.argv[3]);
