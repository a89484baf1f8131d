/** Which of several requests of a kind is the newest. */

/**
 * @param {() => never} superseded fails as a request does that a newer one has replaced
 * @returns {(kind: string) => () => void} for a request of this kind, what fails once a newer one has come
 */
export function newestOf(superseded) {
  /** @type {Map<string, object>} */
  const newest = new Map();
  return (kind) => {
    const mine = {};
    newest.set(kind, mine);
    return () => {
      if (newest.get(kind) !== mine) superseded();
    };
  };
}
