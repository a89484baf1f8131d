/** The text of worker.js, which the build writes: a worker may start from it wherever the package lies. */
declare const text: string;
export default text;
