/** The package as a user gets it: packed by npm, and unpacked where an application finds it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const call = promisify(execFile);
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP = fileURLToPath(new URL("./app/", import.meta.url));
export const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/**
 * An application outside of the clone, with the package in its `node_modules`.
 *
 * @returns {Promise<{folder: string, archive: string, remove: () => Promise<void>}>}
 */
export async function application() {
  assert.ok(existsSync(join(ROOT, "pkg/package.json")), "pkg/ is no package yet: `cargo xtask build` makes it");
  const folder = await mkdtemp(join(tmpdir(), "vanish-package-"));
  const pack = ["pack", "--silent", "--pack-destination", folder];
  const { stdout } = await call(NPM, pack, { cwd: join(ROOT, "pkg") });
  const archive = join(folder, stdout.trim());
  const place = join(folder, "node_modules/vanish");
  await mkdir(place, { recursive: true });
  await call("tar", ["xzf", archive, "--strip-components=1", "-C", place]);
  await cp(APP, folder, { recursive: true });
  return { folder, archive, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * The page of the application explains a sample by the API and one by the element.
 *
 * @param {import("playwright-core").Page} page
 */
export async function explainsBoth(page) {
  const out = page.locator("#out:not(:empty)");
  const found = JSON.parse((await out.textContent()) ?? "");
  assert.match(found.sentence ?? found.failed, /^Blurring \d/);
  assert.equal(found.iterations, 5);
  // The order of the pixels takes steps too.
  assert.ok(found.ticks.length > 1 && found.ticks.at(-1) > 5, `${found.ticks}`);
  await page.waitForFunction(() => /** @type {any} */ (document.querySelector("vanish-explainer")).explanation);
  const sentence = await page.locator("vanish-explainer").locator("[part=sentence]").textContent();
  assert.match(sentence ?? "", /^Blurring .* cat /);
}
