/**
 * The script of the worker. Start it as a module by `new Worker(address, { type: "module" })`, and do not import it.
 */
export {};
