/** The worker with the engine that can also use a GPU. It is published as one text, so that it fetches nothing. */
import { Engine, initSync, version } from "../../pkg/vanish.js";
import { begin } from "./main.js";

begin({ initSync, Engine, version });
