/**
 * Small tools for drawing: text that fits, and spans that are in view.
 */

import { lowerBound } from "./columns.js";

/** @typedef {import("./draw.js").Scene} Scene */
/** @typedef {import("./spans.js").Span} Span */

/**
 * @param {Pick<Scene, "ink" | "theme">} scene
 * @param {number} size
 * @param {string} [weight]
 */
export function font({ ink, theme }, size, weight = "400") {
  ink.font = `${weight} ${size}px ${theme.font}`;
}

/** @type {Map<string, number>} Measuring is dear, and the same few texts come in each frame. */
const widths = new Map();
const MOST_WIDTHS = 4000;

/**
 * @param {CanvasRenderingContext2D} ink
 * @param {string} text
 * @returns {number}
 */
export function widthOf(ink, text) {
  const key = ink.font + text;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > MOST_WIDTHS) widths.clear();
    width = ink.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/**
 * The beginning of a text that fits, with an ellipsis; empty when hardly anything does.
 * @param {CanvasRenderingContext2D} ink
 * @param {string} text
 * @param {number} room
 * @returns {string}
 */
export function fitting(ink, text, room) {
  if (room < 14) return "";
  if (widthOf(ink, text) <= room) return text;
  let low = 0;
  let high = Math.min(text.length, Math.ceil(room / 3));
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ink.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low ? `${text.slice(0, low).trimEnd()}…` : "";
}

/**
 * Calls ``draw`` for the spans in view, with their ends cut to the plot. Those that share a pixel with the one
 * before are left out.
 * @template {Span} S
 * @param {Scene} scene
 * @param {readonly S[]} spans  In order, none over another.
 * @param {(span: S, left: number, right: number) => void} draw
 */
export function eachInView({ layout }, spans, draw) {
  const { view, left, width } = layout;
  let drawn = -Infinity;
  for (let i = firstReaching(spans, view.from); i < spans.length && spans[i].from <= view.to; i += 1) {
    const start = Math.max(layout.x(spans[i].from), left - 2);
    const end = Math.min(layout.x(spans[i].to), width + 2);
    if (end < drawn + 0.5) continue;
    draw(spans[i], start, Math.max(end, start + 1));
    drawn = end;
  }
}

/** @param {readonly Span[]} spans @param {number} ns */
function firstReaching(spans, ns) {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle].to < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Sorted numbers in a window, as positions.
 * @param {ArrayLike<number>} sorted
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
export function between(sorted, from, to) {
  return [lowerBound(sorted, from), lowerBound(sorted, to + 1)];
}
