/**
 * The failure, explained as on the console: what, where, expected and observed, how to repeat it, what to try.
 */

import { el } from "./dom.js";
import { micros, moment, visible, visibleLines } from "./text.js";

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
    row("broken by", explanation?.broken_by),
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
    pastOnly(app),
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
 * How it came about, each moment a way into the timeline.
 * @param {App} app
 * @param {import("./load.js").Moment[]} moments
 */
function story(app, moments) {
  const flags = new Map(app.flags.filter((flag) => flag.what === "moment").map((flag) => [flag.label, flag]));
  const items = moments.map(({ text }, number) => {
    const flag = flags.get(String(number + 1));
    if (!flag) return el("li", {}, visible(text));
    const time = el("span", { class: "time" }, micros(flag.at));
    return el("li", {}, el("button", { type: "button", onclick: () => app.select(flag.event) }, el("b", {}, flag.label), time, el("span", {}, visible(text))));
  });
  return el("section", { class: "story" }, el("h3", {}, "how it came about"), el("ol", { class: "around" }, ...items));
}

/** Dims the rest. @param {App} app */
function pastOnly(app) {
  const { past, model } = app;
  if (!past.count) return null;
  const input = el("input", { type: "checkbox", id: "past-only", onchange: () => app.showPastOnly(input.checked) });
  app.onPast.push(() => { input.checked = past.isOn; });
  const count = `${past.count.toLocaleString("en")} of ${model.count.toLocaleString("en")}`;
  return el("label", { class: "past" }, input, el("span", {}, "Only what could have influenced it"), el("small", {}, count));
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
