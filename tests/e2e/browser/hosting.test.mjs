/** Hosts that answer what they lack with their page, or send a script as something else: the page says what is missing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, ready, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });
const HTML = { status: 200, contentType: "text/html", body: "<!doctype html><title>The page</title>" };
const INSTEAD = /the server sent a page of HTML in its place, so the file is missing there/;

/**
 * The page, where the server has something else at an address.
 *
 * @param {string} address @param {{status: number, contentType: string, body: string}} answer
 * @param {RegExp} [mayLog]
 */
async function visitWith(address, answer, mayLog) {
  const visited = await visit({ mayLog });
  await visited.page.context().route(address, (route) => route.fulfill(answer));
  await visited.page.reload();
  return visited;
}

test("a built-in model or its profile that is a page of HTML is named as missing there", async () => {
  for (const name of ["critters.onnx", "critters.json"]) {
    const { page, leave } = await visitWith(`**/www/models/${name}`, HTML);
    await page.waitForSelector("#alerts .failure");
    const said = await alert(page);
    assert.ok(said.startsWith(`${name} could not be fetched`) && INSTEAD.test(said), said);
    await leave();
  }
});

test("a page whose script does not run says so", async () => {
  const { page, leave } = await visitWith("**/www/main.js", { ...HTML, contentType: "text/plain" }, /MIME type/);
  await page.waitForSelector("#unstarted:not([hidden])");
  assert.match((await page.textContent("#unstarted")) ?? "", /could not be started/);
  await leave();
  const { page: whole, leave: leaveIt } = await visit();
  await ready(whole);
  assert.equal(await whole.isVisible("#unstarted"), false);
  await leaveIt();
});
