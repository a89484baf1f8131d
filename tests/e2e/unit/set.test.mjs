/** A set of pictures: its table, its names, and its ZIP file as another program reads it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cell } from "../../../www/core/csv.js";
import { folderNames, setCsv, setRows, setWords } from "../../../www/core/set-table.js";
import { crc32, zip } from "../../../www/core/zip.js";

test("the checksum is the one that everybody computes", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
});

test("another program reads the ZIP file, names and bytes alike", async (t) => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 251);
  const files = [
    { name: "set.csv", bytes: new TextEncoder().encode("a,b\n") },
    { name: "Tiere/Füchse ☂/heatmap.png", bytes },
    { name: "empty.txt", bytes: new Uint8Array() },
  ];
  const folder = mkdtempSync(join(tmpdir(), "vanish-zip-"));
  const file = join(folder, "set.zip");
  writeFileSync(file, new Uint8Array(await zip(files, new Date(2026, 1, 3, 4, 5, 6)).arrayBuffer()));
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, sum(z.read(i)), i.date_time] for i in z.infolist()]))`;
  const { stdout, stderr, error } = spawnSync("python3", ["-c", script, file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (error) return t.skip(`no python3 to read it with: ${error.message}`);
  assert.equal(stderr, "");
  const sum = (/** @type {Uint8Array} */ all) => all.reduce((total, byte) => total + byte, 0);
  assert.deepEqual(
    JSON.parse(stdout),
    files.map(({ name, bytes: content }) => [name, sum(content), [2026, 2, 3, 4, 5, 6]]),
  );
});

test("each picture has a folder of its own, and none leads out of the archive", () => {
  assert.deepEqual(folderNames(["set/a.png", "set/a.jpg", "SET/A.png", "../../etc/b.png", "/c.png", ".png", "d\\e.png"]), [
    "set/a",
    "set/a-2",
    "SET/A-3",
    "etc/b",
    "c",
    "picture",
    "d/e",
  ]);
});

test("the table says what became of each picture, also of those that were refused", () => {
  const rows = setRows(["a.png", "b, c.png"].map((name) => ({ name, file: new Blob() })));
  const scores = { original: 1, null: 0, deleted: 0.1, preserved: 0.9, normalised: 0.1 };
  Object.assign(rows[0], {
    state: "done",
    result: { label: "cat, tabby", scores, area: 0.25, region: { deleted: 0.2, preserved: 0.8 }, sentence: 'Blurring "it"' },
  });
  Object.assign(rows[1], { state: "refused", why: "it is empty" });
  assert.equal(setWords(rows), "1 of 2 explained, 1 refused");
  assert.deepEqual(setCsv(rows).split("\n"), [
    "picture,state,answer,score,area,region_deleted,region_preserved,mask_deleted,mask_preserved,mask_normalised,sentence",
    'a.png,done,"cat, tabby",1,0.25,0.2,0.8,0.1,0.9,0.1,"Blurring ""it"""',
    '"b, c.png",refused,,,,,,,,,it is empty',
    "",
  ]);
});

test("a name that a spreadsheet would compute is a text, and a number stays a number", () => {
  assert.deepEqual(["=1+1", "+1", "-a", "@b", "a=b"].map(cell), ["'=1+1", "'+1", "'-a", "'@b", "a=b"]);
  assert.equal(cell('=HYPERLINK("x")'), '"\'=HYPERLINK(""x"")"');
  assert.deepEqual([cell(-0.5), cell(null), cell("a\rb")], ["-0.5", "", '"a\rb"']);
});

test("another program reads the table, and no spreadsheet takes a name for a formula", (t) => {
  const names = ["=1+1.png", "-a.png", "+b.png", "@c.png", 'a "b", c\r\nd.png', "ü.png"];
  const rows = setRows(names.map((name) => ({ name, file: new Blob() })));
  const scores = { original: -0.5, null: 0, deleted: 0.1 };
  for (const row of rows)
    Object.assign(row, { state: "done", result: { label: "=cmd|' /C calc'!A0", scores, area: 0.25, sentence: "@SUM(1)" } });
  const script = "import csv, json, sys; print(json.dumps(list(csv.reader(sys.stdin, strict=True))[1:]))";
  const env = { ...process.env, PYTHONIOENCODING: "utf-8" };
  const { stdout, error } = spawnSync("python3", ["-c", script], { encoding: "utf8", input: setCsv(rows), env });
  if (error) return t.skip(`no python3 to read it with: ${error.message}`);
  const read = JSON.parse(stdout);
  assert.deepEqual(read.map((/** @type {string[]} */ [name]) => name), ["'=1+1.png", "'-a.png", "'+b.png", "'@c.png", names[4], names[5]]);
  for (const [, , label, score, , , , , , , sentence] of read)
    assert.deepEqual([label, score, sentence], ["'=cmd|' /C calc'!A0", "-0.5", "'@SUM(1)"]);
});
