/** Shows which device computes and why, and what would help if it is not the GPU. */
import { sentence } from "../core/words.js";
import { within } from "../parts/dom.js";

/**
 * @param {HTMLDetailsElement} line
 * @param {import("../app/store.js").Knowledge} now
 */
export function showDevice(line, { device, because, gpuLost, forcedDevice, state }) {
  if (!device) return;
  line.dataset.kind = device.kind;
  const name = `${device.kind.toUpperCase()} · ${device.name.replace(/^(CPU|GPU),? (with )?/, "")}`;
  within(line, "device-name", HTMLElement).textContent = name;
  const reason = [because, sentence(device.reason)].filter(Boolean).join(" ");
  within(line, "device-reason", HTMLElement).textContent = reason;
  const preference = gpuLost ? "cpu" : (forcedDevice ?? state.device);
  const { userAgent: agent } = navigator;
  const here = { hasApi: "gpu" in navigator, secure: isSecureContext, agent, preference };
  const help = device.kind === "cpu" && !because ? remedy(here) : "";
  for (const each of line.querySelectorAll("[data-remedy]")) {
    each.toggleAttribute("hidden", each.getAttribute("data-remedy") !== help);
  }
}

/**
 * Chooses the page's advice on how to get WebGPU.
 *
 * @param {{hasApi: boolean, secure: boolean, agent: string, preference: string}} here
 * @returns {string}
 */
export function remedy({ hasApi, secure, agent, preference }) {
  if (preference === "cpu") return "asked";
  if (!secure) return "insecure";
  if (hasApi) return /Linux(?!.*Android).*Chrom/.test(agent) ? "linux" : "driver";
  return /Firefox|Chrom|Safari/.exec(agent)?.[0].toLowerCase() ?? "other";
}
