/** The functions that the shell calls on a view which is one object while it is on the page. */

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/store.js").Names} Names */

/**
 * @typedef {object} Mounted
 * @property {(names: Names) => void} update Shows what has changed.
 * @property {(files: File[], entries: (FileSystemEntry | null)[]) => boolean} [take] Whether it takes the dropped
 *   files.
 */

/**
 * The functions of a view, made from its class. What goes on while it is away is in the store.
 *
 * @param {new (root: HTMLElement, context: Context) => Mounted} Kind
 */
export function mounting(Kind) {
  /** @type {Mounted | null} */
  let mounted = null;
  return {
    /** @param {HTMLElement} root @param {Context} context */
    mount(root, context) {
      mounted = new Kind(root, context);
    },
    /** Releases the page. */
    unmount() {
      mounted = null;
    },
    /** @param {import("../types.js").ViewEvent} event */
    onEvent(event) {
      if (event.type === "change") mounted?.update(event.names);
    },
    /** @param {File[]} files @param {(FileSystemEntry | null)[]} entries */
    take(files, entries) {
      return mounted?.take?.(files, entries) ?? false;
    },
  };
}
