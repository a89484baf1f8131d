/**
 * The worker. It owns the engine, the device, what is open, and the job. The page sends requests and gets answers by
 * number; events report what happens in between. The worker fetches nothing: the page posts all that it needs.
 */
import { recordHere } from "../core/requests.js";
import * as bench from "./bench.js";
import { answer, faultOf, tellOfFaults } from "./border.js";
import { pictures } from "./finding.js";
import * as job from "./job.js";
import * as kept from "./kept.js";
import { alone, breathe, onlyNewest } from "./queue.js";
import * as tasks from "./task.js";

const replaced = () => {
  job.end("replaced");
  tasks.forget();
};
const replacedAndOver = () => job.endAndWait("replaced");

/** The first answers to samples. A run is not disturbed. @param {{seeds: number[]}} params */
async function survey({ seeds }) {
  const check = onlyNewest("survey");
  const tops = [];
  for (const seed of seeds) {
    await job.untilFree();
    tops.push(await bench.firstAnswer(seed, check));
    await breathe();
  }
  return tops;
}

/** Reads a report. It has pictures only if its picture and model are open. @param {{text: string}} params */
async function importReport({ text }) {
  await replacedAndOver();
  return alone(async () => {
    const { handle, info } = bench.model();
    const finding = await handle.report(text, bench.photo());
    try {
      const report = JSON.parse(finding.report());
      refuseForeignClass(report, info);
      return { report, pictures: picturesOf(finding) };
    } finally {
      finding.free();
    }
  });
}

/** The number of classes is known only for the open model. @param {any} report @param {bench.ModelInfo} info */
function refuseForeignClass({ model, target, settings }, { sha256, classes }) {
  if (model.sha256 !== sha256) return;
  const beyond = [target.index, ...(settings.with ?? []), ...(settings.against ?? [])].find((each) => each >= classes);
  if (beyond === undefined) return;
  const message = `This report is about class ${beyond}, and its model ${model.name} has ${classes} classes, from 0: it was changed.`;
  throw { kind: "settings", message };
}

/** Null if the report is about another picture. @param {any} finding */
function picturesOf(finding) {
  try {
    return pictures(finding);
  } catch (error) {
    if (faultOf(error).kind === "panic") throw error;
    return null;
  }
}

/** Starts to listen to the page. @param {bench.Glue} glue of the engine */
export function begin(glue) {
  answer({
    boot: (params, tell) => bench.boot(glue, params, tell),
    gallery: bench.gallery,
    critterPicture: bench.critterPicture,
    openModel: (params, tell) => bench.openModel(params, tell, replaced),
    nameClasses: bench.nameClasses,
    setProfile: (params) => bench.setProfile(params, replaced),
    survey,
    kept: () => kept.list(),
    keep: () => bench.keep(),
    forget: async ({ id }) => (await kept.forget(id), kept.list()),
    openPicture: (params) => bench.openPicture(params, replacedAndOver),
    openCritter: (params) => bench.openCritter(params, replacedAndOver),
    classify: bench.classify,
    truth: bench.truth,
    copies: bench.copies,
    openCopies: (params, tell) => bench.openCopies(params, tell, replaced),
    run: job.run,
    cancel: async () => job.end("cancelled"),
    pause: job.pause,
    importReport,
    requests: async () => recordHere(),
    taskShare: tasks.share,
    taskPicture: tasks.picture,
    taskMap: tasks.map,
    taskAsk: tasks.ask,
  });
  tellOfFaults();
}
