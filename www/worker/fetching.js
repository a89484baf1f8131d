/** Files from this page's own origin, counted as they come. */

/** @typedef {(done: number, total: number) => void} Count */

/**
 * A response whose bytes are counted.
 *
 * @param {string} url
 * @param {Count} count
 * @returns {Promise<Response>}
 */
export async function counted(url, count) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || !response.body) {
    const why = response ? `the server answered ${response.status}` : "no connection";
    throw { kind: "io", message: `${new URL(url).pathname.split("/").pop()} could not be fetched: ${why}.` };
  }
  // A compressed transfer counts other bytes than those that arrive: then there is no honest total.
  const total = response.headers.get("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  let done = 0;
  const counter = new TransformStream({
    transform(chunk, out) {
      done += chunk.byteLength;
      count(done, total);
      out.enqueue(chunk);
    },
  });
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  return new Response(response.body.pipeThrough(counter), { headers: { "content-type": type } });
}

/** A model and the profile beside it. @param {string} url @param {Count} count @returns {Promise<[Blob, string?]>} */
export async function fetchModel(url, count) {
  const [model, profile] = await Promise.all([counted(url, count), text(url.replace(/\.onnx$/, ".json"))]);
  return [await model.blob(), profile];
}

/** @param {string | URL} url @returns {Promise<string | undefined>} nothing where it cannot be had */
export async function text(url) {
  const response = await fetch(url).catch(() => null);
  return response?.ok ? response.text() : undefined;
}
