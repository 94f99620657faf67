/**
 * The axis: round moments, and a faint line down from each.
 */

import { AXIS } from "./layout.js";
import { font, widthOf } from "./pen.js";

/** @typedef {import("./draw.js").Scene} Scene */

const ROOM_A_LABEL = 96;

/** @param {Scene} scene */
export function drawGrid(scene) {
  const { ink, layout, theme } = scene;
  ink.fillStyle = theme.colours.line;
  ink.globalAlpha = 0.7;
  eachTick(scene, (x) => ink.fillRect(x, AXIS, 1, layout.height - AXIS));
  ink.globalAlpha = 1;
}

/** @param {Scene} scene */
export function drawAxis(scene) {
  const { ink, layout, theme } = scene;
  const { left, width } = layout;
  font(scene, 11);
  ink.textAlign = "center";
  eachTick(scene, (x, label) => {
    ink.fillStyle = theme.colours.faint;
    ink.fillRect(x, AXIS - 5, 1, 5);
    const half = widthOf(ink, label) / 2 + 4;
    if (x - half < left || x + half > width) return;
    ink.fillStyle = theme.colours.muted;
    ink.fillText(label, x, AXIS / 2 - 1);
  });
  ink.fillStyle = theme.colours.line;
  ink.fillRect(left, AXIS - 1, width - left, 1);
}

/** @param {Scene} scene @param {(x: number, label: string) => void} draw */
function eachTick({ layout }, draw) {
  const { view } = layout;
  const step = roundStep(layout.nsIn(ROOM_A_LABEL));
  for (let k = Math.ceil(view.from / step); k * step <= view.to; k += 1) {
    draw(Math.round(layout.x(k * step)), axisLabel(k * step, step));
  }
}

/** 1, 2 or 5 times a power of ten, not below a length. @param {number} ns */
function roundStep(ns) {
  const power = 10 ** Math.floor(Math.log10(ns));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= ns) ?? 10 * power;
}

/** @param {number} ns @param {number} step */
function axisLabel(ns, step) {
  if (ns < 0) return "";
  const digits = Math.min(Math.max(-Math.floor(Math.log10(step / 1e9)), 0), 9);
  return `${(ns / 1e9).toFixed(digits)} s`;
}
