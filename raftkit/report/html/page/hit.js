/**
 * What is under the pointer: the nearest mark, else the nearest arrow.
 */

import { lowerBoundBy } from "./columns.js";
import { arrowsInView, pathOf } from "./draw_messages.js";
import { placeOf } from "./draw_selection.js";
import { STEP } from "./layout.js";

/** @typedef {import("./draw.js").Scene} Scene */

/**
 * @param {Scene} scene
 * @param {number} x
 * @param {number} y
 * @param {number} reach  Pixels; more for a finger than for a mouse.
 * @returns {number}  An event, or -1.
 */
export function eventAt(scene, x, y, reach) {
  const { layout } = scene;
  if (x < layout.left) return -1;
  if (y < layout.lanesY) return flagAt(scene, x, y) ?? stepAt(scene, x, y);
  const mark = markAt(scene, x, y, reach);
  return mark >= 0 ? mark : arrowUnder(scene, x, y, reach);
}

/** @param {Scene} scene @param {number} x @param {number} y */
function flagAt({ layout, flags }, x, y) {
  if (y < layout.flagsY || y > layout.weatherY) return undefined;
  const near = flags.filter((flag) => flag.what !== "moment" && Math.abs(layout.x(flag.at) - x) < 190);
  near.sort((a, b) => Math.abs(layout.x(a.at) - x) - Math.abs(layout.x(b.at) - x));
  return near[0]?.event;
}

/** @param {Scene} scene @param {number} x @param {number} y */
function stepAt({ layout, model }, x, y) {
  const row = Math.floor((y - layout.stepsY) / STEP);
  if (row < 0 || row >= layout.stepRows) return -1;
  const at = layout.ns(x);
  return model.spans.steps[row].findLast((step) => step.from <= at && at <= step.to)?.event ?? -1;
}

/** @param {Scene} scene @param {number} x @param {number} y @param {number} reach */
function markAt(scene, x, y, reach) {
  const { filter, layout, model } = scene;
  const server = layout.serverAt(y);
  if (server < 0) return -1;
  const events = filter.byServer[server];
  const first = lowerBoundBy(events, model.at, layout.ns(x - reach));
  let best = -1;
  let least = reach * reach;
  for (let i = first; i < events.length; i += 1) {
    const place = placeOf(scene, events[i]);
    if (!place) continue;
    if (place.x > x + reach) break;
    // A little nearer in time beats a little nearer in height: that is how marks lie.
    const distance = (place.x - x) ** 2 + ((place.y - y) * 0.7) ** 2;
    if (distance < least) {
      least = distance;
      best = events[i];
    }
  }
  return best;
}

/** @param {Scene} scene @param {number} x @param {number} y @param {number} reach */
function arrowUnder(scene, x, y, reach) {
  let best = -1;
  let least = reach;
  for (const arrow of arrowsInView(scene) ?? []) {
    const { fromX, fromY, toX, toY, bendX, bendY } = pathOf(scene, arrow);
    const distance = Math.min(distanceTo(x, y, fromX, fromY, bendX, bendY), distanceTo(x, y, bendX, bendY, toX, toY));
    if (distance < least) {
      least = distance;
      best = arrow.event;
    }
  }
  return best;
}

/**
 * From a point to a stretch of a line.
 * @param {number} x @param {number} y
 * @param {number} fromX @param {number} fromY
 * @param {number} toX @param {number} toY
 */
function distanceTo(x, y, fromX, fromY, toX, toY) {
  const dx = toX - fromX;
  const dy = toY - fromY;
  const share = Math.min(Math.max(((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1), 0), 1);
  return Math.hypot(fromX + share * dx - x, fromY + share * dy - y);
}
