/**
 * Findings: moments that deserve a flag. The failure is one; warnings, exceptions, and the moments that led to the failure
 * are others.
 */

import { lowerBound } from "./columns.js";
import { visible } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./load.js").Result} Result */
/** @typedef {{at: number, event: number, label: string, what: "failure" | "warning" | "moment"}} Flag */

const GOOD = new Set(["passed", "not run", "not_run"]);

/**
 * The verdict, from the result or, without one, from the trace's last event.
 * @param {Model} model
 * @param {Result} result
 * @returns {{verdict: string, isGood: boolean, reason: string}}
 */
export function verdictOf(model, result) {
  const last = model.record(model.count - 1);
  const ended = last.event === "test_ended" ? last : null;
  const verdict = result.verdict ?? ended?.verdict ?? "unfinished";
  return { verdict: visible(verdict), isGood: GOOD.has(verdict), reason: visible(result.reason ?? ended?.reason ?? "") };
}

/**
 * @param {Model} model
 * @param {Result} result
 * @returns {Flag[]}  The failure comes last, so that it is drawn over the others.
 */
export function flagsOf(model, result) {
  const flags = model.flagged.map((event) => {
    const e = model.record(event);
    return { at: model.at[event], event, label: visible(e.event === "raised" ? e.kind : "warning"), what: /** @type {const} */ ("warning") };
  });
  const { isGood, verdict, reason } = verdictOf(model, result);
  if (isGood) return flags;
  const event = failingEvent(model, result);
  const label = visible(result.failure?.kind ?? (reason.split(":")[0] || verdict));
  const at = Math.min(result.failure?.where?.at_ns ?? model.at[event], model.end);
  return [...flags.filter((flag) => flag.event !== event), ...momentsOf(model, result), { at, event, label, what: "failure" }];
}

/**
 * The moments that led to the failure: lines such as ``t=3.039282s  S0 led term 4``, numbered as the panel numbers them.
 * @param {Model} model
 * @param {Result} result
 * @returns {Flag[]}
 */
export function momentsOf(model, result) {
  const lines = result.failure?.explanation?.moments ?? [];
  return lines.flatMap((line, number) => {
    const parts = /^t=(\d+(?:\.\d+)?)s\s+(?:S(\d+))?/.exec(String(line));
    if (!parts) return [];
    const at = Number(parts[1]) * 1e9;
    return [{ at, event: eventNear(model, at, Number(parts[2] ?? -1)), label: String(number + 1), what: /** @type {const} */ ("moment") }];
  });
}

/** Moments are told to the microsecond. */
const NEAR_NS = 1000;

/** The first event of a server at about a moment, else the nearest of any. @param {Model} model @param {number} at @param {number} server */
function eventNear(model, at, server) {
  const first = lowerBound(model.at, at - NEAR_NS);
  for (let i = first; i < model.count && model.at[i] <= at + NEAR_NS; i += 1) {
    if (model.lane[i] === server) return i;
  }
  return Math.min(first, model.count - 1);
}

/**
 * The last event up to the failure's moment, the end of the test itself aside.
 * @param {Model} model
 * @param {Result} result
 */
function failingEvent(model, result) {
  const at = result.failure?.where?.at_ns ?? model.end;
  let event = Math.max(lowerBound(model.at, at + 1) - 1, 0);
  if (event > 0 && model.kinds.list[model.kind[event]] === "test_ended") event -= 1;
  return event;
}
