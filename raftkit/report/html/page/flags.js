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
 * The moments that led to the failure, numbered as the panel numbers them.
 * @param {Model} model
 * @param {Result} result
 * @returns {Flag[]}
 */
export function momentsOf(model, result) {
  const moments = result.failure?.explanation?.moments ?? [];
  return moments.flatMap(({ line }, number) => {
    const event = Number(line) - 1;
    if (!(event >= 0 && event < model.count)) return [];
    return [{ at: model.at[event], event, label: String(number + 1), what: /** @type {const} */ ("moment") }];
  });
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
