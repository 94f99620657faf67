/**
 * The failure, explained as on the console: what, where, expected and observed, how to repeat it, what to try.
 */

import { el } from "./dom.js";
import { moment, visible, visibleLines } from "./text.js";

/** @typedef {import("./app.js").App} App */

/**
 * @param {App} app
 * @returns {HTMLElement[]}
 */
export function failureContent(app) {
  const { result, verdict } = app;
  const failure = result.failure;
  const kind = failure?.kind ?? verdict.verdict;
  const summary = failure?.summary ?? verdict.reason;
  const where = failure?.where;
  const explanation = failure?.explanation;
  const seen = [
    row("expected", failure?.expected),
    row("observed", failure?.observed),
    where ? row("where", `${where.suite}:${where.line}\n${where.test}${where.step ? `, step ${where.step}` : ""}, t = ${moment(where.at_ns)}`) : null,
  ];
  const help = [
    row("try", failure?.advice),
    row("look at", explanation?.look),
    row(explanation?.source ? visible(explanation.source) : "rule", explanation?.rule),
  ];
  return /** @type {HTMLElement[]} */ ([
    el("h2", { class: "kind" }, visible(kind)),
    el("p", { class: "summary" }, visible(summary)),
    el("dl", { class: "rows" }, ...seen.flat()),
    explanation?.moments?.length ? story(app, explanation.moments) : null,
    el("dl", { class: "rows" }, ...help.flat()),
    result.repeat ? repeat(visible(result.repeat)) : null,
    failure?.details ? details(failure.details) : null,
    ...(result.warnings ?? []).map((text) => el("p", { class: "warning" }, `warning: ${visible(text)}`)),
  ].filter((part) => part !== null));
}

/** @param {string} label @param {string | undefined} text */
function row(label, text) {
  return text ? [el("dt", {}, label), el("dd", {}, visibleLines(text))] : [];
}

/**
 * What led to it, each moment a way into the timeline.
 * @param {App} app
 * @param {string[]} moments
 */
function story(app, moments) {
  const flags = new Map(app.flags.filter((flag) => flag.what === "moment").map((flag) => [flag.label, flag]));
  const items = moments.map((line, number) => {
    const flag = flags.get(String(number + 1));
    const text = visible(line).replace(/^t=(\S+)s\s+/, "");
    if (!flag) return el("li", {}, text);
    const time = el("span", { class: "time" }, (flag.at / 1e9).toFixed(6));
    return el("li", {}, el("button", { type: "button", onclick: () => app.select(flag.event) }, el("b", {}, flag.label), time, el("span", {}, text)));
  });
  return el("section", { class: "story" }, el("h3", {}, "story"), el("ol", { class: "around" }, ...items));
}

/** @param {string} command */
function repeat(command) {
  const button = el("button", { type: "button", onclick: () => copy(command, button) }, "Copy");
  return el("div", { class: "repeat" }, el("h3", {}, "repeat"), el("pre", { tabindex: 0 }, command), button);
}

/** @param {string} text @param {HTMLElement} button */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch { // not allowed from a file in some browsers: select it, so that Ctrl+C does
    const pre = button.previousElementSibling;
    if (pre) getSelection()?.selectAllChildren(pre);
    button.textContent = "Selected";
  }
}

/** @param {string} text */
function details(text) {
  return el("div", { class: "details" }, el("h3", {}, "details"), el("pre", { tabindex: 0 }, visibleLines(text)));
}
