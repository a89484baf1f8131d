/**
 * A plain static server for the page, under a sub-path, as any static host serves it: no special headers. With a mock,
 * `pkg/` and the models come from `mock/` instead.
 *
 *     node serve.mjs [--mock]      serves the page for a person to look at
 */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { extname, join, normalize, sep } from "node:path";

/** The clone, or a built folder that SITE names. */
export const ROOT = process.env.SITE ?? fileURLToPath(new URL("../..", import.meta.url));
const MOCK = fileURLToPath(new URL("./mock", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".onnx": "application/octet-stream",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * @param {{mock?: boolean, base?: string, port?: number}} [options]
 * @returns {Promise<{url: string, origin: string, close: () => Promise<void>}>}
 */
export async function serve({ mock = false, base = "/some/sub/path/", port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const wanted = path.startsWith(base) ? normalize(path.slice(base.length)) || "index.html" : "..";
    const inPage = wanted === "index.html" || wanted === "." || /^(www|pkg)[/\\]/.test(wanted);
    if (!inPage || wanted.split(sep).includes("..")) return response.writeHead(404).end("not found");
    const file = wanted === "." ? "index.html" : wanted;
    const from = mock && /^(pkg[/\\]|www[/\\]models[/\\].*\.(onnx|json)$)/.test(file) ? MOCK : ROOT;
    try {
      const body = await readFile(join(from, file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-length": body.length });
      return response.end(body);
    } catch {
      return response.writeHead(404).end("not found");
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const origin = `http://localhost:${typeof address === "object" && address ? address.port : port}`;
  return {
    url: `${origin}${base}`,
    origin,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve(undefined)))),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve({ mock: process.argv.includes("--mock"), port: 8123 });
  console.log(url);
}
