/** What helps where WebGPU is missing. Pure. */

/**
 * What a person can do to get WebGPU; null where there is nothing to say.
 *
 * @param {{hasApi: boolean, secure: boolean, agent: string, preference: string}} here
 * @returns {string | null}
 */
export function remedy({ hasApi, secure, agent, preference }) {
  if (preference === "cpu") return "The CPU was asked for by this address or in the settings.";
  if (!secure) return "Browsers offer WebGPU only to pages from https or localhost, and this page came by plain http.";
  if (hasApi) {
    if (/Linux/.test(agent) && !/Android/.test(agent) && /Chrom/.test(agent)) {
      return "The browser knows WebGPU but offered no adapter. On Linux it can be allowed at chrome://flags/#enable-unsafe-webgpu together with Vulkan; see also chrome://gpu.";
    }
    return "The browser knows WebGPU but offered no adapter: a current graphics driver, and hardware acceleration switched on in the browser’s settings, may help.";
  }
  if (/Firefox\//.test(agent)) return "In Firefox, WebGPU is on from version 141 on Windows and 145 on Macs with Apple silicon; elsewhere dom.webgpu.enabled in about:config turns it on.";
  if (/Chrom/.test(agent)) return "In Chrome and Edge, WebGPU comes with version 113 on Windows, macOS and ChromeOS and 121 on Android; update the browser.";
  if (/Safari\//.test(agent)) return "In Safari, WebGPU comes with version 26; update the system.";
  return "A current Chrome, Edge, Firefox or Safari offers WebGPU.";
}
