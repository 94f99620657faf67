/**
 * The search field: hits as one types, Enter for the next.
 */

import { byId } from "./dom.js";
import { lowerBound } from "./columns.js";
import { plural } from "./text.js";

/** @typedef {import("./app.js").App} App */

const WAIT_MS = 120;

/** @param {App} app */
export function setUpSearch(app) {
  const field = /** @type {HTMLInputElement} */ (byId("search"));
  const output = byId("hits");
  let timer = 0;

  const find = () => {
    clearTimeout(timer);
    if (field.value.trim() !== app.search.query) app.search.find(field.value);
    tell();
    app.changed();
  };
  const tell = () => {
    const { hits, query } = app.search;
    const position = lowerBound(hits, app.selected);
    const isHit = hits[position] === app.selected;
    if (!query) output.textContent = "";
    else if (!hits.length) output.textContent = "no hits";
    else output.textContent = isHit ? `${position + 1} of ${hits.length.toLocaleString("en")}` : plural(hits.length, "hit");
  };
  const go = (/** @type {1 | -1} */ direction) => {
    find();
    const hit = app.search.next(app.selected, direction);
    if (hit >= 0) app.select(hit);
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  });
  byId("hit-next").addEventListener("click", () => go(1));
  byId("hit-previous").addEventListener("click", () => go(-1));
  app.onSelect.push(tell);
}
