/**
 * Left of the plot: what each row is, and what each server is at the selected moment.
 */

import { STEP } from "./layout.js";
import { fitting, font } from "./pen.js";
import { roleName } from "./states.js";

/** @typedef {import("./draw.js").Scene} Scene */

/** @param {Scene} scene */
export function drawHeadings(scene) {
  const { ink, layout, theme, filter, states } = scene;
  ink.fillStyle = theme.colours.paper;
  ink.fillRect(0, 0, layout.left, layout.height);
  ink.textAlign = "left";
  const start = layout.isNarrow ? 8 : 16;
  if (layout.stepRows && !layout.isNarrow) {
    small(scene, "steps", start, layout.stepsY + STEP / 2);
    if (scene.model.spans.weather.length) small(scene, "network", start, layout.weatherY + 7);
  }
  ink.save();
  ink.beginPath();
  ink.rect(0, layout.lanesY, layout.left, layout.height);
  ink.clip();
  for (const server of filter.servers) {
    const y = layout.y(server);
    const state = states[server];
    font(scene, 15, "650");
    ink.fillStyle = theme.colours.ink;
    ink.fillText(`S${server}`, start, layout.isNarrow || !state ? y : y - 8);
    if (state && !layout.isNarrow) {
      const term = state.term === null ? "" : ` T${state.term}`;
      small(scene, `${roleName(state)}${state.role === "down" ? "" : term}`, start, y + 9);
    }
  }
  ink.restore();
}

/** @param {Scene} scene @param {string} text @param {number} x @param {number} y */
function small(scene, text, x, y) {
  const { ink, layout, theme } = scene;
  font(scene, 11);
  ink.fillStyle = theme.colours.muted;
  ink.fillText(fitting(ink, text, layout.left - x - 4), x, y);
}
