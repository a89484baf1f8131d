/** An application with the package from its archive, served to a browser, for all tests of a file. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before } from "node:test";
import { serve } from "../../../xtask/web/serve.mjs";
import { application } from "../../package/archive.mjs";
import { launch, requireEngine, visit } from "./harness.mjs";

/** @param {Record<string, string | Buffer>} [files] that the application has beside its own, by name */
export function packaged(files = {}) {
  requireEngine();
  /** @type {Awaited<ReturnType<typeof application>>} */
  let app;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @param {string} name @returns {string} the path of a file of the application */
  const place = (name) => join(app.folder, name);
  /** @param {string} name @param {string | Buffer} body */
  const write = (name, body) => writeFile(place(name), body);
  before(async () => {
    app = await application();
    // Browsers ask for favicon.ico, and a policy may forbid to give it as data.
    for (const [name, body] of Object.entries({ "favicon.ico": "", ...files })) await write(name, body);
    server = await serve({ mounts: { "": app.folder } });
    browser = await launch("cpu");
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await app?.remove();
  });
  return {
    place,
    write,
    /** @param {Parameters<typeof visit>[2]} how */
    visit: (how) => visit(browser, server, how),
  };
}
