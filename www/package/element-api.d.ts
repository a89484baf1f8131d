/** `<vanish-explainer>`, which `import "vanish/element"` defines. */
import type { Explanation, LoadOptions, Report, Settings } from "./api.js";

/** How the elements of the page load their engine; to be said before the first of them starts it. */
export function configure(options: LoadOptions): void;

export class VanishExplainer extends HTMLElement {
  /** The picture: its address, or `critter:7`. */
  src: string;
  /** The model: its address, `critters` or `critters-biased`; without it `critters`. */
  model: string;
  /** The class to explain, by index or label; without it the model's first answer. */
  target: string;
  /** The method; without it the registry's default. */
  method: string;
  /** Further settings, such as `{ iterations: 100, seed: 2 }`. */
  settings: Settings;
  /** The last explanation. */
  readonly explanation: Explanation | null;
  /** Explains now, whether it is visible or not. Resolves with report.json; rejects with what `refused` tells. */
  explain(): Promise<Report>;
  /** Ends a run; what was found until then is shown. */
  stop(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "vanish-explainer": VanishExplainer;
  }
}
