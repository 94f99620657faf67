/**
 * The whole run in a strip: who led when, how much happened, where it failed, and the window that is in view.
 */

import { lowerBoundBy } from "./columns.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./spans.js").RoleSpan} RoleSpan */

const BUCKET = 2;
const BUSY = 20;
const ROW_HIGHEST = 6;

export class Overview {
  /** @param {App} app @param {HTMLCanvasElement} canvas */
  constructor(app, canvas) {
    this.app = app;
    this.canvas = canvas;
    this.ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** What does not change with the view, drawn once. @private @type {HTMLCanvasElement | null} */
    this.still = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.centre(event.offsetX);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.centre(event.offsetX);
    });
  }

  /** The size, the filter or the theme is another. */
  forget() {
    this.still = null;
  }

  draw() {
    const { ink, canvas, app } = this;
    const scale = app.scale;
    const width = canvas.width / scale;
    const height = canvas.height / scale;
    this.still ??= this.drawStill(width, height);
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, canvas.width, canvas.height);
    ink.drawImage(this.still, 0, 0);
    ink.setTransform(scale, 0, 0, scale, 0, 0);
    const { colours } = app.theme;
    const from = this.x(app.view.from, width);
    const to = Math.max(this.x(app.view.to, width), from + 3);
    ink.fillStyle = colours.paper;
    ink.globalAlpha = 0.5;
    ink.fillRect(0, 0, from, height);
    ink.fillRect(to, 0, width, height);
    ink.globalAlpha = 1;
    ink.strokeStyle = colours.accent;
    ink.lineWidth = 1.5;
    ink.strokeRect(from + 0.75, 0.75, to - from - 1.5, height - 1.5);
    if (app.selected >= 0) {
      ink.fillStyle = colours.accent;
      ink.fillRect(this.x(app.model.at[app.selected], width) - 0.5, 0, 1, height);
    }
  }

  /** @private @param {number} ns @param {number} width */
  x(ns, width) {
    const { first, last } = this.app.view;
    return ((ns - first) / (last - first)) * width;
  }

  /** @private @param {number} x */
  centre(x) {
    const { view } = this.app;
    const at = view.first + (x / this.canvas.clientWidth) * (view.last - view.first);
    view.pan(at - (view.from + view.to) / 2);
    this.app.changed();
  }

  /** @private @param {number} width @param {number} height */
  drawStill(width, height) {
    const { app } = this;
    const still = document.createElement("canvas");
    still.width = this.canvas.width;
    still.height = this.canvas.height;
    const ink = /** @type {CanvasRenderingContext2D} */ (still.getContext("2d"));
    ink.scale(app.scale, app.scale);
    this.drawBusy(ink, width);
    const row = Math.min((height - BUSY - 4) / Math.max(app.filter.servers.length, 1), ROW_HIGHEST);
    app.filter.servers.forEach((server, number) => {
      for (const span of app.model.spans.roles[server]) this.drawRole(ink, span, width, BUSY + 2 + number * row, row - 1);
    });
    for (const flag of app.flags) {
      ink.fillStyle = flag.what === "warning" ? app.theme.colours.candidate : app.theme.colours.bad;
      const tall = flag.what === "moment" ? 6 : height;
      ink.fillRect(this.x(flag.at, width) - 1, 0, 2, tall);
    }
    return still;
  }

  /** @private @param {CanvasRenderingContext2D} ink @param {number} width */
  drawBusy(ink, width) {
    const { model, filter, view, theme } = this.app;
    const step = ((view.last - view.first) * BUCKET) / width;
    ink.fillStyle = theme.colours.faint;
    let first = 0;
    for (let x = 0; x < width && first < filter.events.length; x += BUCKET) {
      const last = lowerBoundBy(filter.events, model.at, view.first + (x / BUCKET + 1) * step);
      if (last > first) {
        const tall = Math.min(2 + Math.log2(last - first) * 1.8, BUSY - 2);
        ink.fillRect(x, BUSY - tall, BUCKET - 0.5, tall);
      }
      first = last;
    }
  }

  /** @private @param {CanvasRenderingContext2D} ink @param {RoleSpan} span @param {number} width @param {number} y @param {number} height */
  drawRole(ink, span, width, y, height) {
    const { colours } = this.app.theme;
    if (span.role === "down") return;
    ink.fillStyle = span.role === "leader" ? colours.leader : span.role === "candidate" ? colours.candidate : colours.follower;
    const from = this.x(span.from, width);
    const to = this.x(Math.min(span.to, this.app.model.end), width);
    ink.fillRect(from, y, Math.max(to - from, 1), height);
  }
}
