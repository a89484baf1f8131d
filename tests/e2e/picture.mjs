/**
 * Takes the picture of the page that README.md shows: the first sample, explained as the page does it unless told
 * otherwise.
 *
 *     node picture.mjs        writes docs/images/page.png
 */
import { fileURLToPath } from "node:url";
import { launch, ready, requireEngine, runToEnd, serve, visit } from "./browser/harness.mjs";

requireEngine();
const server = await serve();
const browser = await launch("cpu");
try {
  const { page, leave } = await visit(browser, server, { patience: 120_000 });
  await ready(page);
  console.log(await runToEnd(page, 600_000));
  await page.screenshot({ path: fileURLToPath(new URL("../../docs/images/page.png", import.meta.url)) });
  await leave();
} finally {
  await browser.close();
  await server.close();
}
