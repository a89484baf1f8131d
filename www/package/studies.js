/** The default settings of the package's studies. */
import { SIZES } from "../core/attacks.js";
import { isNamedFile, isText, wrong } from "./arguments.js";

/** @typedef {import("../payloads.js").Registry} Registry */

/** All metrics except those that need runs of their own, as in the engine (`Metric::USUAL`). */
export const METRICS = [
  "deletion-game",
  "insertion",
  "deletion",
  "pointing",
  "localisation",
  "overlap",
  "rule",
  "leakage",
];

/**
 * Settings that the engine does not fill in by itself, by study.
 *
 * @type {Record<string, (asked: any, registry: Registry) => object>}
 */
const USUAL = {
  attack: ({ attack = "least-likely" }) => ({ attack, eps: Object.hasOwn(SIZES, attack) ? SIZES[attack].usual : 8 }),
  cues: (_, { default: method }) => ({ method, pictures: 240, beside_cues: false }),
  evaluate: (_, { default: method }) => ({ methods: [method], metrics: METRICS, controls: true, pictures: 20 }),
};

/**
 * The settings of a study, with defaults for what is missing.
 *
 * @param {string} kind
 * @param {any} asked
 * @param {Registry} registry
 * @returns {object}
 */
export function studySettings(kind, asked, registry) {
  const { report, files } = asked;
  if (report === undefined ? kind === "deletion" : !isText(report))
    throw wrong("A study of deletions needs { report }, and one of invariance may have it: the json of explain.");
  if (files !== undefined && !(Array.isArray(files) && files.every(isNamedFile)))
    throw wrong("The files of a study are a list of { name, file }, each with a file that was read.");
  const usual = Object.hasOwn(USUAL, kind) ? USUAL[kind](asked, registry) : {};
  return { ...usual, ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) };
}
