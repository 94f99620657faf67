/**
 * On top: the selected event, its moment, its message's way, and where search found something.
 */

import { markHeight } from "./draw_marks.js";
import { head, methodColour, pathOf, trace } from "./draw_messages.js";
import { AXIS } from "./layout.js";
import { between } from "./pen.js";

/** @typedef {import("./draw.js").Scene} Scene */

/** @param {Scene} scene */
export function drawSelection(scene) {
  drawHits(scene);
  if (scene.selected < 0) return;
  const { ink, layout, theme, model, selected } = scene;
  const x = layout.x(model.at[selected]);
  ink.fillStyle = theme.colours.accent;
  ink.globalAlpha = 0.5;
  ink.fillRect(Math.round(x) - 0.5, AXIS, 1, layout.height);
  ink.globalAlpha = 1;
  ink.beginPath();
  ink.moveTo(x - 5, AXIS - 7);
  ink.lineTo(x + 5, AXIS - 7);
  ink.lineTo(x, AXIS);
  ink.fill();
  drawWay(scene);
  const place = placeOf(scene, selected);
  if (!place) return;
  ink.strokeStyle = theme.colours.paper;
  ink.lineWidth = 4.5;
  circle(ink, place.x, place.y, 8);
  ink.strokeStyle = theme.colours.accent;
  ink.lineWidth = 2;
  circle(ink, place.x, place.y, 8);
  ink.lineWidth = 1;
}

/**
 * Where an event is marked, or null when it has no lane in view.
 * @param {Pick<Scene, "layout" | "model" | "filter">} scene
 * @param {number} event
 * @returns {{x: number, y: number} | null}
 */
export function placeOf({ layout, model, filter }, event) {
  const server = model.lane[event];
  if (server < 0 || filter.hidden.servers.has(server)) return null;
  const y = layout.y(server) + markHeight(model.kinds.list[model.kind[event]]);
  return y < layout.lanesY ? null : { x: layout.x(model.at[event]), y };
}

/** @param {Scene} scene */
function drawWay(scene) {
  const { ink, model, filter, selected, layout } = scene;
  const message = model.message[selected];
  if (message < 0) return;
  ink.save();
  ink.beginPath();
  ink.rect(layout.left, layout.lanesY, layout.width, layout.height);
  ink.clip();
  for (const event of model.journey(selected)) {
    const arrow = filter.arrowAt.get(event);
    if (!arrow) continue;
    const path = pathOf(scene, arrow);
    ink.strokeStyle = ink.fillStyle = methodColour(scene, arrow.method);
    ink.lineWidth = 3;
    ink.beginPath();
    trace(ink, path);
    ink.stroke();
    if (!arrow.isLost && !arrow.isPending) {
      ink.beginPath();
      head(ink, path, 10);
      ink.fill();
    }
  }
  ink.restore();
}

/** Ticks under the axis. @param {Scene} scene */
function drawHits({ ink, layout, theme, search, model }) {
  if (!search.hits.length) return;
  ink.fillStyle = theme.colours.accent;
  const [first, last] = between(model.at, layout.view.from, layout.view.to);
  const [from, to] = between(search.hits, first, last - 1);
  let drawn = -Infinity;
  for (let i = from; i < to; i += 1) {
    const x = Math.round(layout.x(model.at[search.hits[i]]));
    if (x > drawn) ink.fillRect(x - 1, AXIS, 2, 5);
    drawn = x;
  }
}

/** @param {CanvasRenderingContext2D} ink @param {number} x @param {number} y @param {number} radius */
function circle(ink, x, y, radius) {
  ink.beginPath();
  ink.arc(x, y, radius, 0, 2 * Math.PI);
  ink.stroke();
}
