/** Defines `<vanish-explainer>`, unless another copy of the package has. */
import { VanishExplainer as Explainer } from "./explainer.js";

export { configure } from "./shared.js";

/** @type {typeof import("./element-api.js").VanishExplainer} */
export const VanishExplainer = Explainer;

const { customElements: registry } = globalThis;
if (registry && !registry.get("vanish-explainer")) registry.define("vanish-explainer", VanishExplainer);
