/** Every view in Firefox, on the processor, until it shows its first result; and the published page offline. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { firefoxVisitor, noFirefox } from "./firefox.mjs";
import { requireEngine, serve } from "./harness.mjs";

requireEngine();
if (noFirefox) console.log(noFirefox);
const visit = firefoxVisitor();
const published = process.env.PUBLISHED;

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
before(async () => {
  server = await serve();
});
after(() => server.close());

/** What begins the work of a view, where a person has to; its first result; what that says. */
const VIEWS = [
  { view: "explain", start: "#run", first: "#result-sentence", says: /^Blurring \d.* % of the picture takes rabbit/ },
  { view: "compare", start: "#compare-start", first: '#tiles [data-method][data-state="done"]', says: /\d s/ },
  { view: "rules", first: "#local-table tbody tr", says: /%/ },
  { view: "cues", first: "#cues-sentence:not([hidden])", says: /^Looked at \d+ pictures?\b/ },
  { view: "adversarial", first: "#attack-sentence:not([hidden])", says: /^The answer went from \w+ \d/ },
  { view: "evaluate", first: "#evaluate-table tbody tr", says: /\d/ },
  { view: "explain", lang: "es", start: "#run", first: "#result-sentence", says: /^Desenfocar el \d.*lleva rabbit/ },
];

for (const { view, lang = "en", start, first, says } of VIEWS) {
  test(`in Firefox: ${view} gives its first result (${lang})`, { skip: noFirefox }, async () => {
    const { page, leave } = await visit(`${server.url}?lang=${lang}#view=${view}&iterations=40`);
    await page.waitForSelector("body[data-ready]");
    if (start) await page.locator(`${start}:not([disabled])`).click();
    const words = "(first, says) => new RegExp(says).test(document.querySelector(first)?.textContent.trim() ?? '')";
    await page.waitForFunction(`(${words})(${JSON.stringify(first)}, ${JSON.stringify(says.source)})`);
    assert.equal(await page.$("#alerts .failure"), null);
    await leave();
  });
}

const skip = noFirefox || (published ? false : "PUBLISHED names no folder; `cargo xtask test` makes one");
test("in Firefox: the published page opens and explains without a server", { skip }, async () => {
  const host = await serve({ root: published });
  const { page, leave } = await visit(`${host.url}#iterations=5`);
  await page.waitForSelector("body[data-offline]");
  await host.close();
  await page.setOfflineMode(true);
  await page.reload();
  await page.locator("#run:not([disabled])").click();
  await page.waitForSelector('body[data-runs="1"]');
  const sentence = await page.$eval("#result-sentence", ({ textContent }) => textContent);
  assert.match(sentence ?? "", /^Blurring \d.* % of the picture takes rabbit/);
  await page.locator('#navigation [data-open="rules"]').click();
  await page.waitForSelector("#local-table");
  assert.equal(await page.$("#alerts .failure"), null);
  await leave();
});
