/**
 * The moments that led to the failure, on the lanes: each has its number in the panel.
 */

import { BAR } from "./layout.js";
import { font, widthOf } from "./pen.js";

/** @typedef {import("./draw.js").Scene} Scene */

const SIZE = 16;

const GAP = 2;

/**
 * A number and its place: of its moment, of its middle, and half of its width.
 * @typedef {{label: string, x: number, at: number, half: number}} Numbered
 */

/** @param {Scene} scene */
export function drawStory(scene) {
  const { flags, layout, model } = scene;
  /** @type {Map<number, Numbered[]>} */
  const lanes = new Map();
  font(scene, 10.5, "650");
  for (const { what, event, at, label } of flags) {
    const server = model.lane[event];
    const x = layout.x(at);
    if (what !== "moment" || !layout.laneY.has(server) || x < layout.left - SIZE || x > layout.width + SIZE) continue;
    const half = Math.max(widthOf(scene.ink, label) / 2 + 4, SIZE / 2);
    lanes.set(server, [...(lanes.get(server) ?? []), { label, x, at: x, half }]);
  }
  for (const [server, numbers] of lanes) {
    makeRoom(numbers, layout.width - GAP);
    for (const number of numbers) drawNumber(scene, number, layout.y(server));
  }
}

/** Numbers of one lane stand beside each other, and not beyond the right edge. @param {Numbered[]} numbers @param {number} edge */
function makeRoom(numbers, edge) {
  let free = -Infinity;
  for (const number of numbers) {
    number.at = Math.max(number.x, free + number.half);
    free = number.at + number.half + GAP;
  }
  free = edge;
  for (const number of numbers.toReversed()) {
    number.at = Math.min(number.at, free - number.half);
    free = number.at - number.half - GAP;
  }
}

/** @param {Scene} scene @param {Numbered} number @param {number} laneY */
function drawNumber({ ink, layout, theme }, { label, half, x, at }, laneY) {
  const y = laneY - Math.min(layout.laneHeight / 2 - SIZE / 2 - 1, 34);
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
