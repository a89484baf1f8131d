/** The page in two tabs of one browser, which keep their models in one place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { onnx } from "../files.mjs";
import { alert, give, ready, requireEngine, runToEnd, visitor } from "./harness.mjs";

requireEngine();
const visit = visitor();

test("a kept model that another tab deleted goes from the list once it is asked for, and what is open stays", async () => {
  const { page, leave } = await visit();
  await ready(page);
  await give(page, "#model-file", "tiny.onnx", onnx());
  const deletes = (/** @type {import("playwright-core").Page} */ tab) => tab.getByRole("button", { name: /^Delete/ });
  await deletes(page).waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await ready(other);
  const kept = other.getByRole("button", { name: /tiny\.onnx/ }).first();
  await kept.waitFor();
  await deletes(page).click();
  await deletes(page).waitFor({ state: "detached" });
  await kept.click();
  await other.locator("#alerts .message").first().waitFor();
  assert.match(await alert(other), /This model is not kept any more: open its file again\./);
  await deletes(other).waitFor({ state: "detached", timeout: 5000 });
  await other.locator("#alerts button").first().click();
  assert.match((await runToEnd(other)) ?? "", /rabbit/);
  await leave();
});

test("a note without its bytes, as two tabs can leave one, does not keep its model from being kept", async () => {
  const { page, leave } = await visit();
  await ready(page);
  const deletes = page.getByRole("button", { name: /^Delete/ });
  await give(page, "#model-file", "tiny.onnx", onnx());
  await deletes.waitFor();
  await page.evaluate(async () => {
    const place = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
    for await (const name of /** @type {any} */ (place).keys()) if (name.endsWith(".onnx")) await place.removeEntry(name);
  });
  await page.reload();
  await ready(page);
  await give(page, "#model-file", "tiny.onnx", onnx());
  await deletes.waitFor({ timeout: 10_000 });
  await page.reload();
  await ready(page);
  await page.getByRole("button", { name: /tiny\.onnx/ }).first().click();
  await page.locator("#run", { hasText: "class" }).waitFor();
  await leave();
});
