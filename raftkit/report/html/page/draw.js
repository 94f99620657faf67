/**
 * A frame: what is in view, back to front. Each layer is a file of its own; all get the same scene.
 */

import { drawAxis, drawGrid } from "./draw_axis.js";
import { drawHeadings } from "./draw_headings.js";
import { drawLanes, drawLaneTexts } from "./draw_lanes.js";
import { drawMarks } from "./draw_marks.js";
import { drawMessages } from "./draw_messages.js";
import { drawSelection } from "./draw_selection.js";
import { drawFlags, drawSteps, drawWeather } from "./draw_steps.js";
import { drawStory } from "./draw_story.js";

/**
 * What a layer draws with.
 * @typedef {object} Scene
 * @property {CanvasRenderingContext2D} ink
 * @property {import("./layout.js").Layout} layout
 * @property {import("./theme.js").Theme} theme
 * @property {import("./model.js").Model} model
 * @property {import("./filter.js").Filter} filter
 * @property {import("./past.js").Past} past
 * @property {import("./search.js").Search} search
 * @property {import("./flags.js").Flag[]} flags
 * @property {number} selected  An event, or -1.
 * @property {import("./states.js").ServerState[]} states  At the selected event.
 */

/** @param {Scene} scene */
export function draw(scene) {
  const { ink, layout, theme } = scene;
  const { width, height, left, lanesY } = layout;
  ink.clearRect(0, 0, width, height);
  ink.textBaseline = "middle";
  clipped(scene, left, lanesY, () => {
    drawWeather(scene, "tint");
    drawGrid(scene);
    drawLanes(scene);
    drawMessages(scene);
    drawMarks(scene);
    drawLaneTexts(scene);
    fadeBehindTheEnd(scene);
    drawStory(scene);
  });
  clipped(scene, left, 0, () => {
    drawAxis(scene);
    drawWeather(scene, "band");
    drawSteps(scene);
    drawFlags(scene);
    drawSelection(scene);
  });
  drawHeadings(scene);
  ink.fillStyle = theme.colours.line;
  ink.fillRect(left - 1, 0, 1, height);
}

/** Nothing is known of what would have come. @param {Scene} scene */
function fadeBehindTheEnd({ ink, layout, theme, model }) {
  ink.fillStyle = theme.colours.paper;
  ink.globalAlpha = 0.35;
  ink.fillRect(Math.max(layout.x(model.end), layout.left), layout.lanesY, layout.width, layout.height);
  ink.globalAlpha = 1;
}

/**
 * Draws right of and below a point only.
 * @param {Scene} scene
 * @param {number} left
 * @param {number} top
 * @param {() => void} draw
 */
function clipped({ ink, layout }, left, top, draw) {
  ink.save();
  ink.beginPath();
  ink.rect(left, top, layout.width - left, layout.height - top);
  ink.clip();
  draw();
  ink.restore();
}
