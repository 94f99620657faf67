/**
 * Lanes: what each server is, in which term, and how far it has committed.
 *
 * Roles can be told without colour: a leader's bar is solid, a candidate's striped, a follower's an outline; a server
 * that is down has none. Each says its term.
 */

import { lowerBound } from "./columns.js";
import { BAR } from "./layout.js";
import { eachInView, fitting, font, widthOf } from "./pen.js";

/** @typedef {import("./draw.js").Scene} Scene */
/** @typedef {import("./spans.js").RoleSpan} RoleSpan */

/** @param {Scene} scene */
export function drawLanes(scene) {
  for (const server of scene.filter.servers) {
    const y = scene.layout.y(server);
    drawFaults(scene, server, y);
    eachInView(scene, scene.model.spans.roles[server], (span, left, right) => {
      if (span.role !== "down") bar(scene, span, left, right - 0.5, y);
    });
  }
}

/** Over the messages, so that they can be read where arrows pass. @param {Scene} scene */
export function drawLaneTexts(scene) {
  for (const server of scene.filter.servers) {
    const y = scene.layout.y(server);
    eachInView(scene, scene.model.spans.roles[server], (span, left, right) => {
      if (span.role !== "down") roleText(scene, span, left, right, y);
    });
    drawCommits(scene, server, y);
  }
}

/** @param {Scene} scene @param {number} server @param {number} y */
function drawFaults(scene, server, y) {
  const { ink, layout, theme, model } = scene;
  const half = Math.min(layout.laneHeight / 2 - 4, 34);
  const crashes = new Set(model.spans.down[server].map((span) => span.from)); // a crash cuts a server off, too
  eachInView(scene, model.spans.cut[server], (span, left, right) => {
    ink.fillStyle = theme.stripes(ink, theme.colours.down, "", 7, -1);
    ink.globalAlpha = 0.22;
    ink.fillRect(left, y - half, right - left, 2 * half);
    ink.globalAlpha = 0.8;
    ink.strokeStyle = theme.colours.down;
    ink.setLineDash([5, 4]);
    ink.strokeRect(left + 0.5, y - half + 0.5, right - left - 1, 2 * half - 1);
    ink.setLineDash([]);
    ink.globalAlpha = 1;
    if (!crashes.has(span.from)) tag(scene, "disconnected", left, right, y - half + 8);
  });
  eachInView(scene, model.spans.down[server], (_, left, right) => {
    ink.fillStyle = theme.colours.down;
    ink.globalAlpha = 0.14;
    ink.fillRect(left, y - half, right - left, 2 * half);
    ink.globalAlpha = 0.9;
    ink.fillRect(left, y - half, 2, 2 * half);
    ink.globalAlpha = 1;
    tag(scene, "crashed", left, right, y - half + 8);
  });
}

/** @param {Scene} scene @param {string} word @param {number} left @param {number} right @param {number} y */
function tag(scene, word, left, right, y) {
  const { ink, layout, theme } = scene;
  font(scene, 10.5);
  ink.textAlign = "left";
  const start = Math.max(left, layout.left) + 7;
  const text = fitting(ink, word, right - start - 4);
  if (!text) return;
  ink.fillStyle = theme.colours.paper;
  ink.globalAlpha = 0.8;
  ink.fillRect(start - 3, y - 7, widthOf(ink, text) + 6, 14);
  ink.globalAlpha = 1;
  ink.fillStyle = theme.colours.muted;
  ink.fillText(text, start, y);
}

/** @param {Scene} scene @param {RoleSpan} span @param {number} left @param {number} right @param {number} y */
function bar({ ink, theme }, span, left, right, y) {
  const { colours } = theme;
  const width = Math.max(right - left, 0.75);
  if (span.role === "leader") {
    ink.fillStyle = colours.leader;
    ink.fillRect(left, y - BAR, width, 2 * BAR);
  } else if (span.role === "candidate") {
    ink.fillStyle = theme.stripes(ink, colours.candidate, colours.surface, 6, 1);
    ink.fillRect(left, y - BAR, width, 2 * BAR);
    ink.strokeStyle = colours.candidate;
    if (width > 2) ink.strokeRect(left + 0.5, y - BAR + 0.5, width - 1, 2 * BAR - 1);
  } else {
    ink.fillStyle = colours.follower;
    ink.fillRect(left, y - BAR, width, 2 * BAR);
    ink.fillStyle = colours["follower-edge"];
    ink.fillRect(left, y - BAR, width, 1);
    ink.fillRect(left, y + BAR - 1, width, 1);
    if (width > 2) ink.fillRect(left, y - BAR, 1, 2 * BAR);
  }
}

/**
 * Term and role, at the left end of what is in view of the span.
 * @param {Scene} scene
 * @param {RoleSpan} span
 * @param {number} left
 * @param {number} right
 * @param {number} y
 */
function roleText(scene, span, left, right, y) {
  const { ink, layout, theme: { colours } } = scene;
  font(scene, 11, "600");
  ink.textAlign = "left";
  const start = Math.max(left, layout.left) + 6;
  const room = right - start - 4;
  const term = span.term === null ? "" : `T${span.term}`;
  const whole = `${term} ${span.role}`.trim();
  const text = widthOf(ink, whole) <= room ? whole : widthOf(ink, term) <= room + 2 ? term : "";
  if (!text) return;
  ink.fillStyle = { leader: colours.leader, candidate: colours.surface, follower: colours.follower, down: "" }[span.role];
  ink.fillRect(start - 3, y - BAR + 2, widthOf(ink, text) + 6, 2 * BAR - 4);
  ink.fillStyle = span.role === "leader" ? colours["on-leader"] : colours.ink;
  ink.fillText(text, start, y + 0.5);
}

const ROOM_A_COMMIT = 34;

/**
 * Below the bar: the commit index, where it changes and there is room.
 * @param {Scene} scene
 * @param {number} server
 * @param {number} y
 */
function drawCommits(scene, server, y) {
  const { ink, layout, theme, model } = scene;
  const { at, value } = model.spans.commits[server];
  if (!at.length || layout.laneHeight < 58) return;
  font(scene, 10);
  ink.textAlign = "left";
  ink.fillStyle = theme.colours.muted;
  const base = y + Math.min(layout.laneHeight / 2 - 8, 27);
  let free = -Infinity;
  for (let i = Math.max(lowerBound(at, layout.view.from) - 1, 0); i < at.length && at[i] <= layout.view.to; i += 1) {
    const x = Math.max(layout.x(at[i]) + 4, layout.left + 6);
    const isLast = i + 1 === at.length || at[i + 1] > layout.view.to;
    const next = isLast ? Infinity : Math.max(layout.x(at[i + 1]), layout.left + 6);
    if (x < free || next - x < ROOM_A_COMMIT) continue;
    const text = `commit ${value[i]}`;
    const width = widthOf(ink, text);
    if (x + width > layout.width) break;
    ink.fillText(next - x > width + 6 ? text : `c${value[i]}`, x, base);
    free = x + (next - x > width + 6 ? width + 8 : ROOM_A_COMMIT);
  }
}
