/** The pictures of a folder that was dropped or chosen, named with their folders. */
/** Largest number of pictures that are read, because each is held in memory. */
const MOST = 500;

/** @typedef {{name: string, file: File}} Named */
/** @typedef {{pictures: Named[], more: number}} Found `more`: the number of pictures that are left out */

/**
 * The files that were dropped or chosen, and those in the folders among them.
 *
 * @param {File[]} files
 * @param {(FileSystemEntry | null)[]} entries
 * @returns {Promise<Found>}
 */
export async function gathered(files, entries) {
  return entries.some(isFolder) ? ofEntries(entries) : ofFiles(files);
}

/** @param {FileSystemEntry | null} entry @returns {boolean} */
export function isFolder(entry) {
  return entry?.isDirectory ?? false;
}

/**
 * The pictures, if there are any. Tells the user if there are none, or more than are taken.
 *
 * @param {Found} found
 * @param {import("../app/opening.js").Voice} voice
 * @returns {Named[] | null}
 */
export function taken({ pictures, more }, voice) {
  if (!pictures.length) voice.fail("There is no picture in this folder that a browser opens.");
  const count = pictures.length;
  if (more) voice.note(`The folder holds ${count + more} pictures: the first ${count} by name are taken.`);
  return count ? pictures : null;
}

/** @param {File[]} files @returns {Found} */
export function ofFiles(files) {
  const named = files.map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  return first(named.filter(({ name }) => isPicture(name)));
}

/** @param {(FileSystemEntry | null)[]} entries @returns {Promise<Found>} including all files in folders among them */
async function ofEntries(entries) {
  /** @type {{name: string, entry: FileSystemFileEntry}[]} */
  const found = [];
  /** @param {FileSystemEntry} entry */
  const walk = async (entry) => {
    if (entry.isDirectory) {
      for (const inner of await all(/** @type {FileSystemDirectoryEntry} */ (entry))) await walk(inner);
    } else if (isPicture(entry.name)) {
      found.push({
        name: entry.fullPath.replace(/^\//, ""),
        entry: /** @type {FileSystemFileEntry} */ (entry),
      });
    }
  };
  for (const entry of entries) if (entry) await walk(entry);
  const { pictures, more } = first(found);
  const opened = pictures.map(async ({ name, entry }) => {
    /** @type {File} */
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return { name, file };
  });
  return { pictures: await Promise.all(opened), more };
}

/** A reader returns the content of a folder in portions. @param {FileSystemDirectoryEntry} folder */
async function all(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const entries = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return entries;
    entries.push(...some);
  }
}

/** @template {{name: string}} T @param {T[]} named @returns {{pictures: T[], more: number}} the first ones by name */
function first(named) {
  const sorted = named.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return { pictures: sorted.slice(0, MOST), more: Math.max(0, sorted.length - MOST) };
}

/** @param {string} name @returns {boolean} whether a file of this name may be a picture */
function isPicture(name) {
  return /\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(name);
}
