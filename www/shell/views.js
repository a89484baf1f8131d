/**
 * The views in the order of the navigation. Explain is part of the first load; the others are loaded when first opened.
 */
import * as explain from "../views/explain/view.js";

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} title
 * @property {() => Promise<import("../types.js").View>} load
 */

/** @type {readonly Entry[]} */
export const VIEWS = [
  { id: "explain", title: "Explain", load: async () => explain },
  { id: "compare", title: "Compare", load: () => import("../views/compare/view.js") },
  { id: "rules", title: "Rules", load: () => import("../views/rules/view.js") },
  { id: "cues", title: "Cues", load: () => import("../views/cues/view.js") },
  { id: "adversarial", title: "Adversarial", load: () => import("../views/adversarial/view.js") },
  { id: "evaluate", title: "Evaluate", load: () => import("../views/evaluate/view.js") },
  { id: "model", title: "Model", load: () => import("../views/model/view.js") },
];

/** @param {string} id @returns {Entry} the view of this id, or the first one */
export function entryOf(id) {
  return VIEWS.find((entry) => entry.id === id) ?? VIEWS[0];
}
