/** The system's Firefox, driven by WebDriver BiDi, which needs no Firefox of the driver's own. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before } from "node:test";
import puppeteer from "puppeteer-core";
import { ownOrigin } from "./harness.mjs";

const PLACES = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];
const executablePath = process.env.FIREFOX ?? PLACES.find((path) => existsSync(path));

/** Why these tests are left out; false where they are not. @type {string | false} */
export const noFirefox = executablePath
  ? false
  : "NOT TESTED IN FIREFOX: none is installed. Install firefox-esr, or name one in FIREFOX";

/** A busy machine takes its time. */
const PATIENCE = 240_000;

/**
 * For the tests of a file: one Firefox, and a page of its own profile in it that is watched.
 *
 * @returns {(address: string) => Promise<{page: import("puppeteer-core").Page, leave: () => Promise<void>}>}
 */
export function firefoxVisitor() {
  /** @type {import("puppeteer-core").Browser} */
  let browser;
  before(async () => {
    if (executablePath) browser = await puppeteer.launch({ browser: "firefox", executablePath });
  });
  after(() => browser?.close());
  return async (address) => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const [errors, requests] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(address);
    const leave = async () => {
      await context.close();
      assert.deepEqual(errors, [], "the console stays free of errors");
      const { origin } = new URL(address);
      assert.deepEqual(requests.filter((url) => !ownOrigin(url, origin)), [], "no request leaves the origin");
    };
    return { page, leave };
  };
}
