/** The page's texts in other languages: the catalogues are whole and well formed, and sentences find their entries. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Catalogue, TAG, WORDS, hasWords, holesOf } from "../../../www/texts/catalogue.js";
import { sentencesOf } from "../rust-sentences.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const files = readdirSync(`${ROOT}/www/texts`).filter((name) => name.endsWith(".json"));

/** @param {string} file @returns {Record<string, Record<string, string>>} */
const read = (file) => JSON.parse(readFileSync(`${ROOT}/www/texts/${file}`, "utf8"));

/** @param {string} text with its holes filled: what they may hold is known to every catalogue */
const example = (text, known = "Explain") =>
  text.replace(/\{([#~*]?)\w+\}/g, (_, kind) => (kind === "#" ? "12.5 %" : kind === "~" ? known : "Ficus"));

/**
 * A sentence of the engine with its holes filled, by numbers and by texts that have an entry, in every way.
 *
 * @param {string} text
 * @returns {string[]}
 */
function fillings(text) {
  const [first, ...rest] = text.split(/\{[^{}]*\}/);
  return rest.reduce((all, part) => all.flatMap((begun) => [`${begun}7${part}`, `${begun}Explain${part}`]), [first]);
}

/** Pieces that the engine puts sentences together of; the whole sentences have entries, and stand below. */
const PIECES = new Set([
  ", 95 % interval over pictures {:+.3} to {:+.3}",
  ", {} in front",
  ", {:.0} % of it outside the object",
  ", of which {} lie mostly outside the annotated objects",
  "; least where pixels are deleted by {}: {} (n {}; {}, corrected for {} families)",
  "; {}, corrected for {families} families",
  "({} do there)",
  "Deleting the evidence changes the answer of {} (95 % interval {} to {}){}.",
  ", as it must",
  ": most stay without it, so that nothing can be concluded from their staying under other changes",
  "; whether most do, as they must, is not sure, so that little can be concluded from their staying under other changes",
  "Deleting its evidence ({area:.1} % of the picture) {what}: {label} is left at {score:.2}.",
  "Deleting {what} takes {} away",
  "Keeping {what} keeps {}",
  "On {} pictures the rules hold in {} of unseen deletions ({}), their controls in {}; skill {} ({}) at an area of {:.1} %{worst}.",
  "Painting over",
  "Replacing with noise",
  "The biased model takes the {cue} for a sign of {article} {}.",
  "at the node{} {}{rest}",
  "below quality 100",
  "changes the answer, as it must",
  "does not change the answer, so that nothing can be concluded from its staying",
  "is not confirmed to rely on",
  "is not supported;",
  "with a smaller {}",
  "{label} {verdict} a cue of {} pictures ({:.1} % of the picture{outside}). Of {} unseen pictures called {label} that can be explained {} show it: deleting it alone takes {} of {} answers away ({}); pasting it brings {} ({}); {}.",
  "{least} to {largest} % of the picture (the evidence, cut at levels of its range)",
  "{rule} in {held:.0} % of {deletions} unseen deletions at {tried}{interval}. {} {}",
  "{levels} levels each",
  "{title}: 95 % of {pictures} pictures keep their answer up to {at}{unit}{}.",
  "{} {area:.1} % of the picture takes {label} from {original:.2} to {deleted:.2}",
  // A title and its unit stand in one label.
  "Path of prices",
  "px at 224",
]);

/** What the page does not say: names that only the command writes. */
const NOT_SAID = new Set(["area at half", "largest blob", "colour map", "pictures of one's own", "wide rule"]);

for (const file of files) {
  const texts = read(file);
  const groups = Object.entries(texts);
  const all = groups.flatMap(([, entries]) => Object.entries(entries));

  test(`${file}: nothing is empty, and blanks are single`, () => {
    const faults = all.flat().filter((text) => !text || text !== text.replace(/\s+/g, " ").trim());
    assert.deepEqual(faults, []);
  });

  test(`${file}: no text stands in it twice`, () => {
    const keys = [...readFileSync(`${ROOT}/www/texts/${file}`, "utf8").matchAll(/^ {4}("(?:[^"\\]|\\.)*"): /gm)];
    assert.equal(keys.length, all.length, "each key has a line, and the file says no more than one of a name");
    const said = groups.filter(([name]) => name !== WORDS).flatMap(([, entries]) => Object.keys(entries));
    assert.deepEqual(
      said.filter((key, at) => said.indexOf(key) !== at),
      [],
    );
  });

  test(`${file}: a translation has the holes and the tags of its text`, () => {
    const faults = all.filter(([from, to]) => {
      const tags = [from, to].map((text) => (text.match(TAG) ?? []).join(""));
      const holes = [from, to].map((text) => holesOf(text).sort().join());
      // Where the text has words, the translation has some, too: else the page would lose a place of the sentence.
      const lost = from.split(TAG).some((part, at) => part.trim() && !to.split(TAG)[at]?.trim());
      return tags[0] !== tags[1] || holes[0] !== holes[1] || lost;
    });
    assert.deepEqual(faults, []);
  });

  test(`${file}: every entry is found by a text that it is for`, () => {
    const catalogue = new Catalogue(texts);
    const known = catalogue.of("Explain").text;
    const said = groups.filter(([name]) => name !== WORDS).flatMap(([, entries]) => Object.entries(entries));
    const faults = said.filter(([from, to]) => {
      const found = catalogue.of(example(from));
      return found.lost.length > 0 || found.text !== example(to, known);
    });
    assert.deepEqual(faults, []);
  });

  test(`${file}: no text swallows the one before it`, () => {
    const catalogue = new Catalogue(texts);
    const said = all.map(([from]) => example(from)).filter((text) => /^[A-Z]/.test(text));
    const faults = said.slice(1).flatMap((text, at) => {
      const before = said[at].replace(/[.:;…]?$/, ".");
      const apart = [before, text].map((each) => catalogue.of(each).text).join(" ");
      return catalogue.of(`${before} ${text}`).text === apart ? [] : [`${before} ${text}`];
    });
    assert.deepEqual(faults, []);
  });

  test(`${file}: no class of ImageNet is taken for a text of the page`, () => {
    const catalogue = new Catalogue(texts);
    const labels = readFileSync(`${ROOT}/www/models/imagenet-labels.txt`, "utf8").trim().split("\n");
    const names = [...new Set(labels.flatMap((label) => [label, label.split(",")[0].trim()]))];
    assert.deepEqual(
      names.filter((name) => catalogue.of(name).text !== name),
      [],
    );
  });

  test(`${file}: what the engine can say to the page has an entry`, () => {
    const catalogue = new Catalogue({ ...texts, parts: texts[WORDS] });
    const sentences = sentencesOf(`${ROOT}/src`);
    assert.ok(sentences.length > 400, `${sentences.length} sentences`);
    const known = (/** @type {string} */ text) => fillings(text).some((each) => !catalogue.of(each).lost.length);
    const unknown = sentences.filter(({ text }) => !known(text));
    const faults = unknown.filter(({ text }) => !PIECES.has(text) && !NOT_SAID.has(text));
    assert.deepEqual(
      faults.map(({ file, text }) => `${file}: ${text}`),
      [],
    );
    const gone = [...PIECES, ...NOT_SAID].filter((text) => !unknown.some((found) => found.text === text));
    assert.deepEqual(gone, [], "an exception that the engine no longer needs");
  });
}

test("sentences find their Spanish, by their patterns, their parts and their case", () => {
  const catalogue = new Catalogue(read("es.json"));
  const cases = [
    ["Explain", "Explicar"],
    // A class keeps its name, whatever it is called.
    [
      "Blurring 4.5 % of the picture takes from here to there from 0.91 to 0.01.",
      "Desenfocar el 4.5 % de la imagen lleva from here to there de 0.91 a 0.01.",
    ],
    ["Score of <b>owl</b>", "Puntuación de <b>owl</b>"],
    // The unit stays on the line of its number.
    ["5\u00a0% of the picture", "5\u00a0% de la imagen"],
    ["Fast, seed 3", "Rápido, semilla 3"],
    // What fills a hole that is translated must be known.
    ["12 of 300 · score 0.50", "12 de 300 · puntuación 0.50"],
    ["The picture. What am I seeing?", "La imagen. ¿Qué estoy viendo?"],
    ["This browser offers no WebGPU adapter.", "Este navegador no ofrece ningún adaptador de WebGPU."],
    ["no connection", "no hay conexión"],
    [
      "Painting over 3.0 % of the picture takes cat from 0.91 to 0.40, which is not enough; with the region cut at 0.30 instead of 0.50: painting over 5.0 % of the picture takes cat from 0.91 to 0.10.",
      "Tapar con color el 3.0 % de la imagen lleva cat de 0.91 a 0.40, lo que no basta; con la región cortada en 0.30 en vez de 0.50: tapar con color el 5.0 % de la imagen lleva cat de 0.91 a 0.10.",
    ],
    [
      "Deleting 13.0 % of the picture takes rabbit away in 85 % of 40 unseen deletions at 3 levels each (95 % interval 75 to 92 %). Moved elsewhere, the same regions do so in 10 %. It holds least where pixels are deleted by noise: 40 % (n 8; 11 to 78 %, corrected for 5 families).",
      "Borrar el 13.0 % de la imagen quita rabbit en el 85 % de 40 borrados nuevos, a 3 niveles cada uno (intervalo del 95 %: de 75 a 92 %). Llevadas a otro lugar, las mismas regiones lo hacen en el 10 %. Menos se cumple donde los píxeles se borran con ruido: 40 % (n 8; de 11 a 78 %, corregido por 5 familias).",
    ],
    [
      "Keeping 2.0 to 9.0 % of the picture (the evidence, cut at levels of its range) keeps owl in 50 % of 40 unseen deletions at 1 level. Moved elsewhere, the same regions do so in 10 %. Regions of 60.0 to 96.8 % are too large to be moved and were left out. All pixels were deleted by another blur.",
      "Conservar del 2.0 al 9.0 % de la imagen (la evidencia, cortada a niveles de su recorrido) mantiene owl en el 50 % de 40 borrados nuevos, a 1 nivel. Llevadas a otro lugar, las mismas regiones lo hacen en el 10 %. Regiones del 60.0 al 96.8 % son demasiado grandes para llevarlas a otro lugar y no se contaron. Todos los píxeles se borraron con otro desenfoque.",
    ],
    [
      "Deleting its evidence (13.0 % of the picture) changes the answer, as it must: rabbit is left at 0.02.",
      "Borrar su evidencia (13.0 % de la imagen) cambia la respuesta, como debe: rabbit queda en 0.02.",
    ],
    [
      "cat relies on a cue of 12 pictures (3.1 % of the picture, 90 % of it outside the object). Of 30 unseen pictures called cat that can be explained 9 show it: deleting it alone takes 8 of 9 answers away (control 1; difference +0.78, +0.40 to +0.97); pasting it brings 5 of 20 from 9 pictures (control 0; too few for an interval); p < 0.0001.",
      "cat se apoya en una pista de 12 imágenes (3.1 % de la imagen, el 90 % de ella fuera del objeto). De 30 imágenes nuevas llamadas cat que se pueden explicar, 9 la muestran: borrarla sola quita 8 de 9 respuestas (control 1; diferencia +0.78, de +0.40 a +0.97); pegarla trae 5 de 20 desde 9 imágenes (control 0; muy pocas para un intervalo); p < 0.0001.",
    ],
    [
      "Looked at 240 pictures and explained 194; found 1 candidate, tested 1, confirmed 0; no objects are annotated, so look at the exemplars.",
      "Tras mirar 240 imágenes y explicar 194: 1 candidata, 1 comprobadas y 0 confirmadas; no hay objetos anotados, así que mira los ejemplares.",
    ],
    [
      "Faces more than feet in 8 of 8 classes (sign test p = 0.0039; mean difference +0.512, 95 % interval over pictures +0.470 to +0.551).",
      "Las caras más que los pies en 8 de 8 clases (prueba de los signos p = 0.0039; diferencia media +0.512, intervalo del 95 % sobre las imágenes: de +0.470 a +0.551).",
    ],
    [
      "An owl in the snow with a smaller pig, a leaf in front, a ball nearby. The biased model takes the snow for a sign of an owl.",
      "Un búho en la nieve con un pequeño cerdo, una hoja delante, una pelota cerca. El modelo sesgado toma la nieve por señal de un búho.",
    ],
    [
      'the operator Zoinks (at the node "z1") is not supported; please report the model, or export it with simpler operators',
      "no se admite el operador Zoinks (en el nodo \"z1\"); comunica el modelo, por favor, o expórtalo con operadores más sencillos",
    ],
    [
      "brightness: 95 % of 60 pictures keep their answer up to 20 % of white (97 % do there).",
      "brillo: el 95 % de 60 imágenes mantiene su respuesta hasta 20 % del blanco (ahí lo hace el 97 %).",
    ],
    [
      "rabbit survives rotation from −30 to 30°, scale from −50 to 50 %, shift down from −16 to 16 % of the side, mirroring, blur up to 3 px, noise up to 40 % of white. The picture.",
      "rabbit sobrevive a giro de −30 a 30°, escala de −50 a 50 %, desplazamiento vertical de −16 a 16 % del lado, el reflejo, desenfoque hasta 3 px, ruido hasta 40 % del blanco. La imagen.",
    ],
    ["19 of 117, 26 it/s, 4 s left, score 0.03", "19 de 117, 26 it/s, faltan 4 s, puntuación 0.03"],
    [
      "Cut at 50 % of the evidence, deleted by imputation, shifted by 3, −1 px, mirrored, darker by 9.0 %.",
      "Cortada al 50 % de la evidencia, borrada con imputación, desplazada 3, −1 px, reflejada, 9.0 % más oscura.",
    ],
    ["8 classes, 212\u202f264 parameters, 35 operators, 428 kB", "8 clases, 212\u202f264 parámetros, 35 operadores, 428 kB"],
    // Some names are capitals alone.
    ["RISE, seed 3", "RISE, semilla 3"],
    [
      "cat survives blur up to 3 px, JPEG down to quality 10.",
      "cat sobrevive a desenfoque hasta 3 px, JPEG hasta la calidad 10.",
    ],
    ["30 below quality 100: 98 % cat, the answer stays", "30 por debajo de la calidad 100: 98 % cat, la respuesta se mantiene"],
    ["The picture under JPEG, 30 below quality 100", "La imagen con JPEG, 30 por debajo de la calidad 100"],
    ["Strength of JPEG", "Intensidad de JPEG"],
    ["Path of prices (× λ1)", "Camino de precios (× λ1)"],
    ["Jitter (px at 224)", "Vaivén (px a 224)"],
  ];
  for (const [from, to] of cases) assert.deepEqual(catalogue.of(from), { text: to, lost: [] });
});

test("what is not known stays as it is, and is named", () => {
  const catalogue = new Catalogue({ a: { "One {~thing}.": "Uno {~thing}.", Two: "Dos" }, [WORDS]: { cat: "gato" } });
  assert.deepEqual(catalogue.of("Nothing at all"), { text: "Nothing at all", lost: ["Nothing at all"] });
  assert.deepEqual(catalogue.of("One cat. Who knows?"), { text: "Uno gato. Who knows?", lost: ["Who knows?"] });
  // A word that fills a hole is none by itself: it may be a class.
  assert.deepEqual(catalogue.of("cat"), { text: "cat", lost: ["cat"] });
  assert.deepEqual(catalogue.of("One dog."), { text: "One dog.", lost: ["One dog."] });
});

test("numbers, units, files and fingerprints are no words", () => {
  for (const text of ["12.5 %", "3 px", "report.json", "www/main.js", "SHA-256", "0.1 → 0.9", "f35abc3bc57ffb1a01f8"])
    assert.ok(!hasWords(text), text);
  for (const text of ["px of it", "a picture", "Area"]) assert.ok(hasWords(text), text);
});
