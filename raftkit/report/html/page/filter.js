/**
 * What is shown: by family of events, topic of log lines, server and RPC method. All other parts look at events
 * through the indexes that are made here, once for each change.
 */

import { runningMaximum } from "./columns.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./messages.js").Arrow} Arrow */
/** @typedef {"families" | "topics" | "servers" | "methods"} Criterion */

export class Filter {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Record<Criterion, Set<number>>} What is left out. */
    this.hidden = { families: new Set(), topics: new Set(), servers: new Set(), methods: new Set() };
    /** @type {number[]} Servers that have a lane. */
    this.servers = [];
    /** @type {Int32Array} Events that are shown, in order. */
    this.events = new Int32Array(0);
    /** @type {Int32Array[]} The same for each server. */
    this.byServer = [];
    /** @type {Arrow[]} */
    this.arrows = [];
    /** @type {Map<number, Arrow>} By the event at which it leaves. */
    this.arrowAt = new Map();
    /** @type {Float64Array} */
    this.reach = new Float64Array(0);
    this.apply();
  }

  get isActive() {
    return Object.values(this.hidden).some((numbers) => numbers.size > 0);
  }

  /** @param {Criterion} criterion @param {number} number @param {boolean} isShown */
  set(criterion, number, isShown) {
    if (isShown) this.hidden[criterion].delete(number);
    else this.hidden[criterion].add(number);
    this.apply();
  }

  clear() {
    for (const numbers of Object.values(this.hidden)) numbers.clear();
    this.apply();
  }

  /** @param {number} event @returns {boolean} */
  shows(event) {
    const { family, topic, lane, method } = this.model;
    const { families, topics, servers, methods } = this.hidden;
    return !families.has(family[event]) && !topics.has(topic[event]) && !servers.has(lane[event]) && !methods.has(method[event]);
  }

  /** @private */
  apply() {
    const { model, hidden } = this;
    this.servers = Array.from({ length: model.servers }, (_, s) => s).filter((s) => !hidden.servers.has(s));
    const shown = new Int32Array(model.count);
    /** @type {number[][]} */
    const lanes = Array.from({ length: model.servers }, () => []);
    let count = 0;
    for (let i = 0; i < model.count; i += 1) {
      if (!this.shows(i)) continue;
      shown[count] = i;
      count += 1;
      if (model.lane[i] >= 0) lanes[model.lane[i]].push(i);
    }
    this.events = shown.slice(0, count);
    this.byServer = lanes.map((events) => Int32Array.from(events));
    const messages = model.families.numbers.get("Messages");
    this.arrows = messages !== undefined && hidden.families.has(messages) ? [] : model.messages.arrows.filter((arrow) => this.showsArrow(arrow));
    this.arrowAt = new Map(this.arrows.map((arrow) => [arrow.event, arrow]));
    this.reach = runningMaximum(this.arrows.map((arrow) => arrow.arrives));
  }

  /** @private @param {Arrow} arrow */
  showsArrow({ from, to, method }) {
    const { servers, methods } = this.hidden;
    return !servers.has(from) && !servers.has(to) && !methods.has(method);
  }
}
