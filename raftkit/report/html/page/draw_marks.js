/**
 * Events at a server: marks where they can be told apart, their density where they cannot.
 */

import { lowerBoundBy } from "./columns.js";
import { arrowsInView } from "./draw_messages.js";
import { ABOVE, BAR, BELOW } from "./layout.js";
import { DIM } from "./past.js";

/** @typedef {import("./draw.js").Scene} Scene */
/** @typedef {(ink: CanvasRenderingContext2D, x: number, y: number) => void} Shape */

const MOST_MARKS = 1500;
/** Pixels in which events are counted together. */
const BUCKET = 3;

const REFUSED = "started in vain";

/**
 * How an event is marked: at which height, in which colour, how.
 * @type {Record<string, {dy: number, colour: keyof import("./theme.js").Colours, shape: Shape, isHollow?: boolean}>}
 */
const MARKS = {
  started: { dy: ABOVE, colour: "ink", shape: arrowhead },
  [REFUSED]: { dy: ABOVE, colour: "faint", shape: arrowhead, isHollow: true },
  state_read: { dy: ABOVE, colour: "muted", shape: ring, isHollow: true },
  logged: { dy: ABOVE, colour: "muted", shape: square },
  applied: { dy: BELOW, colour: "leader", shape: dot },
  persisted: { dy: BAR - 2, colour: "muted", shape: tick },
  snapshot_taken: { dy: BELOW, colour: "accent", shape: diamond },
  snapshot_applied: { dy: BELOW, colour: "accent", shape: diamond },
  restored: { dy: BELOW, colour: "accent", shape: diamond },
  server_created: { dy: 0, colour: "ink", shape: rise },
  server_crashed: { dy: 0, colour: "bad", shape: cross, isHollow: true },
  raised: { dy: 0, colour: "bad", shape: cross, isHollow: true },
};

/**
 * The height of an event's mark, from the middle of its lane.
 * @param {string} kind
 * @returns {number}
 */
export function markHeight(kind) {
  return Object.hasOwn(MARKS, kind) ? MARKS[kind].dy : 0;
}

/** @param {Scene} scene */
export function drawMarks(scene) {
  const { filter, layout, model, past } = scene;
  const ranges = filter.servers.map((server) => range(scene, server));
  const total = ranges.reduce((sum, [first, last]) => sum + last - first, 0);
  if (total > MOST_MARKS || !arrowsInView(scene)) {
    for (const server of filter.servers) drawDensity(scene, server);
  }
  if (total > MOST_MARKS) return;
  /** @type {Map<string, {lit: [number, number][], dim: [number, number][]}>} */
  const groups = new Map();
  filter.servers.forEach((server, row) => {
    const [first, last] = ranges[row];
    for (let i = first; i < last; i += 1) {
      const event = filter.byServer[server][i];
      const kind = model.kinds.list[model.kind[event]];
      if (!Object.hasOwn(MARKS, kind)) continue;
      const place = /** @type {[number, number]} */ ([layout.x(model.at[event]), layout.y(server) + MARKS[kind].dy]);
      const look = model.isRefused[event] ? REFUSED : kind;
      const { lit, dim } = groups.get(look) ?? { lit: [], dim: [] };
      (past.dims(event) ? dim : lit).push(place);
      groups.set(look, { lit, dim });
    }
  });
  for (const [look, { lit, dim }] of groups) {
    scene.ink.globalAlpha = DIM;
    drawKind(scene, look, dim);
    scene.ink.globalAlpha = 1;
    drawKind(scene, look, lit);
  }
}

/** @param {Scene} scene @param {string} look @param {[number, number][]} places */
function drawKind({ ink, theme }, look, places) {
  const { colour, shape, isHollow } = MARKS[look];
  ink.fillStyle = ink.strokeStyle = theme.colours[colour];
  ink.lineWidth = colour === "bad" ? 2 : 1.3;
  ink.beginPath();
  let lastX = -Infinity;
  let lastY = -Infinity;
  for (const [x, y] of places) {
    if (Math.abs(x - lastX) < 0.5 && y === lastY) continue;
    shape(ink, x, y);
    lastX = x;
    lastY = y;
  }
  if (isHollow) ink.stroke();
  else ink.fill();
  ink.lineWidth = 1;
}

/** The positions of a server's events in view. @param {Scene} scene @param {number} server @returns {[number, number]} */
function range({ filter, layout, model }, server) {
  const events = filter.byServer[server];
  return [lowerBoundBy(events, model.at, layout.view.from), lowerBoundBy(events, model.at, layout.view.to + 1)];
}

/** All events, and over them those that are not dimmed. @param {Scene} scene @param {number} server */
function drawDensity(scene, server) {
  const { filter, past } = scene;
  const events = filter.byServer[server];
  density(scene, server, events, "faint");
  if (past.isOn) density(scene, server, events.filter((event) => past.marks[event]), "ink");
}

/**
 * How many events there are, as bars above the lane, on a logarithmic scale: two searches a bucket, however many
 * events there are.
 * @param {Scene} scene
 * @param {number} server
 * @param {Int32Array} events
 * @param {"faint" | "ink"} colour
 */
function density(scene, server, events, colour) {
  const { layout, model, ink, theme } = scene;
  const room = Math.min(layout.laneHeight / 2 - BAR - 6, 24);
  const width = layout.nsIn(BUCKET);
  const base = layout.y(server) - BAR - 1;
  // Buckets are fixed to time, so that they do not flicker while the view pans.
  let start = Math.floor(layout.view.from / width) * width;
  let first = lowerBoundBy(events, model.at, start);
  ink.fillStyle = theme.colours[colour];
  while (start <= layout.view.to && first < events.length) {
    const last = lowerBoundBy(events, model.at, start + width);
    if (last > first) {
      const height = Math.min(2 + Math.log2(last - first) * 2.6, room);
      ink.fillRect(layout.x(start), base - height, BUCKET - 0.5, height);
    }
    first = last;
    start += width;
  }
}

/** @type {Shape} */
function arrowhead(ink, x, y) {
  ink.moveTo(x - 4, y - 4);
  ink.lineTo(x + 4, y - 4);
  ink.lineTo(x, y + 4);
  ink.closePath();
}

/** @type {Shape} */
function ring(ink, x, y) {
  ink.moveTo(x + 3.2, y);
  ink.arc(x, y, 3.2, 0, 2 * Math.PI);
}

/** @type {Shape} */
function dot(ink, x, y) {
  ink.moveTo(x + 2.6, y);
  ink.arc(x, y, 2.6, 0, 2 * Math.PI);
}

/** @type {Shape} */
function square(ink, x, y) {
  ink.rect(x - 2.2, y - 2.2, 4.4, 4.4);
}

/** @type {Shape} */
function tick(ink, x, y) {
  ink.rect(x - 0.6, y - 3, 1.2, 6);
}

/** @type {Shape} */
function diamond(ink, x, y) {
  ink.moveTo(x, y - 4);
  ink.lineTo(x + 4, y);
  ink.lineTo(x, y + 4);
  ink.lineTo(x - 4, y);
  ink.closePath();
}

/** @type {Shape} */
function rise(ink, x, y) {
  ink.rect(x - 1, y - BAR - 5, 2, 2 * BAR + 10);
}

/** @type {Shape} */
function cross(ink, x, y) {
  ink.moveTo(x - 5, y - 5);
  ink.lineTo(x + 5, y + 5);
  ink.moveTo(x + 5, y - 5);
  ink.lineTo(x - 5, y + 5);
}
