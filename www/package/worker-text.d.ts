/** The text of worker.js, which the build writes. A worker can start from it wherever the package is. */
declare const text: string;
export default text;
