/**
 * The trace, read once: a column for each thing that drawing asks of all events, and the lines themselves, which are
 * parsed again when somebody looks at one. 100,000 events are a few megabytes, and nothing here grows with a click.
 */

import { Names } from "./columns.js";
import { kindOf } from "./events.js";
import { eventsOf, Messages } from "./messages.js";
import { Spans } from "./spans.js";
import { reduce, unborn } from "./states.js";

/** @typedef {import("./events.js").Event} Event */
/** @typedef {import("./states.js").ServerState} ServerState */
/** @typedef {import("./states.js").Call} Call */

/** States are kept at every so many events; between them they are worked out again. */
const CHECKPOINT_EVERY = 512;
const MOST_SERVERS = 64;

export class Model {
  /** @param {string} text  JSON lines. */
  constructor(text) {
    this.text = text;
    /** Where each line begins, and where the last one ends. */
    this.starts = lineStarts(text);
    this.count = this.starts.length - 1;
    this.at = new Float64Array(this.count);
    /** Numbers in ``kinds``, ``families``, ``topics``, ``methods``; -1 where there is none. */
    this.kind = new Int16Array(this.count);
    this.family = new Int16Array(this.count);
    this.topic = new Int16Array(this.count).fill(-1);
    this.method = new Int16Array(this.count).fill(-1);
    /** The server at which an event happens, or -1. */
    this.lane = new Int16Array(this.count).fill(-1);
    /** A command that was offered to a server that does not lead. */
    this.isRefused = new Uint8Array(this.count);
    /** The message it belongs to, or -1. */
    this.message = new Int32Array(this.count).fill(-1);
    this.kinds = new Names();
    this.families = new Names();
    this.topics = new Names();
    this.methods = new Names();
    this.messages = new Messages();
    /** @type {ServerState[][]} */
    this.checkpoints = [];
    /** @type {number[]} Events that deserve a flag. */
    this.flagged = [];

    this.began = this.record(0);
    this.servers = Math.min(Math.max(Number(this.began.servers) || 0, 1), MOST_SERVERS);
    this.spans = new Spans(this.servers);
    this.read();
    this.end = this.count ? this.at[this.count - 1] : 0;
    this.spans.finish(this.end);
    this.messages.finish(this.end);
  }

  /**
   * An event as the trace has it.
   * @param {number} number
   * @returns {Event}
   */
  record(number) {
    return JSON.parse(this.line(number));
  }

  /** @param {number} number @returns {string} */
  line(number) {
    return this.text.slice(this.starts[number], this.starts[number + 1] - 1);
  }

  /**
   * What is known of each server after an event.
   * @param {number} number  -1 is before the first.
   * @returns {ServerState[]}
   */
  statesAt(number) {
    const checkpoint = Math.floor((number + 1) / CHECKPOINT_EVERY);
    const states = this.checkpoints[checkpoint].map((state) => ({ ...state }));
    for (let i = checkpoint * CHECKPOINT_EVERY; i <= number; i += 1) {
      reduce(states, this.record(i), (call) => this.callOf(i, call));
    }
    return states;
  }

  /**
   * The events of the message that an event belongs to, in order.
   * @param {number} number
   * @returns {number[]}
   */
  journey(number) {
    const message = this.message[number];
    return message < 0 ? [] : eventsOf(this.messages.list[message]);
  }

  /** @private @param {number} number @param {number} call @returns {Call | undefined} */
  callOf(number, call) {
    const message = this.messages.list[this.message[number]];
    if (!message || call === undefined) return undefined;
    return {
      args: this.record(message.sent).args,
      reply: message.replied >= 0 ? this.record(message.replied).reply : undefined,
    };
  }

  /** The one pass over all events. @private */
  read() {
    const states = Array.from({ length: this.servers }, unborn);
    /** @type {Map<number, Call>} */
    const underWay = new Map();
    /** @param {number} call */
    const callOf = (call) => underWay.get(call);
    for (let i = 0; i < this.count; i += 1) {
      if (i % CHECKPOINT_EVERY === 0) this.checkpoints.push(states.map((state) => ({ ...state })));
      const e = this.record(i);
      this.fill(i, e, isCut(e, states));
      if (e.event === "rpc_sent") underWay.set(e.call, { args: e.args, reply: undefined });
      else if (e.event === "rpc_replied") Object.assign(underWay.get(e.call) ?? {}, { reply: e.reply });
      reduce(states, e, callOf);
      if (e.event === "rpc_answered" || e.event === "rpc_failed") underWay.delete(e.call);
      this.spans.take(e, i, states);
      if (e.event === "warned" || e.event === "raised") this.flagged.push(i);
    }
    this.checkpoints.push(states);
  }

  /** @private @param {number} i @param {Event} e @param {boolean} cut */
  fill(i, e, cut) {
    const kind = kindOf(e.event);
    this.at[i] = e.at_ns;
    this.kind[i] = this.kinds.number(String(e.event));
    this.family[i] = this.families.number(kind.family);
    if (e.event === "started" && !e.accepted) this.isRefused[i] = 1;
    if (e.event === "logged") this.topic[i] = this.topics.number(String(e.topic));
    if (typeof e.method === "string") this.method[i] = this.methods.number(e.method);
    const message = this.messages.take(e, i, this.method[i], cut);
    this.message[i] = message;
    if (message >= 0) this.method[i] = this.messages.list[message].method;
    this.lane[i] = this.laneOf(e, kind.lane, message);
  }

  /** @private @param {Event} e @param {string} field @param {number} message */
  laneOf(e, field, message) {
    let lane = -1;
    if (field === "dropped") lane = e.lost === "reply" ? e.source : e.target;
    else if (field === "call") lane = message < 0 ? -1 : this.lane[this.messages.list[message].replied];
    else if (field) lane = e[field];
    return Number.isInteger(lane) && lane >= 0 && lane < this.servers ? lane : -1;
  }
}

/** Whether a message that is sent now can arrive. @param {Event} e @param {ServerState[]} states */
function isCut(e, states) {
  if (e.event !== "rpc_sent" && e.event !== "rpc_replied") return false;
  const source = states[e.source];
  const target = states[e.target];
  return !source?.connected || !target?.connected || source.role === "down" || target.role === "down";
}

/** @param {string} text @returns {Uint32Array} */
function lineStarts(text) {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return Uint32Array.from(starts);
}
