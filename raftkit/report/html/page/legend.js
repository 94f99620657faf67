/**
 * What lines, bars and marks mean, in a row below the timeline.
 */

import { byId, el } from "./dom.js";
import { plain } from "./events.js";
import { visible } from "./text.js";

/** @typedef {import("./app.js").App} App */

const ROLES = ["leader", "candidate", "follower"];
const MOST_METHODS = 6;

/** @param {App} app */
export function setUpLegend(app) {
  const { spans, methods } = app.model;
  const faults = [
    spans.cut.some((list) => list.length) ? "disconnected" : "",
    spans.down.some((list) => list.length > 1) ? "crashed" : "",
  ].filter(Boolean);
  const swatches = [...ROLES, ...faults].map((name) => item(el("i", { class: `swatch ${name}` }), name));
  const lines = methods.list.slice(0, MOST_METHODS).map((name, number) => {
    const line = el("i", { class: "line" });
    const paint = () => void (line.style.color = app.theme.method(plain(name), number));
    paint();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    return item(line, visible(name));
  });
  const marks = [["▼", "start"], ["▽", "refused"], ["○", "state read"], ["▪", "log line"], ["•", "applied"], ["✕", "lost"]];
  const signs = marks.map(([sign, name]) => item(el("i", { class: name === "lost" ? "sign lost" : "sign" }, sign), name));
  byId("legend").replaceChildren(...swatches, ...lines, item(el("i", { class: "line reply" }), "reply"), ...signs);
}

/** @param {HTMLElement} picture @param {string} text */
function item(picture, text) {
  return el("li", {}, picture, text);
}
