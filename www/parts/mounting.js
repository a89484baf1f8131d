/** What the shell calls of a view that is one object while it is on the page. */

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../app/store.js").Names} Names */

/**
 * @typedef {object} Mounted
 * @property {(names: Names) => void} update Shows what is new.
 * @property {(files: File[], entries: (FileSystemEntry | null)[]) => boolean} [take] Whether it takes what was dropped.
 */

/**
 * The functions of a view, from its class. What goes on while it is away is in the store.
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
    /** Lets go of the page. */
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
