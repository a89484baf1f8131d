/** What an application of one's own does: the API explains a sample, and what it finds goes to the page. */
import { load } from "vanish";

const out = /** @type {HTMLElement} */ (document.querySelector("#out"));
try {
  const engine = await load(globalThis.vanishOptions);
  await engine.openModel("critters");
  await engine.openPicture("critter:7");
  const ticks = [];
  const onProgress = ({ progress }) => ticks.push(progress.iteration);
  const { report } = await engine.explain({ iterations: 5 }, { onProgress });
  out.textContent = JSON.stringify({ sentence: report.sentence, ticks, device: engine.device.kind });
} catch (error) {
  out.textContent = JSON.stringify({ failed: String(error.message) });
}
