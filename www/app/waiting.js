/** What the page is waiting for, in words. */
import { bytes } from "../core/words.js";

/**
 * @param {import("../types.js").Loading} loading
 * @param {boolean} gpu whether it computes
 * @returns {string} what the page is waiting for, in words
 */
export function waitingFor({ stage, done = 0, total = 0, name = "" }, gpu) {
  const amount = done ? `: ${bytes(done)}${total ? ` of ${bytes(total)}` : ""}` : "";
  const shaders = gpu ? " (the first time, its shaders are compiled)" : "";
  return {
    engine: `Fetching the engine${amount}`,
    device: "Trying the GPU against the CPU",
    model: `Fetching ${name}${amount}`,
    read: `Reading ${name}${amount}`,
    parse: `Opening ${name}`,
    classify: `Asking the model${shaders}`,
    start: "Measuring the blurred picture",
    order: "Putting the pixels in order",
    proof: "Checking the result",
    judge: "Judging the result",
  }[stage];
}
