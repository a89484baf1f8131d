/** The page's entry: starts the shell. */
import { startShell } from "./shell/shell.js";

startShell(document.body);
