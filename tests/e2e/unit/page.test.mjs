/** The page's pure logic. Run by `node --test`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { layer, maskPicture, spread, table } from "../../../www/core/colours.js";
import { cropOf } from "../../../www/core/crop.js";
import { portableProfile, sort } from "../../../www/core/files.js";
import { missingOf } from "../../../www/core/missing.js";
import * as link from "../../../www/core/link.js";
import {
  beside,
  canonical,
  choicesOf,
  effective,
  methodOf,
  settingOf,
  settingsOf,
  textOf,
  tidy,
} from "../../../www/core/registry.js";
import { ofReport } from "../../../www/core/report.js";
import { Recall, endedAs, keyOf, provisional } from "../../../www/core/result.js";
import { aroundLabel, evidenceOf, fileName, regionWords } from "../../../www/core/shown.js";
import { divisorOf, refusal, sniff } from "../../../www/core/sniff.js";
import * as words from "../../../www/core/words.js";
import { matches, shortLabel } from "../../../www/core/words.js";
import { plot } from "../../../www/parts/chart.js";
import { remedy } from "../../../www/shell/device.js";
import { spreadOf } from "../../../www/core/seeds.js";
import { cells, rowsOf, sorted, tally, toJson } from "../../../www/views/compare/rows.js";
import * as make from "../files.mjs";
import { REGISTRY as MOCK } from "../mock/pkg/registry.js";

const REGISTRY = /** @type {import("../../../www/types.js").Registry} */ (/** @type {unknown} */ (MOCK));

/** What a link asks for, once the engine is there. @param {string} hash @returns {link.State} */
function read(hash) {
  const state = link.parse(hash);
  return { ...state, own: tidy(REGISTRY, state.method, state.own) };
}

test("a state goes through its link and back", () => {
  const own = { null: "noise", l1: "0.002", seed: "9" };
  const changed = {
    ...link.defaults(),
    view: "compare",
    model: "critters-biased",
    critter: 12,
    target: 3,
    method: "localisation",
    own,
    colours: "grey",
    opacity: 0.25,
    hide: "article,runs",
  };
  assert.deepEqual(read(`#${link.format(changed)}`), changed);
  assert.equal(link.format(link.defaults()), "");
});

test("a link's unknown names and bad values are ignored", () => {
  const cases = [
    "nonsense=1",
    "iterations=0",
    "iterations=1e9",
    "iterations=12.5",
    "l1=-1",
    "l1=abc",
    "l1=",
    "seed=99999999999",
    "seed=-1",
    "opacity=7",
    "device=tpu",
    "hide=header",
    "__proto__=x",
    "constructor=x",
    "target=null",
    "view=<b>",
    "method=<b>",
  ];
  for (const hash of cases) assert.deepEqual(read(hash), link.defaults(), hash);
  assert.equal(methodOf(REGISTRY, "jet").name, "fast", "an unknown method is the default one");
});

test("a person's own picture and model are never in a link", () => {
  const changed = { ...link.defaults(), model: "critters-biased", critter: 12, target: 3, own: { seed: "4" } };
  assert.equal(link.format(changed, { ownPicture: true }), "model=critters-biased&seed=4");
  assert.equal(link.format(changed, { ownModel: true }), "critter=12&seed=4");
});

test("settings name only what differs from the preset", () => {
  const s = { ...link.defaults(), method: "meaningful", own: { l1: "0.0001", l2: "0.5", seed: "3" } };
  assert.deepEqual(settingsOf(REGISTRY, s), { method: "meaningful", seed: 3, target: "top", l2: 0.5 });
  assert.deepEqual(settingsOf(REGISTRY, { ...link.defaults(), target: 4 }), { method: "fast", target: { index: 4 } });
  assert.equal(effective(REGISTRY, { ...link.defaults(), method: "localisation" }, "beta"), "2");
  assert.equal(effective(REGISTRY, s, "beta"), "3");
  assert.equal(effective(REGISTRY, s, "samples"), undefined);
});

