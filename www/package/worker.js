/**
 * The worker of the package: one script with all that it may need, and with the glue of both builds, as the page
 * chooses.
 */
import * as cpu from "../../pkg/vanish_cpu.js";
import * as gpu from "../../pkg/vanish.js";
import { decoded } from "../worker/decode.js";
import { begin } from "../worker/main.js";
import { readHere } from "../worker/read.js";

/** The glue of the module that was posted. @type {typeof gpu | typeof cpu} */
let glue = cpu;

/** @param {{module: WebAssembly.Module}} how */
function initSync(how) {
  // A build imports from its own glue, by name.
  const [first] = WebAssembly.Module.imports(how.module);
  glue = first.module.includes("vanish_cpu") ? cpu : gpu;
  glue.initSync(how);
}

// A second worker would need a blob, which the page's policy may forbid.
readHere(decoded);
begin({
  initSync,
  Engine: { create: (/** @type {[string, string?]} */ ...how) => glue.Engine.create(...how) },
  version: () => glue.version(),
});
