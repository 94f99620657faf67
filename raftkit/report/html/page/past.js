/**
 * The failure's past: the events that could have influenced it. When only these are wanted, all others are dimmed.
 */

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./messages.js").Arrow} Arrow */

/** How strongly is drawn what is dimmed. */
export const DIM = 0.13;

export class Past {
  /** @param {Model} model @param {Uint8Array} marks  1 for each event that could have had an influence; empty when that is not known. */
  constructor(model, marks) {
    this.model = model;
    this.marks = marks.length === model.count ? marks : new Uint8Array(0);
    this.count = this.marks.reduce((sum, mark) => sum + mark, 0);
    /** Whether others are dimmed. */
    this.isOn = false;
  }

  /** @param {number} event */
  dims(event) {
    return this.isOn && !this.marks[event];
  }

  /** A message had an influence where it arrived; of one that was lost, its sending tells why nothing came of it. @param {Arrow} arrow */
  dimsArrow(arrow) {
    if (!this.isOn) return false;
    const message = this.model.messages.list[arrow.message];
    return !this.marks[arrow.isLost ? arrow.event : arrow.isReply ? message.answered : message.delivered];
  }
}
