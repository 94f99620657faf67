/**
 * Messages: what belongs to one call, and the arrows that its request and its reply draw.
 */

/** @typedef {import("./events.js").Event} Event */

/**
 * One call: the number of each of its events, or -1.
 * @typedef {object} Message
 * @property {number} sent
 * @property {number} delivered
 * @property {number} replied
 * @property {number} delayed
 * @property {number} dropped
 * @property {number} answered
 * @property {number} failed
 * @property {number} method
 */

/**
 * A request or a reply on its way.
 * @typedef {object} Arrow
 * @property {number} message
 * @property {number} event  The event at which it leaves.
 * @property {number} from  A server, as ``to``.
 * @property {number} to
 * @property {number} leaves
 * @property {number} arrives  When it arrives or is lost.
 * @property {boolean} isReply
 * @property {boolean} isLost
 * @property {boolean} isDelayed
 * @property {boolean} isPending  It was under way when the trace ended.
 * @property {number} method
 */

const STAGES = /** @type {const} */ ({
  rpc_sent: "sent", rpc_delivered: "delivered", rpc_replied: "replied", rpc_delayed: "delayed",
  rpc_dropped: "dropped", rpc_answered: "answered", rpc_failed: "failed",
});

/** No message that will arrive takes longer, unless it is held back: then nobody is there to take it. */
const LONGEST_WAY_NS = 30e6;

export class Messages {
  constructor() {
    /** @type {Message[]} */
    this.list = [];
    /** @type {Arrow[]} In the order in which they leave. */
    this.arrows = [];
    /** @private @type {Map<number, number>} */
    this.numbers = new Map();
    /** @private @type {Map<number, {request?: Arrow, reply?: Arrow}>} By message, while it is under way. */
    this.open = new Map();
  }

  /**
   * @param {Event} e
   * @param {number} number  The event's.
   * @param {number} method
   * @param {boolean} isCut  Nobody can be reached: a message that is sent now dies at once.
   * @returns {number}  The message that the event belongs to, or -1.
   */
  take(e, number, method, isCut) {
    if (!Object.hasOwn(STAGES, e.event) || e.copy) return -1;
    const stage = STAGES[/** @type {keyof typeof STAGES} */ (e.event)];
    let index = this.numbers.get(e.call);
    if (stage === "sent") {
      index = this.list.length;
      this.numbers.set(e.call, index);
      this.list.push({ sent: number, delivered: -1, replied: -1, delayed: -1, dropped: -1, answered: -1, failed: -1, method });
    }
    if (index === undefined) return -1;
    const message = this.list[index];
    message[stage] = number;
    this.move(index, stage, e, number, message.method, isCut);
    return index;
  }

  /** @private @param {number} index @param {string} stage @param {Event} e @param {number} number @param {number} method @param {boolean} isCut */
  move(index, stage, e, number, method, isCut) {
    const { request, reply } = this.open.get(index) ?? {};
    const at = e.at_ns;
    if (stage === "sent" || stage === "replied") {
      const isReply = stage === "replied";
      const arrow = {
        message: index, event: number, from: isReply ? e.target : e.source, to: isReply ? e.source : e.target,
        leaves: at, arrives: isCut ? at : Infinity, isReply, isLost: isCut, isDelayed: false, isPending: false, method,
      };
      this.arrows.push(arrow);
      this.open.set(index, isReply ? { request, reply: arrow } : { request: arrow });
    } else if (stage === "delivered" && request) {
      Object.assign(request, { arrives: at, isLost: false });
    } else if (stage === "delayed") {
      const held = e.held === "request" ? request : reply;
      if (held) held.isDelayed = true;
    } else if (stage === "dropped") {
      const lost = e.lost === "reply" ? reply : request;
      if (lost) Object.assign(lost, { arrives: at, isLost: true });
    } else if (stage === "answered" && reply) {
      Object.assign(reply, { arrives: at, isLost: false });
      this.open.delete(index);
    } else if (stage === "failed") {
      // Nobody was there, or the link went. The caller learns it seconds later; the message itself died at once.
      for (const arrow of [request, reply]) {
        if (arrow && arrow.arrives === Infinity) Object.assign(arrow, { arrives: arrow.leaves, isLost: true });
      }
      this.open.delete(index);
    }
  }

  /**
   * Ends what is still under way.
   * @param {number} end
   */
  finish(end) {
    for (const arrow of this.arrows) {
      if (arrow.arrives !== Infinity) continue;
      const isUnderWay = arrow.isDelayed || end - arrow.leaves < LONGEST_WAY_NS;
      Object.assign(arrow, isUnderWay ? { arrives: end, isPending: true } : { arrives: arrow.leaves, isLost: true });
    }
    this.open.clear();
  }
}

/**
 * The numbers of a message's events, in order.
 * @param {Message} message
 * @returns {number[]}
 */
export function eventsOf(message) {
  const { sent, delivered, replied, delayed, dropped, answered, failed } = message;
  return [sent, delivered, replied, delayed, dropped, answered, failed].filter((e) => e >= 0).sort((a, b) => a - b);
}
