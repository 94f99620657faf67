/**
 * Above the lanes: flags for findings, the network's weather, and the test's steps, nested ones a row below.
 */

import { FLAGS, STEP, WEATHER } from "./layout.js";
import { eachInView, fitting, font, widthOf } from "./pen.js";
import { visible } from "./text.js";

/** @typedef {import("./draw.js").Scene} Scene */

/** @param {Scene} scene @param {"band" | "tint"} how */
export function drawWeather(scene, how) {
  const { ink, layout, theme } = scene;
  const { weather } = theme.colours;
  eachInView(scene, scene.model.spans.weather, (span, left, right) => {
    if (how === "tint") {
      ink.globalAlpha = 0.05;
      ink.fillStyle = weather;
      ink.fillRect(left, layout.lanesY, right - left, layout.height);
      ink.globalAlpha = 1;
      return;
    }
    const y = layout.weatherY + 1;
    ink.fillStyle = theme.stripes(ink, weather, "", 6, 1);
    ink.globalAlpha = 0.45;
    ink.fillRect(left, y, right - left, WEATHER - 3);
    ink.globalAlpha = 1;
    font(scene, 10.5, "600");
    ink.textAlign = "left";
    const text = fitting(ink, visible(span.name), right - left - 14);
    if (!text) return;
    const plate = Math.max(left, layout.left) + 4;
    ink.fillStyle = theme.colours.paper;
    ink.fillRect(plate - 2, y, widthOf(ink, text) + 8, WEATHER - 3);
    ink.fillStyle = weather;
    ink.fillText(text, plate + 2, y + WEATHER / 2 - 1);
  });
}

/** @param {Scene} scene */
export function drawSteps(scene) {
  const { ink, layout, theme, model } = scene;
  font(scene, 11);
  ink.textAlign = "left";
  for (let row = 0; row < layout.stepRows; row += 1) {
    const y = layout.stepsY + row * STEP;
    eachInView(scene, model.spans.steps[row], (step, left, right) => {
      const width = right - left - 1;
      ink.fillStyle = theme.colours.step;
      ink.fillRect(left, y, Math.max(width, 0.75), STEP - 2);
      ink.fillStyle = theme.colours["step-edge"];
      ink.fillRect(left, y, Math.min(2, Math.max(width, 0.75)), STEP - 2);
      const start = Math.max(left, layout.left) + 6;
      const text = fitting(ink, `${visible(step.step)}  ${visible(step.text)}`, right - start - 4);
      if (!text) return;
      ink.fillStyle = row === 0 ? theme.colours.ink : theme.colours.muted;
      ink.fillText(text, start, y + STEP / 2 - 0.5);
    });
  }
}

/** @param {Scene} scene */
export function drawFlags(scene) {
  for (const flag of scene.flags) {
    const x = Math.round(scene.layout.x(flag.at));
    if (flag.what !== "moment" && x > scene.layout.left - 4 && x < scene.layout.width + 4) drawFlag(scene, flag, x);
  }
}

/** @param {Scene} scene @param {import("./flags.js").Flag} flag @param {number} x */
function drawFlag(scene, flag, x) {
  const { ink, layout, theme } = scene;
  const isFailure = flag.what === "failure";
  font(scene, 11, "600");
  ink.fillStyle = isFailure ? theme.colours.bad : theme.colours.candidate;
  ink.globalAlpha = isFailure ? 0.9 : 0.5;
  ink.fillRect(x - 0.75, layout.flagsY, 1.5, layout.height);
  ink.globalAlpha = 1;
  const text = fitting(ink, isFailure ? `✕ ${flag.label}` : `! ${flag.label}`, isFailure ? 180 : 90);
  const width = widthOf(ink, text) + 14;
  const isLeftward = x + width > layout.width;
  const left = isLeftward ? x - width : x;
  ink.beginPath();
  ink.roundRect(left, layout.flagsY + 1, width, FLAGS - 4, isLeftward ? [4, 0, 0, 4] : [0, 4, 4, 0]);
  ink.fill();
  ink.textAlign = "left";
  ink.fillStyle = theme.colours.paper;
  ink.fillText(text, left + 7, layout.flagsY + FLAGS / 2 - 0.5);
}
