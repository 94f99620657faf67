/**
 * The selected event: what it is, what it changed, its message's way, what each server is at that moment, what happened
 * around it, and its record in full.
 */

import { lowerBound } from "./columns.js";
import { el } from "./dom.js";
import { sentence } from "./events.js";
import { changes, roleName } from "./states.js";
import { brief, duration, micros, moment, visible, visibleLines } from "./text.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./states.js").ServerState} ServerState */

const AROUND = 5;
const HINT = "The whole run is in view. Click an event, or press n for the first; the wheel zooms, / searches, ? shows all keys.";
const STAGES = /** @type {Record<string, string>} */ ({
  rpc_sent: "sent", rpc_delivered: "arrives", rpc_replied: "reply leaves", rpc_delayed: "held back",
  rpc_dropped: "lost", rpc_answered: "answered", rpc_failed: "failed",
});

/**
 * @param {App} app
 * @returns {HTMLElement[]}
 */
export function eventContent(app) {
  const { model, selected } = app;
  if (selected < 0) return [el("p", { class: "hint" }, HINT)];
  const record = model.record(selected);
  const parts = [
    el("p", { class: "when" }, `${moment(model.at[selected])}  ·  ${visible(record.event)}  ·  line ${selected + 1} of the trace`),
    el("h2", {}, sentence(record)),
    changed(app),
    journey(app),
    servers(app),
    around(app),
    el("h3", {}, "record"),
    el("pre", { tabindex: 0, class: "record" }, visibleLines(JSON.stringify(record, null, 2))),
  ];
  return /** @type {HTMLElement[]} */ (parts.filter((part) => part !== null));
}

/** @param {App} app */
function changed({ model, selected, states }) {
  const found = changes(model.statesAt(selected - 1), states);
  if (!found.length) return null;
  const items = found.map(({ server, what, was, is }) =>
    el("li", {}, el("b", {}, `S${server}`), ` ${what} `, el("s", {}, was), " → ", el("strong", {}, is)));
  return section("changed", el("ul", { class: "changes" }, ...items));
}

/** @param {App} app */
function journey(app) {
  const { model, selected } = app;
  const events = model.journey(selected);
  if (!events.length) return null;
  const start = model.at[events[0]];
  const steps = events.map((event) => {
    const name = model.kinds.list[model.kind[event]];
    const after = event === events[0] ? moment(start) : `+${duration(model.at[event] - start)}`;
    return el("li", {}, link(app, event, STAGES[name] ?? name, after));
  });
  return section("message", el("ol", { class: "journey" }, ...steps));
}

/** @param {App} app */
function servers({ model, states, selected }) {
  const own = model.lane[selected];
  const heads = ["", "role", "term", "votes", "log", "commit", "applied"];
  const rows = states.map((state, server) =>
    el("tr", server === own ? { class: "own" } : {},
      el("th", { scope: "row" }, `S${server}`),
      el("td", { class: `role ${state.role}` }, roleName(state), state.role !== "down" && !state.connected ? " (cut)" : ""),
      el("td", {}, String(state.term ?? "–")),
      el("td", {}, votes(state)),
      el("td", { title: logText(state) }, state.lastIndex ? `${state.lastIndex}${lastTerm(state)}` : "–"),
      el("td", {}, String(state.commit)),
      el("td", {}, String(state.applied))));
  const table = el("table", { class: "states" },
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows));
  const log = own >= 0 && states[own].tail.length
    ? el("p", { class: "tail" }, el("b", {}, `S${own}’s log ends `), logText(states[own]))
    : null;
  return section("servers at this moment", el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Servers at this moment" }, table), log);
}

/** @param {ServerState} state */
function votes(state) {
  if (state.votes.length) return state.votes.map((server) => `S${server}`).join(" ");
  return state.votedFor === null ? "–" : `→ S${state.votedFor}`;
}

/** @param {ServerState} state */
function lastTerm(state) {
  const term = state.tail.at(-1)?.term;
  return term === null || term === undefined ? "" : ` · T${brief(term, 8)}`;
}

/** @param {ServerState} state */
function logText(state) {
  return state.tail.map(({ index, term, command }) => `${index}:${term === null ? "?" : `T${brief(term, 8)}`} ${brief(command, 16)}`).join("   ");
}

/** @param {App} app */
function around(app) {
  const { model, filter, selected } = app;
  const middle = lowerBound(filter.events, selected);
  const near = [...filter.events.slice(Math.max(middle - AROUND, 0), middle + AROUND + 1)];
  const items = near.map((event) => {
    const name = sentence(model.record(event));
    const item = link(app, event, name, micros(model.at[event]));
    if (event === selected) item.setAttribute("aria-current", "true");
    return el("li", {}, item);
  });
  return section("around it", el("ol", { class: "around" }, ...items));
}

/** @param {App} app @param {number} event @param {string} text @param {string} time */
function link(app, event, text, time) {
  const button = el("button", { type: "button", onclick: () => app.select(event) }, el("span", { class: "time" }, time), el("span", {}, text));
  if (event === app.selected) button.setAttribute("aria-current", "true");
  return button;
}

/** @param {string} title @param {...(HTMLElement | null)} content */
function section(title, ...content) {
  return el("section", {}, el("h3", {}, title), ...content);
}