test("a method is told what it takes, and nothing else", () => {
  const own = {
    game: "dual",
    score: "logit",
    null: "mean",
    null_sigma_px: "4",
    sigma_at: "model",
    iterations: "9",
    l1: "1",
    l2: "1",
    beta: "2",
    learning_rate: "1",
    jitter: "1",
    areas: "0.1,0.3",
    samples: "7",
    layer: "conv9",
  };
  const told = (/** @type {string} */ method) =>
    Object.keys(settingsOf(REGISTRY, { ...link.defaults(), own, method }))
      .filter((name) => name in own)
      .sort();
  const ground = ["null", "null_sigma_px", "sigma_at"];
  const cases = {
    meaningful: ["game", "score", ...ground, "iterations", "l1", "l2", "beta", "learning_rate", "jitter"],
    extremal: [...ground, "iterations", "learning_rate", "areas"],
    igos: ["score", ...ground, "iterations", "l1", "l2", "jitter", "samples"],
    gradient: ground,
    gradcam: [...ground, "layer"],
    occlusion: ["score", ...ground.slice(1)],
    rise: ["score", ...ground.slice(1), "samples"],
  };
  // What is the preset's own value is not named either: extremal’s logit, I-GOS's beta, the others' logit and mean.
  for (const [method, names] of Object.entries(cases)) assert.deepEqual(told(method), names.sort(), method);
  assert.deepEqual(settingsOf(REGISTRY, { ...link.defaults(), own, method: "extremal" }).areas, [0.1, 0.3]);
  const choices = (/** @type {string} */ method, /** @type {string} */ name) =>
    choicesOf(methodOf(REGISTRY, method), /** @type {any} */ (settingOf(REGISTRY, name)));
  assert.deepEqual(choices("fast", "null"), ["blur", "pyramid", "mean", "noise"]);
  assert.deepEqual(choices("extremal", "game"), ["delete", "preserve"]);
});

test("a link cannot tell a method what it does not take", () => {
  assert.equal(read("method=igos&game=dual").own.game, undefined);
  assert.equal(read("method=meaningful&game=dual").own.game, "dual");
  assert.equal(read("method=extremal&game=dual").own.game, undefined);
  assert.equal(read("null=jet").own.null, undefined);
  assert.equal(read("method=extremal&areas=0.3, .1;0.3").own.areas, "0.3,0.1");
  assert.equal(read("method=extremal&areas=0.3,2").own.areas, undefined);
});

test("a setting of every kind is read from a text, and bad texts are not", () => {
  const kinds = {
    n: ["number", ["0.5", " .50 "], ["", "x", "9"]],
    i: ["integer", ["3"], ["3.5", "-1", "1e0", "11"]],
    f: ["flag", ["true", "false"], ["yes", ""]],
    l: ["numbers", ["0.5,1", "0.5;1 .5"], ["", "0.5,9"]],
    w: ["words", ["disc,0.2", "disc 0.2"], [""]],
    t: ["text", ["conv9"], [" "]],
    c: ["classes", [], ["1"]],
  };
  const method = /** @type {any} */ ({ settings: Object.keys(kinds), games: [] });
  for (const [name, [kind, good, bad]] of Object.entries(kinds)) {
    const setting = /** @type {any} */ ({ name, kind, low: 0, high: kind === "integer" ? 10 : 5 });
    const texts = /** @type {string[]} */ (good).map((text) => canonical(method, setting, text));
    if (kind === "flag") assert.deepEqual(texts, good);
    else for (const text of texts) assert.equal(text, texts[0], `${kind} ${text}`);
    for (const text of bad)
      assert.equal(canonical(method, setting, text), undefined, `${kind} ${JSON.stringify(text)}`);
    assert.equal(canonical({ ...method, settings: [] }, setting, String(good[0])), undefined, "not taken");
  }
  // 32-bit numbers of the engine, as JSON gives them, have the digits they have.
  assert.deepEqual([0.10000000149011612, [0.25, 0.5], true, null, "blur"].map(textOf), [
    "0.1",
    "0.25,0.5",
    "true",
    "",
    "blur",
  ]);
});

