/** Its address, if the bundler makes an address of such an import. */
declare const address: string;
export default address;
