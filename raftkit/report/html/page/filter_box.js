/**
 * The filter: a box of checkboxes, and a button that says whether anything is left out.
 */

import { byId, el } from "./dom.js";
import { visible } from "./text.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./filter.js").Criterion} Criterion */

/** @param {App} app */
export function setUpFilter(app) {
  const box = byId("filter");
  const button = byId("filter-button");
  const { model } = app;
  const groups = [
    group(app, "servers", "Servers", Array.from({ length: model.servers }, (_, server) => `S${server}`), model.lane),
    group(app, "methods", "RPC methods", model.methods.list, model.method),
    group(app, "families", "Events", model.families.list, model.family),
    group(app, "topics", "Log topics", model.topics.list, model.topic),
  ];
  const reset = el("button", { type: "button", onclick: () => {
    app.clearFilter();
    for (const input of box.querySelectorAll("input")) input.checked = true;
    mark();
  } }, "Show everything");
  box.replaceChildren(...groups.filter((part) => part !== null), reset);

  const mark = () => {
    button.textContent = app.filter.isActive ? "Filter (on)" : "Filter";
    button.classList.toggle("on", app.filter.isActive);
  };
  box.addEventListener("change", mark);
  /** @param {boolean} isOpen */
  const toggle = (isOpen) => {
    box.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) box.querySelector("input")?.focus();
  };
  button.addEventListener("click", () => toggle(Boolean(box.hidden)));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggle(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!box.hidden && !box.contains(target) && target !== button) toggle(false);
  });
}

/**
 * @param {App} app
 * @param {Criterion} criterion
 * @param {string} title
 * @param {string[]} names
 * @param {Int16Array} column  To count how many events each has.
 */
function group(app, criterion, title, names, column) {
  if (!names.length) return null;
  const counts = new Array(names.length).fill(0);
  for (const value of column) if (value >= 0) counts[value] += 1;
  const boxes = names.map((name, number) => {
    const input = el("input", { type: "checkbox", checked: true, name: `${criterion}-${name}`,
      onchange: () => app.setFilter(criterion, number, input.checked) });
    return el("label", {}, input, el("span", {}, visible(name)), el("small", {}, counts[number].toLocaleString("en")));
  });
  return el("fieldset", {}, el("legend", {}, title), ...boxes);
}
