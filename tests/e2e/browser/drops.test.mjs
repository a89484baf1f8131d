/** What is dragged over the page and dropped on it, beside files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, ready, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/**
 * @param {import("playwright-core").Page} page
 * @param {string} type of the event
 * @param {string} target
 * @param {Record<string, string>} data by type
 * @returns {Promise<boolean>} whether the page took it from the browser
 */
function drag(page, type, target, data) {
  return page.locator(target).evaluate((node, [type, data]) => {
    const dataTransfer = new DataTransfer();
    for (const [kind, text] of Object.entries(data)) dataTransfer.setData(kind, text);
    return !node.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, /** @type {const} */ ([type, data]));
}

test("a text goes into a field as on any page; elsewhere, as a link, it is refused with what helps", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const words = { "text/plain": "owl" };
  for (const type of ["dragover", "drop"]) assert.equal(await drag(page, type, "#class-search", words), false, type);
  assert.equal(await page.locator("#alerts .message").count(), 0);
  for (const data of [words, { "text/uri-list": "https://far.example/a.png" }]) {
    assert.equal(await drag(page, "drop", "#view", /** @type {any} */ (data)), true);
    assert.match(await alert(page), /holds no file.*not a link to it/);
    await page.click("#alerts .close");
  }
  await leave();
});

test("the outline of a drag goes, although no browser says that the drag is over", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await drag(page, "dragenter", "#view", {});
  assert.ok(await page.isVisible("#drop-veil"));
  await drag(page, "dragover", "#view", {});
  await page.waitForSelector("#drop-veil", { state: "hidden", timeout: 5000 });
  await leave();
});