test("further classes go through the link, to the engine, and not past a person's own model", () => {
  const s = { ...read("with=3,5&against=2&method=gradcam&layer=my_conv"), target: 1 };
  const settings = settingsOf(REGISTRY, s);
  assert.deepEqual([settings.with, settings.against], [[3, 5], [2]]);
  assert.equal(settingsOf(REGISTRY, link.defaults()).with, undefined);
  const closed = { ...REGISTRY, methods: REGISTRY.methods.map((method) => ({ ...method, settings: [] })) };
  assert.equal(settingsOf(closed, s).with, undefined, "a method that takes no such classes is told of none");
  assert.deepEqual(beside(null, s, "with"), [3, 5]);
  assert.equal(link.format(s), "target=1&with=3%2C5&against=2&method=gradcam&layer=my_conv");
  assert.equal(link.format(s, { ownModel: true }), "method=gradcam");
  assert.equal(link.format(s, { ownPicture: true }), "method=gradcam&layer=my_conv");
  for (const bad of ["with=a", "with=-1", "with=1.5", "with="]) assert.equal(link.parse(bad).with, "", bad);
});

test("a picture is known by its bytes", () => {
  const cases = [
    [make.png(30, 20), { format: "PNG", width: 30, height: 20, whole: true, cmyk: false }],
    [make.png(30, 20).subarray(0, 60), { format: "PNG", width: 30, height: 20, whole: false, cmyk: false }],
    [make.jpegHeader(640, 480, 3), { format: "JPEG", width: 640, height: 480, whole: true, cmyk: false }],
    [make.jpegHeader(640, 480, 4), { format: "JPEG", width: 640, height: 480, whole: true, cmyk: true }],
    [
      make.jpegHeader(640, 480, 3).subarray(0, -2),
      { format: "JPEG", width: 640, height: 480, whole: false, cmyk: false },
    ],
    [make.gifHeader(12, 34), { format: "GIF", width: 12, height: 34, whole: true, cmyk: false }],
    [make.bmp(9, 8), { format: "BMP", width: 9, height: 8, whole: true, cmyk: false }],
    [make.webpHeader(300, 200), { format: "WebP", width: 300, height: 200, whole: true, cmyk: false }],
    [make.avifHeader(320, 240), { format: "AVIF", width: 320, height: 240, whole: true, cmyk: false }],
  ];
  for (const [bytes, picture] of cases) assert.deepEqual(sniff(bytes), { picture }, picture.format);
});

test("what is no picture is named", () => {
  const text = (/** @type {string} */ s) => new TextEncoder().encode(s);
  const cases = [
    [text("hello there"), "text"],
    [text("%PDF-1.7"), "a PDF document"],
    [text("<svg xmlns='x'/>"), "an SVG drawing"],
    [text("\0\0\0\x18ftypheic"), "a HEIC picture or a film"],
    [text("PK\x03\x04xx"), "a ZIP archive"],
    [new Uint8Array([8, 7, 0, 1]), "a file of another kind"],
    [new Uint8Array(), "a file of another kind"],
  ];
  for (const [bytes, other] of cases) assert.deepEqual(sniff(bytes), { other }, other);
});

