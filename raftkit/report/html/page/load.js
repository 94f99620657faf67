/**
 * Reads what the page carries: the result as JSON, the trace as base64 of gzip.
 */

/**
 * A step on the way to a failure; ``line`` is that of the trace which shows it, from 1, or 0.
 * @typedef {{text: string, at_ns: number | null, line: number}} Moment
 */

/**
 * @typedef {object} Explanation
 * @property {string} source
 * @property {string} rule
 * @property {string} broken_by
 * @property {Moment[]} moments
 * @property {string} look
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
 * @property {Explanation | null} [explanation]
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
  return (await unpacked("trace")).text();
}

/** A byte for each event: 1 if it could have influenced the failure. @returns {Promise<Uint8Array>} */
export async function readPast() {
  if (!content("past").trim()) return new Uint8Array(0);
  return new Uint8Array(await (await unpacked("past")).arrayBuffer());
}

/** @param {string} id @returns {Promise<Response>} */
async function unpacked(id) {
  const text = atob(content(id).trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream);
}

/** @param {string} id */
function content(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element.textContent ?? "";
}
