/** Reports that are opened, over the engine of the mock: refused, or shown as far as what they are about is there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, download, give, ready, runToEnd, visitor } from "./harness.mjs";

const visit = visitor({ mock: true });

test("a report about a class that its model does not have is refused, and changes nothing", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await runToEnd(page);
  const report = JSON.parse((await download(page, "#export-report")).bytes.toString());
  const sentence = await page.textContent("#result-sentence");
  const beyond = [
    { ...report, target: { index: 57, label: "unicorn" } },
    { ...report, settings: { ...report.settings, against: [2, 57], iterations: 7 } },
  ];
  for (const changed of beyond) {
    await give(page, "#report-file", "report.json", JSON.stringify(changed));
    await page.waitForSelector("#alerts .failure");
    assert.match(await alert(page), /^This report is about class 57, and its model \S+ has 10 classes, from 0/);
    assert.equal(await page.textContent("#result-sentence"), sentence);
    assert.doesNotMatch(page.url(), /iterations|against|target/);
    await page.click("#alerts .close");
  }
  await leave();
});

test("a report about a picture that is not here shows its mask alone", async () => {
  const { page, leave } = await visit({ path: "#iterations=20" });
  await ready(page);
  await runToEnd(page);
  const report = JSON.parse((await download(page, "#export-report")).bytes.toString());
  report.image = { ...report.image, name: "holiday.jpg", sha256: "f00" };
  await give(page, "#report-file", "report.json", JSON.stringify(report));
  await page.waitForSelector("#result-label:has-text('holiday.jpg')");
  assert.equal(await page.locator("#four figure:visible").count(), 1);
  assert.match((await page.textContent("#result-flat")) ?? "", /Open holiday\.jpg/);
  await leave();
});
