/** The worker's script: start it as a module by `new Worker(address, { type: "module" })`, and import it nowhere. */
export {};
