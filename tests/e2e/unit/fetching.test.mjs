/** Fetching for the engine: what went wrong, in a sentence that names the file. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { compiled, compiling, counted, fileOf, textAt, textOf, whole } from "../../../www/app/fetching.js";

/** The shortest module there is. */
const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Sends a whole module, or half of it, by the type that the address asks for. */
const server = createServer(({ url = "" }, response) => {
  const { status, body } = { "/gone": { status: 410, body: "" }, "/page": { status: 200, body: "<!doctype html>" } }[url] ?? {};
  if (status) return void response.writeHead(status).end(body);
  const type = url.includes("plain") ? "text/plain" : "application/wasm";
  response.writeHead(200, { "content-type": type, "content-length": WASM.length });
  if (url.includes("whole")) return void response.end(WASM);
  response.write(WASM.subarray(0, 5));
  setTimeout(() => response.destroy(), 20);
});
let site = "";
before(async () => {
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(null)));
  site = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
});
after(() => server.close());

/** @param {string} name */
const sent = (name) => counted(new URL(`${site}/${name}.wasm`), () => {});
/** @param {Promise<unknown>} work @returns {Promise<string>} why it failed */
const why = (work) => work.then(() => "it did not", (error) => `${error.kind}: ${error.message}`);

test("an engine that comes whole is compiled, whatever its type", async () => {
  for (const name of ["whole", "whole-plain"]) assert.ok((await compiled(await sent(name))) instanceof WebAssembly.Module);
});

test("a transfer that was cut off is said so, with the name of the file", async () => {
  const cut = (/** @type {string} */ name) => `io: ${name}.wasm could not be fetched: the transfer was cut off; try again.`;
  for (const name of ["half", "half-plain"]) assert.equal(await why(compiled(await sent(name))), cut(name), name);
  const model = await sent("half");
  assert.equal(await why(whole(model.from, model.blob())), cut("half"));
});

test("an engine that cannot be compiled is named with one full stop", async () => {
  const said = await why(compiling(WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9, 9, 9, 9))));
  assert.match(said, /^io: The engine could not be compiled: [^.].*[^.]\. A current Chrome, Edge, Firefox or Safari can run it\.$/);
  const ended = await why(compiling(Promise.reject(new Error("It ends."))));
  assert.match(ended, /^io: The engine could not be compiled: It ends\. A current/);
});

test("a page of HTML in place of a file is no file, and a text that can be spared is none", async () => {
  const page = new URL(`${site}/page`);
  const instead = "io: page could not be fetched: the server sent a page of HTML in its place, so the file is missing there.";
  assert.equal(await why(counted(page, () => {}).then(fileOf)), instead);
  assert.equal(await why(textAt(page)), instead);
  assert.equal(await textOf(page), undefined);
});

test("what an earlier version of the page had is said to be replaced", async () => {
  const said = "io: gone could not be fetched: the page was updated on its server meanwhile; reload it.";
  assert.equal(await why(textAt(new URL(`${site}/gone`))), said);
});
