/**
 * Messages between lanes. A request is a line, its reply a lighter, dashed one; a lost one ends in a cross, a reply
 * that is held back bends. Colour tells the method, and so does a label where there is room.
 *
 * With more in view than can be told apart, density takes the place of arrows (see draw_marks.js).
 */

import { lowerBound } from "./columns.js";
import { gist, plain } from "./events.js";
import { BAR } from "./layout.js";
import { DIM } from "./past.js";
import { font, widthOf } from "./pen.js";
import { visible } from "./text.js";

/** @typedef {import("./draw.js").Scene} Scene */
/** @typedef {import("./messages.js").Arrow} Arrow */
/** @typedef {{fromX: number, fromY: number, toX: number, toY: number, bendX: number, bendY: number}} Path */

/** With more in view they are not drawn at all; with fewer than the second they are drawn at full strength. */
const MOST_ARROWS = 700;
const FADE_FROM = 250;
const FAINTEST = 0.4;
const MOST_DASHED = 120;
const MOST_LABELS = 60;
/** Labels keep so far from each other, pixels; each is taken as a few points along its text. */
const LABEL_DISTANCE = 14;
const LABEL_POINTS = [-0.45, -0.15, 0.15, 0.45];
/** How far a message gets that is lost, or that is still under way at the end. */
const LOST_SHARE = 0.55;
/** How far a message to nobody is drawn, pixels. */
const STUB = 26;

/** @type {WeakMap<import("./layout.js").Layout, Arrow[] | null>} Several layers ask; a layout is of one frame. */
const found = new WeakMap();

/**
 * The arrows in view, or null when there are too many to draw.
 * @param {Scene} scene
 * @returns {Arrow[] | null}
 */
export function arrowsInView(scene) {
  let arrows = found.get(scene.layout);
  if (arrows === undefined) {
    arrows = findArrows(scene);
    found.set(scene.layout, arrows);
  }
  return arrows;
}

/** @param {Scene} scene */
function findArrows({ filter, layout }) {
  const { arrows, reach } = filter;
  const { from, to } = layout.view;
  const inView = [];
  for (let i = lowerBound(reach, from); i < arrows.length && arrows[i].leaves <= to; i += 1) {
    if (arrows[i].arrives < from) continue;
    inView.push(arrows[i]);
    if (inView.length > MOST_ARROWS) return null;
  }
  return inView;
}

/** @param {Scene} scene */
export function drawMessages(scene) {
  const arrows = arrowsInView(scene);
  if (!arrows) return;
  const strength = Math.min(1, Math.max(FAINTEST, 1 - (arrows.length - FADE_FROM) / (MOST_ARROWS - FADE_FROM)));
  for (const group of grouped(scene, arrows).values()) drawGroup(scene, group, strength);
  const lit = arrows.filter((arrow) => !scene.past.dimsArrow(arrow));
  drawCrosses(scene, lit.filter((arrow) => arrow.isLost));
  if (lit.length <= MOST_LABELS) drawLabels(scene, lit);
}

/** Requests first; a label that would lie on another is left out. @param {Scene} scene @param {Arrow[]} arrows */
function drawLabels(scene, arrows) {
  /** @type {{x: number, y: number}[]} */
  const taken = [];
  for (const arrow of [...arrows].sort((a, b) => Number(a.isReply) - Number(b.isReply))) label(scene, arrow, taken);
}

/**
 * Arrows of one look go into one path: a canvas draws that much faster than one by one. Two that would fall on the
 * same pixels are one.
 * @param {Scene} scene
 * @param {Arrow[]} arrows
 */
function grouped({ layout, past }, arrows) {
  /** @type {Map<string, Arrow[]>} */
  const groups = new Map();
  const seen = new Set();
  for (const arrow of arrows) {
    const place = `${Math.round(layout.x(arrow.leaves))} ${Math.round(layout.x(arrow.arrives))} ${arrow.from} ${arrow.to} ${arrow.isReply} ${arrow.method} ${past.dimsArrow(arrow)}`;
    if (seen.has(place)) continue;
    seen.add(place);
    const style = `${arrow.method} ${arrow.isReply} ${arrow.isLost} ${arrow.isPending} ${past.dimsArrow(arrow)}`;
    const group = groups.get(style);
    if (group) group.push(arrow);
    else groups.set(style, [arrow]);
  }
  return groups;
}

/** @param {Scene} scene @param {Arrow[]} group @param {number} full */
function drawGroup(scene, group, full) {
  const { ink } = scene;
  const strength = scene.past.dimsArrow(group[0]) ? full * DIM : full;
  const { isReply, isLost, isPending } = group[0];
  const colour = methodColour(scene, group[0].method);
  ink.strokeStyle = ink.fillStyle = colour;
  ink.lineWidth = isReply ? 1 : 1.4;
  ink.globalAlpha = (isReply ? 0.5 : 0.9) * strength;
  if (isReply && group.length <= MOST_DASHED) ink.setLineDash([4, 3]); // dashes are dear
  ink.beginPath();
  for (const arrow of group) trace(ink, pathOf(scene, arrow));
  ink.stroke();
  ink.setLineDash([]);
  if (!isLost && !isPending) {
    ink.globalAlpha = (isReply ? 0.65 : 1) * strength;
    ink.beginPath();
    for (const arrow of group) head(ink, pathOf(scene, arrow), isReply ? 5 : 6.5);
    ink.fill();
  }
  ink.globalAlpha = 1;
  ink.lineWidth = 1;
}

