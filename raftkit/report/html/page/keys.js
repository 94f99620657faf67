/**
 * The keyboard. One table feeds the listener and the help.
 */

import { byId, el } from "./dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{keys: string[], label: string, help: string, act: (app: App) => void}} Key */

const PAN = 0.15;
const ZOOM = 1.6;

/** @type {Key[]} */
const KEYS = [
  { keys: ["n", "j"], label: "n", help: "next event", act: (app) => app.step(1) },
  { keys: ["p", "k"], label: "p", help: "previous event", act: (app) => app.step(-1) },
  { keys: ["m"], label: "m", help: "follow the message: sent, delivered, replied, answered", act: (app) => app.follow() },
  { keys: ["f"], label: "f", help: "jump to the failure", act: (app) => byId("to-failure").click() },
  { keys: ["c"], label: "c", help: "only what could have influenced the failure, or all again", act: (app) => app.showPastOnly(!app.past.isOn) },
  { keys: ["ArrowLeft"], label: "←", help: "pan back", act: (app) => pan(app, -PAN) },
  { keys: ["ArrowRight"], label: "→", help: "pan on", act: (app) => pan(app, PAN) },
  { keys: ["ArrowUp"], label: "↑", help: "nearest event one lane up", act: (app) => otherLane(app, -1) },
  { keys: ["ArrowDown"], label: "↓", help: "nearest event one lane down", act: (app) => otherLane(app, 1) },
  { keys: ["+", "="], label: "+", help: "zoom in", act: (app) => zoom(app, 1 / ZOOM) },
  { keys: ["-", "_"], label: "−", help: "zoom out", act: (app) => zoom(app, ZOOM) },
  { keys: ["0"], label: "0", help: "the whole run", act: showAll },
  { keys: ["Home"], label: "Home", help: "the beginning", act: (app) => toEnd(app, -1) },
  { keys: ["End"], label: "End", help: "the end", act: (app) => toEnd(app, 1) },
  { keys: ["/"], label: "/", help: "search; Enter for the next hit, Shift+Enter for the one before", act: () => byId("search").focus() },
  { keys: ["?"], label: "?", help: "this help", act: () => byId("help-button").click() },
];

const GESTURES = [
  ["wheel, pinch", "zoom"],
  ["drag", "pan"],
  ["click, tap", "select an event or a message"],
];
const ESCAPE = ["Esc", "back to the timeline"];

/** @param {App} app */
export function listenToKeys(app) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/** @type {HTMLDialogElement} */ (byId("help")).open) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape") {
      app.canvas.focus();
      return;
    }
    if (target.matches("input:not([type=checkbox]), select, textarea")) return;
    // In a list of tabs or of text that scrolls, arrows and Home belong to it.
    if (event.key.length > 1 && target !== app.canvas && target !== document.body) return;
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (!key) return;
    event.preventDefault();
    key.act(app);
  });
}

/** @returns {HTMLElement} */
export function keysHelp() {
  const rows = [...GESTURES, ...KEYS.map(({ label, help }) => [label, help]), ESCAPE];
  return el("dl", { class: "keys" }, ...rows.flatMap(([label, help]) => [el("dt", {}, el("kbd", {}, label)), el("dd", {}, help)]));
}

/** @param {App} app @param {number} share */
function pan(app, share) {
  app.view.pan(app.view.span * share);
  app.changed();
}

/** Around the selected event when it is in view, else around the middle. @param {App} app @param {number} factor */
export function zoom(app, factor) {
  const { view, model, selected } = app;
  const at = selected >= 0 ? model.at[selected] : NaN;
  view.zoom(factor, at >= view.from && at <= view.to ? at : (view.from + view.to) / 2);
  app.changed();
}

/** @param {App} app */
export function showAll(app) {
  app.view.showAll();
  app.changed();
}

/** @param {App} app @param {1 | -1} end */
function toEnd(app, end) {
  app.view.pan(end * (app.view.last - app.view.first));
  const { events } = app.filter;
  if (events.length) app.select(end > 0 ? events[events.length - 1] : events[0], { reveal: false });
}

/** @param {App} app @param {1 | -1} direction */
function otherLane(app, direction) {
  const { filter, model, selected } = app;
  const row = filter.servers.indexOf(model.lane[selected]);
  const server = filter.servers[row < 0 ? (direction > 0 ? 0 : filter.servers.length - 1) : row + direction];
  if (server === undefined) return;
  const at = selected >= 0 ? model.at[selected] : app.view.from;
  let best = -1;
  for (const event of filter.byServer[server]) {
    if (best < 0 || Math.abs(model.at[event] - at) < Math.abs(model.at[best] - at)) best = event;
    else if (model.at[event] > at) break;
  }
  if (best >= 0) app.select(best);
}
