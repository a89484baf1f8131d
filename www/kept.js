/** The models kept in this browser between visits, as a list; and a look whether the open one's profile makes sense. */
import { byId, el, say } from "./dom.js";
import { client, handle } from "./engine.js";
import { openModel } from "./opening.js";
import { doubt } from "./profile.js";
import { app, builtin, captions, sample } from "./session.js";
import { bytes } from "./words.js";

/** How many samples a profile is tried on, beside the picture on the stage. */
const TRIED = 3;

/** Shows what the browser keeps; a browser that keeps nothing is only spoken of when something is to be kept. */
export async function showKept() {
  await client.call("kept").then(list, () => {});
}

/** Keeps the open model, which a person brought, with its profile and labels. */
export async function keepModel() {
  if (builtin() !== null) return;
  await client.call("keep").then(list, handle);
}

/** @param {import("./store.js").Kept[]} models */
function list(models) {
  byId("kept", HTMLDivElement).hidden = !models.length;
  byId("kept-models", HTMLUListElement).replaceChildren(
    ...models.map(({ id, name, size }) => {
      const open = el("button", { type: "button", class: "plain" }, name);
      const forget = el("button", { type: "button", class: "plain", "aria-label": `Delete ${name} from this browser` }, "Delete");
      open.addEventListener("click", () => void openModel({ name, stored: id }));
      forget.addEventListener("click", async () => {
        await client.call("forget", { id }).then(list, handle);
        say(`${name} was deleted.`);
      });
      return el("li", {}, open, el("span", { class: "hint numbers" }, bytes(size)), forget);
    }),
  );
}

/** Tries the model on a few samples and says so where the answers look as if its profile was wrong. */
export async function tryProfile() {
  const place = byId("model-doubt", HTMLParagraphElement);
  place.hidden = true;
  const { model, answers } = app;
  if (!model || builtin() !== null) return;
  const seeds = [...captions.keys()].filter((seed) => seed !== sample());
  const tops = await client.call("survey", { seeds: seeds.slice(0, TRIED) }).catch(handle);
  if (!tops || app.model !== model) return;
  const words = doubt([...answers.slice(0, 1), ...tops], model.info.classes);
  place.textContent = words;
  place.hidden = !words;
  if (words) say(words);
}