test("a refusal is one sentence with its figure", () => {
  const of = (/** @type {string} */ name) => readFileSync(new URL(`../../golden/pictures/${name}`, import.meta.url));
  const arithmetic = of("jpeg_arithmetic.jpg");
  const cases = [
    [make.png(20000, 15000, { headerOnly: true }), /20000 × 15000, 300 megapixels; the limit is 268\./],
    [arithmetic, /a JPEG picture that uses arithmetic coding, which is not supported; save it/],
    [of("png_high_range.png"), /a PNG picture that is of high dynamic range, which is not supported; save it/],
    [make.png(1, 1), /1 × 1 pixels; a picture needs at least 8 × 8/],
    [make.png(30, 30).subarray(0, 70), /stops in the middle/],
    [make.png(30, 30).subarray(0, 10), /size cannot be read/],
    [new TextEncoder().encode("not a picture"), /is text, not a picture/],
    [new Uint8Array(), /is empty/],
  ];
  for (const [bytes, sentence] of cases) assert.match(refusal("x.png", bytes) ?? "", sentence);
  for (const bytes of [make.png(30, 30), make.png(12000, 9000, { headerOnly: true }), of("png_cicp_p3.png")])
    assert.equal(refusal("x.png", bytes), null);
});

test("a picture is shrunk by the divisor that the command takes", () => {
  const cases = /** @type {const} */ ([
    [8000, 5000, 1],
    [8000, 5001, 2],
    [16320, 12240, 4],
    [16384, 16384, 4],
  ]);
  for (const [width, height, by] of cases) assert.equal(divisorOf(width, height), by, `${width} × ${height}`);
});

test("no truncation of a picture's bytes makes the sniffer stumble", () => {
  for (const whole of [
    make.png(20, 20),
    make.jpegHeader(20, 20, 3),
    make.gifHeader(20, 20),
    make.bmp(9, 9),
    make.webpHeader(20, 20),
    make.avifHeader(20, 20),
  ]) {
    for (let n = 0; n < whole.length; n++) assert.doesNotThrow(() => refusal("x", whole.subarray(0, n)), `${n} bytes`);
  }
});

test("files dropped together find their parts", () => {
  const file = (/** @type {string} */ name, /** @type {Uint8Array | string} */ body) => ({
    name,
    bytes: typeof body === "string" ? new TextEncoder().encode(body) : body,
  });
  const onnx = new Uint8Array(100).fill(8);
  const sorted = sort([
    file("m.onnx", onnx),
    file("m.json", '{"size":224,"mean":[0]}'),
    file("l.txt", "cat\ndog"),
    file("p.png", make.png(9, 9)),
  ]);
  assert.equal(sorted.problem, undefined);
  assert.equal(sorted.model?.name, "m.onnx");
  assert.equal(sorted.labels, "cat\ndog");
  assert.equal(sorted.picture?.name, "p.png");
  assert.equal(sort([file("r.json", '{"version":1,"mask":{},"target":{}}')]).report?.length, 35);
  assert.equal(sort([file("l.json", '["cat","dog"]')]).labels, '["cat","dog"]');
  assert.equal(sort([file("l.json", '{"0":"cat"}')]).labels, '{"0":"cat"}');
  assert.match(sort([file("a.json", "{nope")]).problem ?? "", /not valid JSON/);
  assert.match(sort([file("a.json", '{"a":1}')]).problem ?? "", /neither a report/);
  assert.match(sort([file("a.bin", "hello")]).problem ?? "", /is text/);
  assert.match(sort([file("a.png", make.png(9, 9)), file("b.png", make.png(9, 9))]).problem ?? "", /one at a time/);
  // A wrong extension does not matter to a model or a picture.
  assert.equal(sort([file("model.bin", onnx)]).model?.name, "model.bin");
  assert.equal(sort([file("photo.txt", make.png(9, 9))]).picture?.name, "photo.txt");
});

