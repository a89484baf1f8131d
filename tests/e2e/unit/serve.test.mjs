import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { locate, serve } from "../../../xtask/web/serve.mjs";

test("the longest mount decides, and nothing leads out of one", () => {
  const mounts = { "index.html": "/a/index.html", "pkg/": "/b", "pkg/x/": "/c", photo: "/d/p.jpg" };
  for (const [address, path] of [
    ["", "/a/index.html"],
    ["index.html", "/a/index.html"],
    ["pkg/vanish.js", "/b/vanish.js"],
    ["pkg/x/y.js", "/c/y.js"],
    ["pkg/", "/b/index.html"],
    ["photo", "/d/p.jpg"],
    ["photos", null],
    ["pkg", null],
    ["src/lib.rs", null],
    ["pkg/../secret", null],
    ["pkg/..\\secret", null],
    ["pkg/.git", null],
    ["/etc/passwd", null],
    ["C:/windows", null],
  ]) {
    assert.equal(locate(mounts, /** @type {string} */ (address)), path, String(address));
  }
});

/**
 * The path goes out as it stands: `fetch` would clear it up.
 *
 * @param {string} url @param {string} path @param {string} method
 */
function ask(url, path, method = "GET") {
  return new Promise((resolve, reject) => {
    const sent = request(url, { path, method }, async (response) => {
      const body = await response.setEncoding("utf8").reduce((all, part) => all + part, "");
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    sent.on("error", reject).end();
  });
}

test("a site under a sub-path answers as a static host does", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vanish-serve-"));
  mkdirSync(join(folder, "site/pkg"), { recursive: true });
  writeFileSync(join(folder, "site/index.html"), "<!doctype html>");
  writeFileSync(join(folder, "site/pkg/a b.wasm"), "wasm");
  writeFileSync(join(folder, "secret.txt"), "secret");
  const server = await serve({ mounts: { "": join(folder, "site") }, base: "/a/b/" });
  try {
    for (const [path, status, body] of [
      ["/a/b/", 200, "<!doctype html>"],
      ["/a/b/index.html?x=1", 200, "<!doctype html>"],
      ["/a/b/pkg/a%20b.wasm", 200, "wasm"],
      ["/a/b", 301, ""],
      ["/a/b/pkg", 404, ""],
      ["/", 404, ""],
      ["/index.html", 404, ""],
      ["/a/b/%2e%2e/secret.txt", 404, ""],
      ["/a/b/../secret.txt", 404, ""],
      ["/a/b/%00", 404, ""],
      ["/a/b/%zz", 400, ""],
    ]) {
      const got = await ask(server.url, /** @type {string} */ (path));
      assert.deepEqual([got.status, got.body], [status, body], String(path));
    }
    const { status, body, headers } = await ask(server.url, "/a/b/pkg/a%20b.wasm", "HEAD");
    assert.deepEqual([status, body], [200, ""]);
    assert.deepEqual([headers["content-type"], headers["content-length"]], ["application/wasm", "4"]);
    assert.equal((await ask(server.url, "/a/b", "GET")).headers.location, "/a/b/");
    assert.equal((await ask(server.url, "/a/b/", "POST")).status, 405);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