/** @param {Scene} scene @param {number} method */
export function methodColour({ theme, model }, method) {
  return theme.method(plain(model.methods.list[method] ?? ""), method);
}

/**
 * @param {Scene} scene
 * @param {Arrow} arrow
 * @returns {Path}
 */
export function pathOf({ layout }, arrow) {
  const down = layout.y(arrow.to) > layout.y(arrow.from) ? 1 : -1;
  const fromX = layout.x(arrow.leaves);
  const fromY = layout.y(arrow.from) + down * BAR;
  let toX = layout.x(arrow.arrives);
  let toY = layout.y(arrow.to) - down * BAR;
  if (arrow.isLost) {
    const isStub = arrow.arrives === arrow.leaves;
    toY = isStub ? fromY + down * Math.min(STUB, Math.abs(toY - fromY)) : fromY + (toY - fromY) * LOST_SHARE;
    toX = isStub ? fromX : fromX + (toX - fromX) * LOST_SHARE;
  } else if (arrow.isPending) {
    toY = fromY + (toY - fromY) * LOST_SHARE;
  }
  // A reply that is held back goes almost there, and then waits beside the lane that it is for.
  const bendX = arrow.isDelayed ? fromX + Math.min(24, (toX - fromX) / 2) : (fromX + toX) / 2;
  const bendY = arrow.isDelayed ? fromY + (toY - fromY) * 0.8 : (fromY + toY) / 2;
  return { fromX, fromY, toX, toY, bendX, bendY };
}

/** @param {CanvasRenderingContext2D} ink @param {Path} path */
export function trace(ink, { fromX, fromY, toX, toY, bendX, bendY }) {
  ink.moveTo(fromX, fromY);
  if (bendY === (fromY + toY) / 2) ink.lineTo(toX, toY);
  else ink.quadraticCurveTo(bendX, bendY, toX, toY);
}

/** @param {CanvasRenderingContext2D} ink @param {Path} path @param {number} size */
export function head(ink, { toX, toY, bendX, bendY }, size) {
  const angle = Math.atan2(toY - bendY, toX - bendX);
  ink.moveTo(toX, toY);
  ink.lineTo(toX - size * Math.cos(angle - 0.4), toY - size * Math.sin(angle - 0.4));
  ink.lineTo(toX - size * Math.cos(angle + 0.4), toY - size * Math.sin(angle + 0.4));
  ink.closePath();
}

/** @param {Scene} scene @param {Arrow[]} lost */
function drawCrosses(scene, lost) {
  const { ink, theme } = scene;
  ink.strokeStyle = theme.colours.bad;
  ink.lineWidth = 1.6;
  ink.beginPath();
  for (const arrow of lost) {
    const { toX, toY } = pathOf(scene, arrow);
    ink.moveTo(toX - 3.5, toY - 3.5);
    ink.lineTo(toX + 3.5, toY + 3.5);
    ink.moveTo(toX + 3.5, toY - 3.5);
    ink.lineTo(toX - 3.5, toY + 3.5);
  }
  ink.stroke();
  ink.lineWidth = 1;
}

/**
 * Along the line, where it is long enough and not too steep to read.
 * @param {Scene} scene
 * @param {Arrow} arrow
 * @param {{x: number, y: number}[]} taken  Where labels are already.
 */
function label(scene, arrow, taken) {
  const { ink, theme, model } = scene;
  const { fromX, fromY, toX, toY } = pathOf(scene, arrow);
  const length = Math.hypot(toX - fromX, toY - fromY);
  if (length < 60 || arrow.isDelayed || Math.abs(toX - fromX) < 26) return;
  const e = model.record(arrow.event);
  const text = arrow.isReply ? gist(e.reply).trim() : `${visible(e.method)}${gist(e.args)}`;
  font(scene, 10.5);
  const share = widthOf(ink, text) / length;
  if (!text || share > 1 - 16 / length) return;
  const middle = { x: (fromX + toX) / 2, y: (fromY + toY) / 2 };
  const points = LABEL_POINTS.map((part) => ({ x: middle.x + (toX - fromX) * share * part, y: middle.y + (toY - fromY) * share * part }));
  if (points.some((point) => taken.some(({ x, y }) => Math.hypot(x - point.x, y - point.y) < LABEL_DISTANCE))) return;
  taken.push(...points);
  ink.save();
  ink.translate(middle.x, middle.y);
  ink.rotate(Math.atan2(toY - fromY, toX - fromX) + (toX < fromX ? Math.PI : 0));
  ink.textAlign = "center";
  ink.lineWidth = 3;
  ink.strokeStyle = theme.colours.paper;
  ink.strokeText(text, 0, -7);
  ink.fillStyle = arrow.isReply ? theme.colours.muted : methodColour(scene, arrow.method);
  ink.fillText(text, 0, -7);
  ink.restore();
}