test("what lies beside a model goes with it, whatever it looks like", () => {
  const onnx = { name: "m.onnx", bytes: new Uint8Array(100).fill(8) };
  const bytes = new TextEncoder().encode('{"id2label":{"0":"cat"}}');
  for (const beside of [
    { name: "m.onnx.data", bytes: new Uint8Array(100) },
    { name: "m.onnx.data", bytes: new Uint8Array(100).fill(8) },
    { name: "m.onnx_data", bytes: make.png(9, 9) },
    { name: "weights.bin", bytes: new Uint8Array(100).fill(8) },
    { name: "config.json", bytes },
    { name: "preprocessor_config.json", bytes: new TextEncoder().encode('{"size":224}') },
  ]) {
    for (const files of [
      [onnx, beside],
      [beside, onnx],
    ])
      assert.deepEqual(sort(files), { beside: [beside], model: onnx }, beside.name);
  }
  const late = { name: "w.bin", bytes: new Uint8Array(100) };
  assert.deepEqual(sort([late], "w.bin"), { beside: [late] });
  assert.match(sort([late]).problem ?? "", /w\.bin is a file of another kind/);
  assert.match(sort([{ name: "config.json", bytes }]).problem ?? "", /neither a report/);
  assert.equal(missingOf('m.onnx: its values lie in a second file, "a/w.bin", which is missing; put it'), "w.bin");
  assert.equal(missingOf("m.onnx is cut short"), undefined);
});

test("a profile's path to its labels means nothing here", () => {
  assert.equal(portableProfile('{"size":3,"labels":"../x.txt"}'), '{"size":3}');
  assert.equal(portableProfile('{"size":3,"labels":["a"]}'), '{"size":3,"labels":["a"]}');
  assert.equal(portableProfile(undefined), undefined);
});

test("numbers as people read them", () => {
  assert.deepEqual([0.931, 0.0213, 0.0004, 0, -0.5, NaN].map(words.score), [
    "0.93",
    "0.02",
    "< 0.001",
    "0.00",
    "−0.50",
    "–",
  ]);
  assert.deepEqual([0.061, 1, 0, 0.0001].map(words.percent), ["6.1 %", "100 %", "0 %", "< 0.1 %"]);
  assert.deepEqual([12, 2500, 4951981].map(words.bytes), ["12 B", "3 kB", "5.0 MB"]);
  assert.deepEqual([0.25, 12.4, 150, 7300, NaN].map(words.duration), ["0.3 s", "12 s", "3 min", "2 h 2 min", "–"]);
  assert.deepEqual([123.4, 2.345, 0].map(words.rate), ["123", "2.3", "–"]);
  assert.equal(words.count(1235496), "1\u202f235\u202f496");
});

test("a message becomes a sentence, a file's name stays", () => {
  const cases = [
    ["no adapter here", "No adapter here."],
    ["m.onnx is cut", "m.onnx is cut."],
    ["l1 is 3!", "l1 is 3!"],
    ["", ""],
  ];
  for (const [text, expected] of cases) assert.equal(words.sentence(text), expected);
});

test("colour maps have their ends, and heat is evidence", () => {
  assert.deepEqual([...table("viridis").subarray(0, 3)], [0x44, 0x01, 0x54]);
  assert.deepEqual([...table("viridis").subarray(-3)], [0xfd, 0xe7, 0x25]);
  assert.deepEqual([...table("inferno").subarray(-3)], [0xfc, 0xff, 0xa4]);
  assert.deepEqual(
    [...layer(new Float32Array([0, 1, 0.5]), "grey", 0.5)],
    [0, 0, 0, 38, 255, 255, 255, 128, 128, 128, 128, 83],
  );
  assert.deepEqual(
    [...maskPicture(new Float32Array([1, 0, 2]))],
    [255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255],
  );
  assert.ok(Math.abs(spread(new Float32Array([0.25, 1, 0.5])) - 0.75) < 1e-6);
});

test("the model sees the middle of a photo", () => {
  assert.deepEqual(cropOf(500, 400, { size: 224, resize: 256 }), { x: 75, y: 25, side: 350 });
  assert.equal(cropOf(500, 400, { size: 224 }), null);
});

