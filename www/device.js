/** Which device computes, why, and what would help where it is not the GPU. */
import { byId } from "./dom.js";
import { sentence } from "./format.js";
import { remedy } from "./remedy.js";

/** @param {string} preference @returns {string | null} */
export function remedyHere(preference) {
  return remedy({ hasApi: "gpu" in navigator, secure: window.isSecureContext, agent: navigator.userAgent, preference });
}

/** @param {import("./types.js").Device} device @param {string} preference @param {string} [because] e.g. a lost device */
export function showDevice(device, preference, because) {
  const line = byId("device", HTMLDetailsElement);
  line.dataset.kind = device.kind;
  byId("device-name", HTMLElement).textContent = `${device.kind.toUpperCase()} · ${device.name.replace(/^(CPU|GPU),? (with )?/, "")}`;
  byId("device-reason", HTMLElement).textContent = [because, sentence(device.reason)].filter(Boolean).join(" ");
  const help = device.kind === "cpu" && !because ? remedyHere(preference) : null;
  const place = byId("device-remedy", HTMLElement);
  place.hidden = help === null;
  place.textContent = help ?? "";
}
