/** The pictures of a folder that was dropped or chosen, under the names of the folders they lie in. */
/** More are not read. */
const MOST = 500;

/** @typedef {{name: string, file: File}} Named */

/** @param {File[]} files @returns {Named[]} */
export function ofFiles(files) {
  const named = files.map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  return sorted(named.filter(({ name }) => isPicture(name)));
}

/** @param {(FileSystemEntry | null)[]} entries @returns {Promise<Named[]>} with all that lies in folders among them */
export async function ofEntries(entries) {
  /** @type {Named[]} */
  const found = [];
  /** @param {FileSystemEntry} entry */
  const walk = async (entry) => {
    if (found.length >= MOST) return;
    if (entry.isDirectory) {
      for (const inner of await all(/** @type {FileSystemDirectoryEntry} */ (entry))) await walk(inner);
    } else if (isPicture(entry.name)) {
      const file = await new Promise((resolve, reject) =>
        /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject),
      );
      found.push({ name: entry.fullPath.replace(/^\//, ""), file });
    }
  };
  for (const entry of entries) if (entry) await walk(entry);
  return sorted(found);
}

/** A reader gives what is in a folder bit by bit. @param {FileSystemDirectoryEntry} folder */
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

/** @param {Named[]} named @returns {Named[]} */
function sorted(named) {
  return named.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })).slice(0, MOST);
}

/** @param {string} name @returns {boolean} of a file that may be a picture */
function isPicture(name) {
  return /\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(name);
}
