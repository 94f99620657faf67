/**
 * Reads what the page carries: the result as JSON, the trace as base64 of gzip.
 */

/**
 * @typedef {object} Failure
 * @property {string} kind
 * @property {string} summary
 * @property {{suite: string, line: number, test: string, step: string, at_ns: number} | null} [where]
 * @property {string} [expected]
 * @property {string} [observed]
 * @property {string} [advice]
 * @property {string} [details]
 * @property {{source: string, rule: string, moments: string[], look: string} | null} [explanation]
 */

/**
 * What is shown of a result; all of it may be missing.
 * @typedef {object} Result
 * @property {string} [id]
 * @property {string} [title]
 * @property {string} [part]
 * @property {string} [verdict]
 * @property {string} [reason]
 * @property {number} [seed]
 * @property {string} [repeat]
 * @property {string[]} [warnings]
 * @property {Failure} [failure]
 */

/** @returns {Result} */
export function readResult() {
  return JSON.parse(content("result"));
}

/** @returns {Promise<string>} */
export async function readTrace() {
  const text = atob(content("trace").trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** @param {string} id */
function content(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element.textContent ?? "";
}
