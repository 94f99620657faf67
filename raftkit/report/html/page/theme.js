/**
 * Colours and patterns for the canvas, from the stylesheet, so that there is one palette, in light and dark.
 */

const NAMES = /** @type {const} */ ([
  "paper", "surface", "ink", "muted", "faint", "line", "accent", "bad", "leader", "candidate", "follower",
  "follower-edge", "down", "step", "step-edge", "weather", "on-leader",
]);

/** Methods that every Raft has keep their colours; others take the rest in turn. */
const METHOD_COLOURS = { requestvote: "vote", appendentries: "append", installsnapshot: "install" };
const OTHER_COLOURS = ["other-1", "other-2", "other-3"];

/** @typedef {Record<typeof NAMES[number], string>} Colours */

export class Theme {
  constructor() {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    this.read = (name) => style.getPropertyValue(`--${name}`).trim();
    this.colours = /** @type {Colours} */ (Object.fromEntries(NAMES.map((name) => [name, this.read(name)])));
    this.font = style.getPropertyValue("font-family") || "sans-serif";
    this.mono = this.read("mono") || "monospace";
    /** @private @type {Map<string, CanvasPattern | string>} */
    this.patterns = new Map();
  }

  /** @param {string} plainName  Lower case, no underscores. @param {number} number */
  method(plainName, number) {
    const name = Object.hasOwn(METHOD_COLOURS, plainName)
      ? METHOD_COLOURS[/** @type {keyof typeof METHOD_COLOURS} */ (plainName)]
      : OTHER_COLOURS[number % OTHER_COLOURS.length];
    return this.read(name);
  }

  /**
   * Diagonal stripes, so that a role or a fault can be told without its colour.
   * @param {CanvasRenderingContext2D} ink
   * @param {string} colour
   * @param {string} ground
   * @param {number} step  Pixels between stripes.
   * @param {number} slant  1 rises to the right, -1 falls.
   * @returns {CanvasPattern | string}
   */
  stripes(ink, colour, ground, step, slant) {
    const key = `${colour} ${ground} ${step} ${slant}`;
    const known = this.patterns.get(key);
    if (known) return known;
    const scale = window.devicePixelRatio || 1;
    const size = Math.round(step * scale);
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    if (!pen) return colour;
    if (ground) {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, size, size);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(size / 4, 1);
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, slant > 0 ? size : 0);
      pen.lineTo(shift + size, slant > 0 ? 0 : size);
    }
    pen.stroke();
    const pattern = ink.createPattern(tile, "repeat");
    pattern?.setTransform(new DOMMatrix().scale(1 / scale));
    this.patterns.set(key, pattern ?? colour);
    return pattern ?? colour;
  }
}
