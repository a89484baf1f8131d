/** `<vanish-explainer>`, which `import "vanish/element"` defines. */
import type { Explanation, LoadOptions, Report, Settings } from "./api.js";

/** Sets how the elements of the page load their engine. Call it before the first of them starts one. */
export function configure(options: LoadOptions): void;

export class VanishExplainer extends HTMLElement {
  /** The picture: its address, or `critter:7`. */
  src: string;
  /** The model: its address, `critters` or `critters-biased`. The default is `critters`. */
  model: string;
  /** The class to explain, by index or label. The default is the model's first answer. */
  target: string;
  /** The method. The default is the registry's. */
  method: string;
  /** Further settings, such as `{ iterations: 100, seed: 2 }`. */
  settings: Settings;
  /** The last explanation. */
  readonly explanation: Explanation | null;
  /**
   * Explains now, whether it is visible or not. Resolves with report.json, and rejects with the detail of `refused`.
   */
  explain(): Promise<Report>;
  /** Ends a run, and shows what has been found so far. */
  stop(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "vanish-explainer": VanishExplainer;
  }
}