test("a curve stays within its frame", () => {
  const { path, range, end } = plot([1, 0.5, NaN, 0], 5, [0, 1]);
  assert.equal(path.split(/[ML]/).length - 1, 3);
  assert.deepEqual(range, [0, 1]);
  assert.ok(end.x > 40 && end.x < 300);
  assert.deepEqual(plot([], 300).range, [0, 1]);
  assert.deepEqual(plot([2, 2], 300).range, [0, 2]);
  assert.deepEqual(plot(new Array(1e6).fill(2), 1e6).range, [0, 2], "a report may hold more values than a call takes");
});

test("labels are found by what they start with, then by what they hold", () => {
  const labels = ["tiger cat", "cat", "dog", "catamaran"];
  assert.deepEqual(matches(labels, "Cat", 9), [1, 3, 0]);
  assert.deepEqual(matches(labels, "2", 9), [2]);
  assert.deepEqual(matches(labels, "", 2), [0, 1]);
  assert.equal(shortLabel("tench, Tinca tinca"), "tench");
});

test("a run is known by what decides it, in any order", () => {
  const a = keyOf("m", "i", { method: "meaningful", seed: 1 }, {}, "cpu");
  assert.equal(a, keyOf("m", "i", /** @type {any} */ ({ seed: 1, method: "meaningful" }), {}, "cpu"));
  assert.notEqual(a, keyOf("m", "i", { method: "meaningful", seed: 2 }, {}, "cpu"));
});

test("results are recalled when complete, one of a key, and not for ever", () => {
  const recall = new Recall();
  const result = (/** @type {string} */ key, ended = "") => /** @type {any} */ ({ key, ended });
  for (let i = 0; i < 20; i++) recall.keep(result(`k${i}`));
  recall.keep(result("k19"));
  recall.keep(result("half", "stopped at 3 of 9"));
  assert.equal(recall.results.length, 12);
  assert.equal(recall.results.filter((r) => r.key === "k19").length, 1);
  assert.ok(recall.find("k19") && !recall.find("half") && !recall.find("k0"));
});

test("words of a result", () => {
  assert.equal(endedAs("cancelled", 120, 300), "stopped at 120 of 300");
  assert.equal(endedAs("done", 300, 300), "");
  // No more steps were worth it.
  assert.equal(endedAs("done", 31, 48), "");
  assert.deepEqual([...evidenceOf([1, 0.25], false)], [0, 0.75]);
  assert.deepEqual([...evidenceOf([1, 0.25], true)], [1, 0.25]);
  const regions = /** @type {any} */ ([
    { area: 0.02 },
    { area: 0.05, chosen: true, sufficient: true },
    { area: 0.2, sufficient: true },
  ]);
  assert.deepEqual(
    [0, 1, 2].map((at) => regionWords(regions, at)),
    [
      "2.0 % asked for: does not suffice; the smallest that does is 5.0 %",
      "5.0 % asked for: the smallest that suffices",
      "20.0 % asked for: suffices; the smallest that does is 5.0 %",
    ],
  );
  assert.deepEqual(aroundLabel("takes goldfish from", "goldfish, Carassius"), ["takes ", "goldfish", " from"]);
  assert.deepEqual(aroundLabel("nothing here", "cat"), ["nothing here", "", ""]);
  assert.equal(
    fileName(/** @type {any} */ ({ image: "my photo (1).jpg", label: "cat, tabby" }), "mask.png"),
    "my-photo-1_cat_mask.png",
  );
});

test("without a proof the page words no result of its own, and keeps what was seen", () => {
  const run = /** @type {any} */ ({ key: "k", label: "cat, tabby", model: "m", image: "i", device: "gpu" });
  const last = /** @type {any} */ ({
    progress: { iteration: 9, total: 20, score: 0.5, area_at_half: 0.1, mask_mean: 0.9, seconds: 2 },
    pictures: {},
    curves: {},
  });
  const started = (/** @type {string} */ game) =>
    /** @type {any} */ ({ scores: { original: 0.9, null: 0 }, settings: { game } });
  const result = provisional(run, last, started("delete"), "cancelled");
  assert.deepEqual([result.ended, result.report, result.scores.deleted], ["stopped at 9 of 20", null, 0.5]);
  assert.doesNotMatch(result.sentence, /\d/);
  const kept = provisional(run, last, started("preserve"), "cancelled");
  assert.deepEqual([kept.keeps, kept.scores.deleted, kept.scores.preserved], [true, NaN, 0.5]);
});

