/** The entry of the page, which starts the shell. */
import { startShell } from "./shell/shell.js";

startShell(document.body);
