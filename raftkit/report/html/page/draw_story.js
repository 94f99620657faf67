/**
 * The moments that led to the failure, on the lanes: each has its number in the panel.
 */

import { BAR } from "./layout.js";
import { font, widthOf } from "./pen.js";

/** @typedef {import("./draw.js").Scene} Scene */

const SIZE = 16;

/** @param {Scene} scene */
export function drawStory(scene) {
  const { flags, layout, model } = scene;
  /** @type {Map<number, number>} Where the next number of a lane has room. */
  const free = new Map();
  for (const flag of flags) {
    const server = model.lane[flag.event];
    const x = layout.x(flag.at);
    if (flag.what !== "moment" || !layout.laneY.has(server) || x < layout.left - SIZE || x > layout.width + SIZE) continue;
    const at = Math.max(x, free.get(server) ?? -Infinity);
    drawNumber(scene, flag.label, x, at, layout.y(server));
    free.set(server, at + SIZE + 2);
  }
}

/**
 * @param {Scene} scene
 * @param {string} label
 * @param {number} x  The moment.
 * @param {number} at  Where there is room for its number.
 * @param {number} laneY
 */
function drawNumber({ ink, layout, theme }, label, x, at, laneY) {
  const y = laneY - Math.min(layout.laneHeight / 2 - SIZE / 2 - 1, 34);
  font({ ink, theme }, 10.5, "650");
  const half = Math.max(widthOf(ink, label) / 2 + 4, SIZE / 2);
  ink.strokeStyle = theme.colours.bad;
  ink.beginPath();
  ink.moveTo(x, laneY - BAR);
  ink.lineTo(at, y + SIZE / 2);
  ink.stroke();
  ink.beginPath();
  ink.roundRect(at - half, y - SIZE / 2, 2 * half, SIZE, SIZE / 2);
  ink.fillStyle = theme.colours.bad;
  ink.fill();
  ink.textAlign = "center";
  ink.fillStyle = theme.colours.paper;
  ink.fillText(label, at, y + 0.5);
}
