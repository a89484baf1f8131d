/** The results of a set of pictures that were explained one after the other, as a table and as file names. Pure. */
import { cell } from "./csv.js";

/**
 * @typedef {object} SetRow
 * @property {string} name The file's name, with its folders.
 * @property {Blob} file
 * @property {"waiting" | "running" | "done" | "refused" | "stopped"} state
 * @property {string} why Why it was refused.
 * @property {import("./result.js").Result | null} result Without its pictures.
 * @property {{heatmap: Blob, mask: Blob} | null} maps as PNG
 */

/** @param {{name: string, file: Blob}[]} files @returns {SetRow[]} */
export function setRows(files) {
  return files.map(({ name, file }) => ({ name, file, state: "waiting", why: "", result: null, maps: null }));
}

/** @param {SetRow[]} rows @returns {string} the progress of the set */
export function setWords(rows) {
  const count = (/** @type {SetRow["state"]} */ state) => rows.filter((row) => row.state === state).length;
  const others = /** @type {const} */ (["refused", "stopped"]).filter(count).map((state) => `${count(state)} ${state}`);
  return [`${count("done")} of ${rows.length} explained`, ...others].join(", ");
}

/** @param {SetRow[]} rows @returns {string} as comma-separated values */
export function setCsv(rows) {
  const lines = rows.map(({ name, state, why, result }) => {
    const { original, deleted, preserved, normalised } = result?.scores ?? {};
    const region = [result?.area, result?.region?.deleted, result?.region?.preserved];
    const figures = [original, ...region, deleted, preserved, normalised];
    return [name, state, result?.label, ...figures, result?.sentence ?? why].map(cell).join();
  });
  const head = [
    "picture,state,answer,score,area,region_deleted,region_preserved",
    "mask_deleted,mask_preserved,mask_normalised,sentence",
  ].join();
  return [head, ...lines, ""].join("\n");
}

/**
 * Distinct folder names for the files of each picture.
 *
 * @param {string[]} names
 * @returns {string[]}
 */
export function folderNames(names) {
  const taken = new Set();
  return names.map((name) => {
    const parts = name.replaceAll("\\", "/").split("/");
    const clean = parts.filter((part) => part && part !== "." && part !== "..").join("/");
    const stem = clean.replace(/\.[a-z0-9]{2,5}$/i, "");
    let unique = stem || "picture";
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${stem || "picture"}-${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
