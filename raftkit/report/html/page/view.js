/**
 * The stretch of time in view: a window over the run that zooms and pans, and never leaves it.
 */

/** The closest look: a few hops of 10 microseconds. */
const SHORTEST_NS = 20e3;
/** Room at both ends, as a share of the run, so that the first and the last event do not touch the frame. */
const MARGIN = 0.02;

export class View {
  /** @param {number} end  The run's last moment. */
  constructor(end) {
    const margin = Math.max(end * MARGIN, SHORTEST_NS);
    this.first = -margin;
    this.last = end + margin;
    this.from = this.first;
    this.to = this.last;
  }

  get span() {
    return this.to - this.from;
  }

  /** @param {number} from @param {number} to */
  show(from, to) {
    const span = Math.min(Math.max(to - from, SHORTEST_NS), this.last - this.first);
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(to - from < span ? middle - span / 2 : from, this.first), this.last - span);
    this.from = start;
    this.to = start + span;
  }

  showAll() {
    this.show(this.first, this.last);
  }

  /**
   * Zooms; the moment ``at`` stays where it is.
   * @param {number} factor  Below 1 shows less.
   * @param {number} at
   */
  zoom(factor, at) {
    const share = (at - this.from) / this.span;
    const span = Math.min(Math.max(this.span * factor, SHORTEST_NS), this.last - this.first);
    this.show(at - share * span, at + (1 - share) * span);
  }

  /** @param {number} ns */
  pan(ns) {
    const shift = Math.min(Math.max(ns, this.first - this.from), this.last - this.to);
    this.from += shift;
    this.to += shift;
  }

  /**
   * Moves as little as needed to have a moment well inside.
   * @param {number} at
   */
  reveal(at) {
    const room = this.span * 0.1;
    if (at < this.from + room) this.pan(at - this.from - this.span * 0.3);
    else if (at > this.to - room) this.pan(at - this.to + this.span * 0.3);
  }
}