test("a report says how to repeat it, and can set nothing a link could not", () => {
  const report = {
    model: { name: "critters-biased" },
    image: { name: "critter:12" },
    target: { index: 3 },
    method: "localisation",
    settings: {
      method: "localisation",
      iterations: 50,
      beta: 2,
      seed: 7,
      l1: "x",
      colours: "grey",
      with: [1],
      against: [],
    },
  };
  const read = ofReport(JSON.stringify(report), REGISTRY);
  assert.equal(read.model, "critters-biased");
  assert.equal(read.seed, 12);
  assert.deepEqual(read.state, {
    method: "localisation",
    own: { iterations: "50", seed: "7" },
    target: 3,
    with: "1",
    against: "",
  });
  for (const text of ["", "null", "[]", "{}", '{"model":1,"settings":null}'])
    assert.deepEqual(ofReport(text, REGISTRY), { model: null, seed: null, state: {} }, text);
});

test("every missing WebGPU has a remedy, and the page has it in words", async () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36";
  const here = { hasApi: false, secure: true, agent: chrome, preference: "auto" };
  const cases = /** @type {const} */ ([
    [{ ...here, secure: false }, "insecure", /plain http/],
    [{ ...here, hasApi: true }, "linux", /enable-unsafe-webgpu/],
    [{ ...here, hasApi: true, agent: "Linux; Android 14) Chrome/130" }, "driver", /driver/],
    [{ ...here, hasApi: true, agent: "Windows Chrome" }, "driver", /driver/],
    [{ ...here, agent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/120" }, "firefox", /Firefox/],
    [here, "chrom", /Chrome and Edge/],
    [{ ...here, agent: "Version/17 Safari/605" }, "safari", /Safari/],
    [{ ...here, agent: "Lynx" }, "other", /A current/],
    [{ ...here, preference: "cpu" }, "asked", /asked for/],
  ]);
  const page = await readFile(new URL("../../../index.html", import.meta.url), "utf8");
  for (const [where, which, words] of cases) {
    assert.equal(remedy(where), which, JSON.stringify(where));
    assert.match(new RegExp(`data-remedy="${which}" hidden>([^<]+)<`).exec(page)?.[1] ?? "", words);
  }
});

/**
 * Rows of a comparison on a picture of 10 × 10 pixels.
 *
 * @returns {import("../../../www/views/compare/rows.js").Row[]}
 */
function compared() {
  const rows = rowsOf(["meaningful", "gradient", "gradcam", "rise", "guided"]);
  const judged = [
    [9.5, [20, 30, 40, null], 0.7, 0.2, 0.5],
    [0.25, [60, null, null, null], 0.4, 0.4, 0.1],
    [0.5, [10, 12, 13, 14], 0.7, 0.3, 0.4],
    [120, [10, 50, 60, 70], 0.6, 0.1, 0.2],
  ];
  judged.forEach(([seconds, deletion_game, insertion, deletion, overlap], i) => {
    const report = {
      tool: "t",
      model: { name: "m" },
      image: { name: "i" },
      target: { index: 1 },
      device: { kind: "cpu" },
      seconds,
      iterations: 3,
      scores: { original: 1 },
      settings: { method: rows[i].method },
    };
    const result = { seconds, report: JSON.stringify(report), pictures: { evidence: new Float32Array(100) } };
    Object.assign(rows[i], { state: "done", verdict: { deletion_game, insertion, deletion, overlap }, result });
  });
  Object.assign(rows[4], { state: "refused", why: "It cannot look inside." });
  return rows;
}

test("methods are sorted by each score, what was missed or refused last", () => {
  const cases = {
    "": ["meaningful", "gradient", "gradcam", "rise", "guided"],
    seconds: ["gradient", "gradcam", "meaningful", "rise", "guided"],
    game: ["gradcam", "meaningful", "rise", "gradient", "guided"],
    insertion: ["meaningful", "gradcam", "rise", "gradient", "guided"],
    deletion: ["rise", "meaningful", "gradcam", "gradient", "guided"],
    overlap: ["meaningful", "gradcam", "rise", "gradient", "guided"],
  };
  for (const [id, order] of Object.entries(cases))
    assert.deepEqual(
      sorted(compared(), id).map((row) => row.method),
      order,
      id,
    );
});

test("scores are said with their units, misses and ignorance told apart, the best marked", () => {
  const rows = compared();
  const said = (/** @type {number} */ at, among = rows) =>
    cells(rows[at], among).map(({ text, top }) => `${text}${top ? "!" : ""}`);
  assert.deepEqual(said(0), ["9.50 s", "30 px² · 30.0 %", "0.700!", "0.200", "0.500!"]);
  assert.deepEqual(said(1), ["0.25 s!", "missed", "0.400", "0.400", "0.100"]);
  assert.deepEqual(said(2), ["0.50 s", "12 px² · 12.0 %!", "0.700!", "0.300", "0.400"]);
  assert.deepEqual(said(3), ["2 min", "50 px² · 50.0 %", "0.600", "0.100!", "0.200"]);
  assert.deepEqual(said(4), []);
  assert.equal(said(0, rows.slice(0, 1)).join().includes("!"), false, "alone it is not the best of several");
  Object.assign(rows[0].verdict ?? {}, { overlap: null });
  assert.equal(said(0).length, 4, "nothing is said of a truth nobody knows");
  assert.equal(tally(rows), "4 compared, 1 refused, of 5");
  assert.equal(tally(rowsOf(["fast"])), "0 compared, of 1");
});

test("a comparison as a file holds every score, setting and refusal", () => {
  const file = JSON.parse(toJson(compared(), { tool: "vanish 1" }));
  assert.deepEqual(
    [file.version, file.tool, file.model.name, file.target.index, file.suppressed[1]],
    [1, "vanish 1", "m", 1, 0.9],
  );
  assert.deepEqual(file.records[0].deletion_game, [20, 30, 40, null]);
  assert.deepEqual(file.records[2].settings, { method: "gradcam" });
  assert.deepEqual(file.records[4], { method: "guided", seed: 0, refused: "It cannot look inside." });
});

test("several seeds are several rows, and come to a mean and a deviation", () => {
  assert.deepEqual(
    rowsOf(["fast"], 2 ** 32 - 1, 2).map(({ seed }) => seed),
    [2 ** 32 - 1, 0],
    "no seed is larger than the engine takes",
  );
  assert.deepEqual(
    rowsOf(["fast", "rise"], 7, 2).map(({ method, seed }) => `${method} ${seed}`),
    ["fast 7", "fast 8", "rise 7", "rise 8"],
  );
  assert.deepEqual(
    rowsOf(["fast", "rise"], 7, 2, (method) => method === "fast").map(({ method, seed }) => `${method} ${seed}`),
    ["fast 7", "fast 8", "rise 7"],
    "a method without a seed runs once",
  );
  const [mean, deviation] = spreadOf([Float32Array.of(0, 0.5), Float32Array.of(1, 0.5), Float32Array.of(0.5, 0.5)]);
  assert.deepEqual([...mean], [0.5, 0.5]);
  assert.ok(Math.abs(deviation[0] - Math.sqrt(1 / 6)) < 1e-6 && deviation[1] === 0, String(deviation));
});
