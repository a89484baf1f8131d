/** The stand-in is the same for both builds. */
export * from "./vanish.js";
