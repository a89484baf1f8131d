/**
 * The npm package in the bundlers that people use: webpack, and two versions of Vite (development and build). They are
 * installed into a folder outside of the clone, so this needs npm's registry and some minutes:
 *
 *     npm run bundlers        in tests/e2e, after `cargo xtask build`
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../xtask/web/serve.mjs";
import { launch, requireEngine, visit } from "../e2e/browser/harness.mjs";
import { NPM, application, call, explainsBoth } from "./archive.mjs";

requireEngine();

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** @type {Awaited<ReturnType<typeof application>>} */
let app;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  app = await application();
  for (const name of ["package.json", "package-lock.json", ".npmrc"])
    await cp(join(HERE, name), join(app.folder, name));
  await call(NPM, ["ci", "--prefer-offline", "--loglevel=error"], { cwd: app.folder });
  await call(NPM, ["install", "--no-save", "--prefer-offline", "--loglevel=error", app.archive], { cwd: app.folder });
  browser = await launch("cpu");
});
after(async () => {
  await browser?.close();
  await app?.remove();
});

/** @param {string} name @param {string} text */
const write = (name, text) => writeFile(join(app.folder, name), text);

/** A build explains both samples from a folder, under a path. @param {string} folder */
async function builtExplains(folder) {
  const server = await serve({ mounts: { "": `${join(app.folder, folder)}/` }, base: "/some/path/" });
  try {
    const { page, leave } = await visit(browser, server, { patience: 60_000 });
    await explainsBoth(page);
    await leave();
  } finally {
    await server.close();
  }
}

/**
 * Looks at Vite's own server.
 *
 * @param {"vite" | "vite-7"} vite
 * @param {string} configuration
 * @param {(page: import("playwright-core").Page) => Promise<void>} look
 */
async function inViteDev(vite, configuration, look) {
  await write("vite.config.js", `export default ${configuration};`);
  const words = [join(app.folder, "node_modules", vite, "bin/vite.js"), "--port", "0", "--force"];
  const child = spawn(process.execPath, words, { cwd: app.folder, env: { ...process.env, NO_COLOR: "1" } });
  try {
    const origin = await addressOf(child);
    const { page, leave } = await visit(browser, { url: `${origin}/`, origin }, { patience: 60_000 });
    await look(page);
    await leave();
  } finally {
    child.kill();
  }
}

/**
 * Where a server says that it listens.
 *
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} child
 * @returns {Promise<string>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (/** @type {Buffer} */ text) => {
      said += text;
      const [, address] = /Local:\s+(http:\/\/localhost:\d+)/.exec(said) ?? [];
      if (address) resolve(address);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => reject(new Error(`Vite ended: ${said}`)));
  });
}

test("Vite 8 serves it in development without a configuration", () => inViteDev("vite", "{}", explainsBoth));

test("Vite 7 does with the package excluded from its optimiser", () =>
  inViteDev("vite-7", `{ optimizeDeps: { exclude: ["vanish"] } }`, explainsBoth));

test("Vite 7 without that: the failure says what to do", () =>
  inViteDev("vite-7", "{}", async (page) => {
    const { failed = "" } = JSON.parse((await page.locator("#out:not(:empty)").textContent()) ?? "");
    assert.match(failed, /in Vite add optimizeDeps\.exclude/);
  }));

for (const vite of ["vite", "vite-7"]) {
  test(`a build of ${vite} explains`, async () => {
    await write("vite.config.js", `export default { base: "./", build: { target: "es2022" } };`);
    const program = join(app.folder, "node_modules", vite, "bin/vite.js");
    const words = ["build", "--outDir", `${vite}-built`, "--logLevel", "error"];
    await call(process.execPath, [program, ...words], { cwd: app.folder });
    await builtExplains(`${vite}-built`);
  });
}

test("webpack 5 explains, without a configuration for the package", async () => {
  const output = `{ path: import.meta.dirname + "/webpacked", filename: "app.js", publicPath: "auto" }`;
  const module = `output: ${output}, experiments: { topLevelAwait: true }`;
  await write("webpack.config.mjs", `export default { mode: "production", entry: "./app.js", ${module} };`);
  const program = join(app.folder, "node_modules/webpack-cli/bin/cli.js");
  await call(process.execPath, [program, "--config", "webpack.config.mjs"], { cwd: app.folder });
  await cp(join(app.folder, "index.html"), join(app.folder, "webpacked/index.html"));
  await builtExplains("webpacked");
});
