/** Films of the runs of a visit, taken during the runs, whichever view is open. */
import { Film } from "../../core/film.js";

/** @typedef {import("../../app/store.js").Store} Store */

/** As many as the results that are kept. */
const MOST = 12;

/** Starts to take films, once. @param {Store} store */
export function takeFilms(store) {
  if (store.now.films) return;
  const films = new Map();
  store.change({ films });
  /** The run whose film is being taken. The same settings may run again. @type {unknown} */
  let current = null;
  store.listen((names) => {
    const { run } = store.now;
    if (!names.has("run") || !run?.tick) return;
    if (run !== current) begin(films, run.key);
    current = run;
    films.get(run.key)?.take(run.tick.progress.iteration, run.tick.pictures);
  });
}

/** @param {Map<string, Film>} films @param {string} key */
function begin(films, key) {
  films.delete(key);
  films.set(key, new Film());
  for (const old of [...films.keys()].slice(0, -MOST)) films.delete(old);
}
