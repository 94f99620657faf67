/**
 * Text for people: times, counts, and strings from an implementation, which may hold anything.
 */

const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const INVISIBLE_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Shows what would otherwise act or hide: escape sequences, direction marks, line breaks.
 * @param {unknown} value
 * @returns {string}
 */
export function visible(value) {
  return String(value).replace(INVISIBLE, picture);
}

/**
 * The same for text of several lines.
 * @param {unknown} value
 * @returns {string}
 */
export function visibleLines(value) {
  return String(value).replace(INVISIBLE_BUT_LINES, picture);
}

/** @param {string} character */
function picture(character) {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/**
 * A moment in seconds, to the microsecond; what is below is cut off, as on the console.
 * @param {number} ns
 * @returns {string}
 */
export function micros(ns) {
  return (Math.trunc(ns / 1e3) / 1e6).toFixed(6);
}

/**
 * The same with its unit.
 * @param {number} ns
 * @returns {string}
 */
export function moment(ns) {
  return `${micros(ns)} s`;
}

/**
 * A stretch of time, in the unit that suits it.
 * @param {number} ns
 * @returns {string}
 */
export function duration(ns) {
  if (ns >= 1e9) return `${trim(ns / 1e9)} s`;
  if (ns >= 1e6) return `${trim(ns / 1e6)} ms`;
  if (ns >= 1e3) return `${trim(ns / 1e3)} µs`;
  return `${Math.round(ns)} ns`;
}

/** @param {number} value */
function trim(value) {
  return String(Number(value.toPrecision(3)));
}

/**
 * @param {number} count
 * @param {string} noun
 * @returns {string}
 */
export function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A value in a few words.
 * @param {unknown} value
 * @param {number} [longest]
 * @returns {string}
 */
export function brief(value, longest = 48) {
  const text = visible(typeof value === "string" ? value : JSON.stringify(value) ?? "nothing");
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
