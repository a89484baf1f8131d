/** Style sheets that are loaded with the code that needs them. */
import { base } from "../app/client.js";
import { el } from "./dom.js";

/** Adds a style sheet, once. @param {string} path @returns {Promise<void>} resolved when it applies */
export function style(path) {
  const href = new URL(path, base()).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = el("link", { rel: "stylesheet", href });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`no ${path}`));
    });
    document.head.append(link);
  });
}

/** The style of the parts that are loaded after the first paint. */
export const laterParts = () => Promise.all(["parts", "forms", "studies"].map((name) => style(`www/parts/${name}.css`)));
