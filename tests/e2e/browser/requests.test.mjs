/** The list of requests is true: it holds every request that was seen from outside the page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeCheck, go, ready, runToEnd, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

/** The first column of the list. @param {import("playwright-core").Page} page */
const listed = (page) => page.locator("#requests-table tbody th").allTextContents();

test("every request of the page is in its list, and none that was not made", async () => {
  const { page, requests, leave } = await visit({ options: { bypassCSP: true } });
  await ready(page);
  await runToEnd(page);
  await go(page, "compare");
  await page.waitForLoadState("networkidle");
  await page.click("#see-requests");
  await page.waitForSelector("#requests-table tbody tr");
  await axeCheck(page, "the list of requests");
  const site = new URL(".", page.url()).href;
  const seen = () => requests.filter((url) => url.startsWith(site)).map((url) => url.slice(site.length) || "the page");
  // What comes while the window opens is added as it comes.
  for (let left = 50; left && new Set(await listed(page)).size < new Set(seen()).size; left--) await page.waitForTimeout(100);
  assert.deepEqual([...new Set(await listed(page))].sort(), [...new Set(seen())].sort());
  const words = (await page.textContent("#requests-sum")) ?? "";
  assert.match(words, /^Since it was opened, this page has asked for \d+ files, every one of them to http:\/\/localhost:\d+\./);
  await page.click("#requests-close");
  assert.ok(await page.isHidden("#requests"));
  await leave();
});
