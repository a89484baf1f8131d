/**
 * The static server of the project, for looking at the page, for its tests and for the benches. It sends files as they
 * are on the disk, without special headers, as any static host does, and under a sub-path if one is given.
 *
 *     node serve.mjs --mount PREFIX=PATH... [--base /PATH/] [--port N]
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** Browsers refuse modules and streamed wasm of another type. @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * What is served: files and folders by the beginning of the address after the base. The longest that fits decides.
 *
 * @typedef {Record<string, string>} Mounts
 */

/** @param {Mounts} mounts @param {string} address behind the base @returns {string | null} the path it names */
export function locate(mounts, address) {
  const name = /(^|\/)$/.test(address) ? `${address}index.html` : address;
  // Names that begin with a dot are hidden, and `..` would lead out.
  if (name.split("/").some((part) => part.startsWith(".") || /[\\:\0]/.test(part))) return null;
  const isFolder = (/** @type {string} */ mount) => /(^|\/)$/.test(mount);
  const fits = Object.keys(mounts).filter((mount) => name === mount || (isFolder(mount) && name.startsWith(mount)));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  return longest === undefined ? null : join(mounts[longest], name.slice(longest.length));
}

/**
 * The status, the headers and, if there is one, the file of an answer.
 *
 * @param {Mounts} mounts @param {string} base @param {string} address
 * @returns {Promise<{status: number, headers?: Record<string, string | number>, path?: string}>}
 */
async function answer(mounts, base, address) {
  const path = decodeURIComponent(address.split(/[?#]/)[0]);
  if (`${path}/` === base) return { status: 301, headers: { location: base } };
  const file = path.startsWith(base) ? locate(mounts, path.slice(base.length)) : null;
  const found = file && (await stat(file).catch(() => null));
  if (!file || !found?.isFile()) return { status: 404 };
  const type = TYPES[extname(file).toLowerCase()] ?? "application/octet-stream";
  const headers = { "content-type": type, "content-length": found.size, "cache-control": "no-cache" };
  return { status: 200, headers, path: file };
}

/** @param {Mounts} mounts @param {string} base @returns {import("node:http").RequestListener} */
function listener(mounts, base) {
  return async (request, response) => {
    const known = request.method === "GET" || request.method === "HEAD";
    const answered = known ? answer(mounts, base, request.url ?? "/") : Promise.resolve({ status: 405 });
    const said = await answered.catch(() => ({ status: 400 }));
    response.writeHead(said.status, said.headers);
    if (!said.path || request.method === "HEAD") return response.end();
    createReadStream(said.path).on("error", () => response.destroy()).pipe(response);
  };
}

/** @param {import("node:http").Server} server @param {number} port @returns {Promise<number>} the port it listens on */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const address = () => /** @type {import("node:net").AddressInfo} */ (server.address());
    // This machine only, because a half-built page is for nobody else.
    server.listen(port, "127.0.0.1", () => resolve(address().port));
  });
}

/**
 * The base starts and ends with a slash. Port 0 means any free port.
 *
 * @param {{mounts: Mounts, base?: string, port?: number}} what
 * @returns {Promise<{url: string, origin: string, close: () => Promise<void>}>} fails if the port is taken
 */
export async function serve({ mounts, base = "/", port = 0 }) {
  const server = createServer(listener(mounts, base));
  const origin = `http://localhost:${await listen(server, port)}`;
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve(undefined))));
  return { url: `${origin}${base}`, origin, close };
}

/** The command line, which `cargo xtask serve` writes. */
async function main() {
  const text = /** @type {const} */ ({ type: "string" });
  const { values } = parseArgs({ options: { mount: { ...text, multiple: true }, base: text, port: text } });
  const mounts = Object.fromEntries((values.mount ?? []).map((mount) => mount.split(/=(.*)/s).slice(0, 2)));
  const inner = (values.base ?? "").replace(/^\/+|\/+$/g, "");
  const what = { mounts, base: inner ? `/${inner}/` : "/" };
  const usual = () => serve({ ...what, port: 8080 }).catch(() => serve(what));
  const server = await (values.port ? serve({ ...what, port: Number(values.port) }) : usual());
  console.log(`Serving on ${server.url}`);
  console.log("Stop with Ctrl-C. Changes of www/ show on reload; changes of src/ need a new `cargo xtask serve`.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  });
}
