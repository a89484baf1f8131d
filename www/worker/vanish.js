/** The worker with the engine that computes with a GPU as well: published as one text, so that it fetches nothing. */
import { Engine, initSync, version } from "../../pkg/vanish.js";
import { begin } from "./main.js";

begin({ initSync, Engine, version });
