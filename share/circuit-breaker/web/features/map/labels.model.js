// @ts-check
/** Which names are written, and on which side, when not all fit: important first, no two over each other. */

/**
 * @typedef {{ id: number, x: number, y: number, radius: number, width: number, height: number,
 *   priority: number }} Label
 *   a disc's middle and radius in pixels, and the room its words take
 * @typedef {{ x: number, y: number, align: "center" | "left" | "right" }} Spot  top of the words
 */

const CELL = 40;
const GAP = 6;
const MOST_CELLS = 16_384;

/** Occupied places of a region in a grid of cells: flat arrays, because thousands are put and asked within a frame. */
export class Taken {
  /** @param {{ left: number, top: number, right: number, bottom: number }} region @param {number} [room] */
  constructor({ left, top, right, bottom }, room = 512) {
    this.left = left;
    this.top = top;
    this.cell = Math.max(CELL, Math.sqrt(((right - left) * (bottom - top)) / MOST_CELLS));
    this.columns = Math.max(1, Math.ceil((right - left) / this.cell));
    this.rows = Math.max(1, Math.ceil((bottom - top) / this.cell));
    this.first = new Int32Array(this.columns * this.rows).fill(-1);
    this.boxes = new Float32Array(Math.max(16, room) * 4);
    this.count = 0;
    this.entries = new Int32Array(Math.max(16, room) * 8);
    this.used = 0;
  }

  /** @param {number} x */
  column(x) {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.left) / this.cell)));
  }

  /** @param {number} y */
  row(y) {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.top) / this.cell)));
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom */
  isFree(left, top, right, bottom) {
    const { boxes, entries, first } = this;
    const [west, east] = [this.column(left), this.column(right)];
    for (let row = this.row(top); row <= this.row(bottom); row += 1) {
      for (let column = west; column <= east; column += 1) {
        for (let at = first[row * this.columns + column]; at >= 0; at = entries[at + 1]) {
          const box = entries[at] * 4;
          if (left < boxes[box + 2] && boxes[box] < right && top < boxes[box + 3] && boxes[box + 1] < bottom) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom */
  add(left, top, right, bottom) {
    if ((this.count + 1) * 4 > this.boxes.length) this.boxes = doubled(this.boxes, Float32Array);
    this.boxes.set([left, top, right, bottom], this.count * 4);
    const [west, east] = [this.column(left), this.column(right)];
    for (let row = this.row(top); row <= this.row(bottom); row += 1) {
      for (let column = west; column <= east; column += 1) {
        if (this.used + 2 > this.entries.length) this.entries = doubled(this.entries, Int32Array);
        const cell = row * this.columns + column;
        this.entries[this.used] = this.count;
        this.entries[this.used + 1] = this.first[cell];
        this.first[cell] = this.used;
        this.used += 2;
      }
    }
    this.count += 1;
  }
}

/**
 * @template {Float32Array | Int32Array} Flat
 * @param {Flat} old @param {{ new (length: number): Flat }} kind
 */
function doubled(old, kind) {
  const made = new kind(old.length * 2);
  made.set(/** @type {any} */ (old));
  return made;
}

/**
 * Takes the first free side: below the disc, above it, right, left.
 *
 * @param {Taken} taken @param {number} x @param {number} y @param {number} radius
 * @param {number} width @param {number} height
 * @returns {Spot | null} null without room
 */
export function spotFor(taken, x, y, radius, width, height) {
  const half = width / 2;
  const below = y + radius + GAP;
  const above = y - radius - GAP - height;
  const side = radius + GAP + 2;
  const middle = y - height / 2;
  for (const top of [below, above]) {
    if (!taken.isFree(x - half, top, x + half, top + height)) continue;
    taken.add(x - half, top, x + half, top + height);
    return { x, y: top, align: "center" };
  }
  if (taken.isFree(x + side, middle, x + side + width, middle + height)) {
    taken.add(x + side, middle, x + side + width, middle + height);
    return { x: x + side, y: middle, align: "left" };
  }
  if (taken.isFree(x - side - width, middle, x - side, middle + height)) {
    taken.add(x - side - width, middle, x - side, middle + height);
    return { x: x - side, y: middle, align: "right" };
  }
  // Below or above, but not in the middle: beside the edge of the screen, or of another name.
  for (const top of [below, above]) {
    for (const [left, align] of /** @type {[number, "left" | "right"][]} */ ([[x - radius, "left"], [x + radius - width, "right"]])) {
      if (!taken.isFree(left, top, left + width, top + height)) continue;
      taken.add(left, top, left + width, top + height);
      return { x: align === "left" ? left : left + width, y: top, align };
    }
  }
  return null;
}

/**
 * @param {Label[]} labels
 * @param {{ x: number, y: number, radius: number }[]} discs  places no words may cover
 * @returns {Map<number, Spot>} by id; who is missing has no room
 */
export function placeLabels(labels, discs = []) {
  const region = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of [...labels, ...discs]) {
    region.left = Math.min(region.left, x - 200);
    region.right = Math.max(region.right, x + 200);
    region.top = Math.min(region.top, y - 60);
    region.bottom = Math.max(region.bottom, y + 60);
  }
  /** @type {Map<number, Spot>} */
  const placed = new Map();
  if (labels.length === 0) return placed;
  const taken = new Taken(region);
  for (const { x, y, radius } of discs) taken.add(x - radius, y - radius, x + radius, y + radius);
  for (const { id, x, y, radius, width, height } of [...labels].sort((a, b) => b.priority - a.priority || a.id - b.id)) {
    const spot = spotFor(taken, x, y, radius, width, height);
    if (spot) placed.set(id, spot);
  }
  return placed;
}
