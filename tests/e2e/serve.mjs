/**
 * The page as the tests see it: under a sub-path, as any static host serves it. With a mock, `pkg/` and the models come
 * from `mock/` instead.
 *
 *     node serve.mjs [--mock]      serves the page for a person to look at
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve as serveMounts } from "../../xtask/web/serve.mjs";

/** The clone, or a built folder that SITE names. */
export const ROOT = process.env.SITE ?? fileURLToPath(new URL("../..", import.meta.url));
const MOCK = fileURLToPath(new URL("./mock", import.meta.url));

/** @param {string} root @param {string[]} names @returns {Record<string, string>} */
function mounts(root, names) {
  return Object.fromEntries(names.map((name) => [name, join(root, name)]));
}

/**
 * @param {{mock?: boolean, base?: string, port?: number, root?: string}} [options]
 * @returns {Promise<{url: string, origin: string, close: () => Promise<void>}>}
 */
export function serve({ mock = false, base = "/some/sub/path/", port = 0, root = ROOT } = {}) {
  const page = mounts(root, ["index.html", "www/", "pkg/"]);
  // A build has one with a list of files; that of the clone steps back.
  const keeper = ["service-worker.js", "www/service-worker.js"].map((name) => join(root, name));
  page["service-worker.js"] = keeper.find((path) => existsSync(path)) ?? keeper[0];
  const mocked = { ...mounts(MOCK, ["pkg/", "www/models/"]), ...mounts(root, ["www/models/imagenet-labels.txt"]) };
  return serveMounts({ mounts: mock ? { ...page, ...mocked } : page, base, port });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve({ mock: process.argv.includes("--mock"), port: 8123 });
  console.log(url);
}
