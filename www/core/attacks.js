/** The attacks that a person can choose. Pure. */

/** The sizes of an attack: the usual one, the largest that is offered, and its unit. */
export const SIZES = /** @type {Record<string, {usual: number, most: number, unit: string}>} */ ({
  "least-likely": { usual: 8, most: 16, unit: "/255 in any value" },
  fgsm: { usual: 8, most: 16, unit: "/255 in any value" },
  pgd: { usual: 8, most: 16, unit: "/255 in any value" },
  "pgd-l2": { usual: 2, most: 8, unit: "/255 in root mean square" },
  patch: { usual: 5, most: 20, unit: " % of the picture" },
});
