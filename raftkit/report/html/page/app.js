/**
 * The page's one state: what is in view, what is selected, what is shown. Whoever changes it says so, and a frame is
 * drawn when the browser is ready for one.
 */

import { draw } from "./draw.js";
import { sentence } from "./events.js";
import { Filter } from "./filter.js";
import { flagsOf, verdictOf } from "./flags.js";
import { Layout } from "./layout.js";
import { Overview } from "./overview.js";
import { Past } from "./past.js";
import { Search } from "./search.js";
import { moment } from "./text.js";
import { Theme } from "./theme.js";
import { View } from "./view.js";
import { byId } from "./dom.js";
import { lowerBound } from "./columns.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./load.js").Result} Result */
/** @typedef {import("./filter.js").Criterion} Criterion */

/** What is shown before a failure, and behind it. */
const BEFORE_FAILURE_NS = 200e6;
const AFTER_FAILURE_NS = 22e6;

export class App {
  /** @param {Model} model @param {Result} result @param {Uint8Array} past */
  constructor(model, result, past) {
    this.model = model;
    this.result = result;
    this.verdict = verdictOf(model, result);
    this.flags = flagsOf(model, result);
    this.failure = this.flags.find((flag) => flag.what === "failure");
    this.filter = new Filter(model);
    this.past = new Past(model, past);
    this.search = new Search(model);
    this.view = new View(model.end);
    this.theme = new Theme();
    this.selected = -1;
    /** @type {import("./states.js").ServerState[]} At the selected event. */
    this.states = [];
    this.scroll = 0;
    this.canvas = /** @type {HTMLCanvasElement} */ (byId("plot"));
    /** @private */
    this.ink = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.overview = new Overview(this, /** @type {HTMLCanvasElement} */ (byId("overview")));
    /** @type {((app: App) => void)[]} Called when another event is selected. */
    this.onSelect = [];
    /** @type {((app: App) => void)[]} Called when the failure's past is shown alone, or no longer. */
    this.onPast = [];
    /** @private */
    this.isFrameDue = false;
    this.scale = 1;
    new ResizeObserver(() => this.resize()).observe(byId("stage"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.retheme());
  }

  /** Asks for a frame. */
  changed() {
    if (this.isFrameDue) return;
    this.isFrameDue = true;
    requestAnimationFrame(() => this.frame());
  }

  /** What a layer or a hit test needs, now. @returns {import("./draw.js").Scene} */
  scene() {
    const { ink, theme, model, filter, past, search, flags, selected, states, view } = this;
    const layout = new Layout(this.canvas.clientWidth, this.canvas.clientHeight, filter, view, this.scroll);
    this.scroll = layout.scroll;
    return { ink, layout, theme, model, filter, past, search, flags, selected, states };
  }

  /**
   * Makes an event the selected one.
   * @param {number} event  -1 selects none.
   * @param {{reveal?: boolean}} [options]  Whether to move it into view.
   */
  select(event, { reveal = true } = {}) {
    if (event < -1 || event >= this.model.count) return;
    this.selected = event;
    this.states = event < 0 ? [] : this.model.statesAt(event);
    if (event >= 0) {
      if (reveal) this.reveal(event);
      byId("live").textContent = `${moment(this.model.at[event])}: ${sentence(this.model.record(event))}`;
    }
    for (const listener of this.onSelect) listener(this);
    this.changed();
  }

  /** The next or the previous event that the filter shows and that is not dimmed. @param {1 | -1} direction */
  step(direction) {
    const events = this.past.isOn ? this.filter.events.filter((event) => !this.past.dims(event)) : this.filter.events;
    const here = this.selected >= 0 ? this.selected : lowerBound(this.model.at, this.view.from) - 0.5;
    const position = direction > 0 ? lowerBound(events, here + 0.5) : lowerBound(events, here) - 1;
    if (position >= 0 && position < events.length) this.select(events[position]);
  }

  /** The message's next event, and from its last to its first again. */
  follow() {
    const journey = this.model.journey(this.selected);
    if (journey.length) this.select(journey[(journey.indexOf(this.selected) + 1) % journey.length]);
  }

  showFailure() {
    if (!this.failure) return;
    const { at, event } = this.failure;
    this.view.show(at - BEFORE_FAILURE_NS, at + AFTER_FAILURE_NS);
    this.select(event, { reveal: false });
  }

  /** Dims what could not have influenced the failure, or no longer. @param {boolean} isOn */
  showPastOnly(isOn) {
    if (!this.past.count) return;
    this.past.isOn = isOn;
    for (const listener of this.onPast) listener(this);
    this.changed();
  }

  /** @param {Criterion} criterion @param {number} number @param {boolean} isShown */
  setFilter(criterion, number, isShown) {
    this.filter.set(criterion, number, isShown);
    this.refiltered();
  }

  clearFilter() {
    this.filter.clear();
    this.refiltered();
  }

  /** @private */
  refiltered() {
    this.overview.forget();
    this.changed();
  }

  /** Into view, in time and, where lanes scroll, in height. @private @param {number} event */
  reveal(event) {
    this.view.reveal(this.model.at[event]);
    const { layout } = this.scene();
    const y = layout.y(this.model.lane[event]);
    if (this.model.lane[event] < 0 || !layout.scrollable) return;
    const half = layout.laneHeight / 2;
    if (y - half < layout.lanesY) this.scroll -= layout.lanesY - (y - half);
    else if (y + half > layout.height) this.scroll += y + half - layout.height;
  }

  /** @private */
  frame() {
    this.isFrameDue = false;
    this.ink.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    const scene = this.scene();
    draw(scene);
    // Where all lanes fit, a finger that moves up or down scrolls the page, as anywhere else on it.
    this.canvas.style.touchAction = scene.layout.scrollable ? "none" : "pan-y";
    this.overview.draw();
  }

  /** @private */
  resize() {
    this.scale = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.overview.canvas]) {
      canvas.width = Math.max(Math.round(canvas.clientWidth * this.scale), 1);
      canvas.height = Math.max(Math.round(canvas.clientHeight * this.scale), 1);
    }
    this.overview.forget();
    this.isFrameDue = true;
    this.frame(); // at once: a canvas that was resized is empty
  }

  /** @private */
  retheme() {
    this.theme = new Theme();
    this.overview.forget();
    this.changed();
  }
}
