/**
 * Where things are on the canvas: time to the right, from top to bottom the axis, flags, weather, steps, and a lane a
 * server. All numbers are CSS pixels.
 */

/** @typedef {import("./filter.js").Filter} Filter */
/** @typedef {import("./view.js").View} View */

export const AXIS = 26;
export const FLAGS = 22;
export const WEATHER = 16;
export const STEP = 19;
/** Half the height of the bar that shows a role. */
export const BAR = 9;
/** Marks of what is asked of a server and what it logs stand above its bar, of what it does below. */
export const ABOVE = -17;
export const BELOW = 15;
const LANE_LOWEST = 66;
const LANE_LOWEST_NARROW = 54;
const LANE_HIGHEST = 132;
const MOST_STEP_ROWS = 5;
const NARROW = 560;

export class Layout {
  /**
   * @param {number} width
   * @param {number} height
   * @param {Filter} filter
   * @param {View} view
   * @param {number} scroll  How far lanes are scrolled up.
   */
  constructor(width, height, filter, view, scroll) {
    const { spans } = filter.model;
    this.width = width;
    this.height = height;
    this.view = view;
    this.isNarrow = width < NARROW;
    this.left = this.isNarrow ? 46 : 112;
    this.plotWidth = Math.max(width - this.left, 1);
    this.flagsY = AXIS;
    this.weatherY = this.flagsY + FLAGS;
    const hasWeather = spans.weather.length > 0;
    this.stepsY = this.weatherY + (hasWeather ? WEATHER : 0) + 2;
    this.stepRows = Math.min(spans.steps.length, this.isNarrow ? 3 : MOST_STEP_ROWS);
    this.lanesY = this.stepsY + this.stepRows * STEP + 6;

    const room = height - this.lanesY;
    const lanes = Math.max(filter.servers.length, 1);
    this.laneHeight = Math.min(Math.max(room / lanes, this.isNarrow ? LANE_LOWEST_NARROW : LANE_LOWEST), LANE_HIGHEST);
    /** How far lanes can be scrolled. */
    this.scrollable = Math.max(lanes * this.laneHeight - room, 0);
    this.scroll = Math.min(Math.max(scroll, 0), this.scrollable);
    /** @type {Map<number, number>} The middle of each server's lane. */
    this.laneY = new Map();
    filter.servers.forEach((server, row) => this.laneY.set(server, this.lanesY + (row + 0.5) * this.laneHeight - this.scroll));
    /** @private */
    this.scale = this.plotWidth / view.span;
  }

  /** @param {number} ns */
  x(ns) {
    return this.left + (ns - this.view.from) * this.scale;
  }

  /** @param {number} x */
  ns(x) {
    return this.view.from + (x - this.left) / this.scale;
  }

  /** Nanoseconds in so many pixels. @param {number} pixels */
  nsIn(pixels) {
    return pixels / this.scale;
  }

  /** @param {number} server */
  y(server) {
    return this.laneY.get(server) ?? -1000;
  }

  /** The server whose lane is at a height, or -1. @param {number} y */
  serverAt(y) {
    if (y < this.lanesY) return -1;
    for (const [server, middle] of this.laneY) {
      if (Math.abs(y - middle) <= this.laneHeight / 2) return server;
    }
    return -1;
  }
}
