/** What an application of one's own does: the API explains a sample; beside it stands an element. */
import { load } from "vanish";
import "vanish/element";

/** @returns {Promise<object>} what the API found */
async function explained() {
  const engine = await load();
  await engine.openModel("critters");
  await engine.openPicture("critter:7");
  /** @type {number[]} */
  const ticks = [];
  const { report } = await engine.explain(
    { iterations: 5 },
    { onProgress: ({ progress }) => void ticks.push(progress.iteration) },
  );
  return { sentence: report.sentence, iterations: report.iterations, ticks };
}

const found = await explained().catch((error) => ({ failed: error.message }));
/** @type {HTMLElement} */ (document.querySelector("#out")).textContent = JSON.stringify(found);
