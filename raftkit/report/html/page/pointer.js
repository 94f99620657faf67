/**
 * Mouse and touch: wheel zooms, drag pans, a click selects, two fingers pinch.
 */

import { sentence } from "./events.js";
import { eventAt } from "./hit.js";
import { moment } from "./text.js";

/** @typedef {import("./app.js").App} App */

const CLICK_PIXELS = 5;
const MOUSE_REACH = 9;
const FINGER_REACH = 20;
const ZOOM_A_PIXEL = 0.0022;
const LINE_PIXELS = 18;

/** @param {App} app @param {HTMLElement} tip */
export function listenToPointer(app, tip) {
  const { canvas } = app;
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let moved = 0;

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const { layout } = app.scene();
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (isSideways) app.view.pan(layout.nsIn((event.deltaX || event.deltaY) * unit));
    else app.view.zoom(Math.exp(event.deltaY * unit * ZOOM_A_PIXEL * (event.ctrlKey ? 4 : 1)), layout.ns(event.offsetX));
    hide(tip);
    app.changed();
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (!fingers.size) moved = 0;
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    hide(tip);
  });

  canvas.addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    if (!was) {
      hover(app, tip, event);
      return;
    }
    const now = { x: event.offsetX, y: event.offsetY };
    moved += Math.abs(now.x - was.x) + Math.abs(now.y - was.y);
    if (fingers.size === 2) pinch(app, fingers, event.pointerId, now);
    else if (moved > CLICK_PIXELS) drag(app, was, now);
    fingers.set(event.pointerId, now);
  });

  canvas.addEventListener("pointerup", (event) => {
    const wasAlone = fingers.size === 1;
    fingers.delete(event.pointerId);
    if (!wasAlone || moved > CLICK_PIXELS) return;
    const reach = event.pointerType === "mouse" ? MOUSE_REACH : FINGER_REACH;
    const found = eventAt(app.scene(), event.offsetX, event.offsetY, reach);
    if (found >= 0) app.select(found, { reveal: false });
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("pointerleave", () => hide(tip));
  canvas.addEventListener("dblclick", (event) => {
    app.view.zoom(1 / 3, app.scene().layout.ns(event.offsetX));
    app.changed();
  });
}

/** @typedef {{x: number, y: number}} Point */

/** @param {App} app @param {Point} was @param {Point} now */
function drag(app, was, now) {
  app.view.pan(app.scene().layout.nsIn(was.x - now.x));
  app.scroll += was.y - now.y;
  app.changed();
}

/** What was under the two fingers stays under them. @param {App} app @param {Map<number, Point>} fingers @param {number} id @param {Point} now */
function pinch(app, fingers, id, now) {
  const [was] = [...fingers].filter(([finger]) => finger === id).map(([, point]) => point);
  const [other] = [...fingers].filter(([finger]) => finger !== id).map(([, point]) => point);
  const { layout } = app.scene();
  const before = Math.max(Math.hypot(was.x - other.x, was.y - other.y), 10);
  const after = Math.max(Math.hypot(now.x - other.x, now.y - other.y), 10);
  app.view.zoom(before / after, layout.ns((was.x + other.x) / 2));
  app.view.pan(app.scene().layout.nsIn((was.x - now.x) / 2));
  app.changed();
}

/** @param {App} app @param {HTMLElement} tip @param {PointerEvent} event */
function hover(app, tip, event) {
  if (event.pointerType !== "mouse") return;
  const found = eventAt(app.scene(), event.offsetX, event.offsetY, MOUSE_REACH);
  app.canvas.style.cursor = found >= 0 ? "pointer" : "grab";
  if (found < 0) {
    hide(tip);
    return;
  }
  tip.textContent = `${moment(app.model.at[found])}   ${sentence(app.model.record(found))}`;
  tip.hidden = false;
  const left = Math.min(event.offsetX + 14, app.canvas.clientWidth - tip.offsetWidth - 8);
  const top = event.offsetY + 20 + tip.offsetHeight > app.canvas.clientHeight ? event.offsetY - tip.offsetHeight - 10 : event.offsetY + 18;
  tip.style.transform = `translate(${Math.max(left, 4)}px, ${top}px)`;
}

/** @param {HTMLElement} tip */
function hide(tip) {
  tip.hidden = true;
}
