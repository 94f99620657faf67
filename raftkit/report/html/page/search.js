/**
 * Search over all events, in the lines of the trace themselves: 100,000 of them are one text, and looking through it
 * takes a few milliseconds.
 */

import { lowerBound } from "./columns.js";

/** @typedef {import("./model.js").Model} Model */

export class Search {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.query = "";
    /** @type {number[]} Events that match, in order. */
    this.hits = [];
    /** @private @type {string | null} */
    this.lowered = null;
    /** @private @type {Uint32Array} */
    this.starts = new Uint32Array(0);
  }

  /**
   * Finds the events that hold every word; ``s2`` means an event of server 2.
   * @param {string} query
   */
  find(query) {
    this.query = query.trim();
    const words = this.query.toLowerCase().split(/\s+/).filter(Boolean);
    this.hits = words.length ? this.matching(words) : [];
  }

  /**
   * The hit behind or before an event; at the end it begins anew.
   * @param {number} event
   * @param {1 | -1} direction
   * @returns {number}  -1 when nothing matches.
   */
  next(event, direction) {
    const { hits } = this;
    if (!hits.length) return -1;
    const position = lowerBound(hits, direction > 0 ? event + 1 : event) - (direction > 0 ? 0 : 1);
    return hits[(position + hits.length) % hits.length];
  }

  /** @private @param {string[]} words */
  matching(words) {
    this.prepare();
    const tests = words.map(asTest);
    const plain = tests.find((test) => typeof test === "string");
    const rest = tests.filter((test) => test !== plain);
    const text = /** @type {string} */ (this.lowered);
    const hits = [];
    for (const event of plain === undefined ? this.model.at.keys() : this.holding(/** @type {string} */ (plain))) {
      if (!rest.length || fits(text.slice(this.starts[event], this.starts[event + 1]), rest)) hits.push(event);
    }
    return hits;
  }

  /** Events whose line holds a text. @private @param {string} word */
  *holding(word) {
    const text = /** @type {string} */ (this.lowered);
    for (let at = text.indexOf(word); at >= 0;) {
      const event = lowerBound(this.starts, at + 1) - 1;
      yield event;
      at = text.indexOf(word, this.starts[event + 1]);
    }
  }

  /** Lower case may be longer than the text it comes from, so it has line starts of its own. @private */
  prepare() {
    if (this.lowered !== null) return;
    this.lowered = this.model.text.toLowerCase();
    const starts = [0];
    for (let end = this.lowered.indexOf("\n"); end >= 0; end = this.lowered.indexOf("\n", end + 1)) starts.push(end + 1);
    this.starts = Uint32Array.from(starts);
  }
}

/**
 * @param {string} word
 * @returns {string | RegExp}
 */
function asTest(word) {
  const server = /^s(\d+)$/.exec(word);
  if (server) return new RegExp(`"(?:server|source|target)":${server[1]}[,}]`);
  return JSON.stringify(word).slice(1, -1); // as the trace writes it
}

/** @param {string} line @param {(string | RegExp)[]} tests */
function fits(line, tests) {
  return tests.every((test) => (typeof test === "string" ? line.includes(test) : test.test(line)));
}
