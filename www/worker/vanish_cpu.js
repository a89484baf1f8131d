/** The worker with the engine that uses no GPU. It is published as one text, so that it fetches nothing. */
import { Engine, initSync, version } from "../../pkg/vanish_cpu.js";
import { begin } from "./main.js";

begin({ initSync, Engine, version });
