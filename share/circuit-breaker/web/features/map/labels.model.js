// @ts-check
/** Which names are written, and on which side, when not all fit: important first, no two over each other. */

/**
 * @typedef {{ id: number, x: number, y: number, radius: number, width: number, height: number,
 *   priority: number }} Label
 *   a disc's middle and radius in pixels, and the room its words take
 * @typedef {{ x: number, y: number, align: "center" | "left" | "right" }} Spot  top of the words
 * @typedef {{ x: number, y: number, dx: number, dy: number }} Stretch  of a line, in pixels: where it begins, and how far it goes
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
    /** 1: a name may lie over it, if it must. */
    this.soft = new Uint8Array(Math.max(16, room));
    /** The last question in which a box was counted: it may lie in several cells. */
    this.asked = new Int32Array(Math.max(16, room));
    this.turn = 0;
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

  /**
   * How many soft boxes lie there; Infinity where something lies that must not be covered.
   *
   * @param {number} left @param {number} top @param {number} right @param {number} bottom
   */
  covered(left, top, right, bottom) {
    const { boxes, entries, first } = this;
    const [west, east] = [this.column(left), this.column(right)];
    this.turn += 1;
    let count = 0;
    for (let row = this.row(top); row <= this.row(bottom); row += 1) {
      for (let column = west; column <= east; column += 1) {
        for (let at = first[row * this.columns + column]; at >= 0; at = entries[at + 1]) {
          const item = entries[at];
          const box = item * 4;
          if (this.asked[item] === this.turn || left >= boxes[box + 2] || boxes[box] >= right || top >= boxes[box + 3] || boxes[box + 1] >= bottom) continue;
          if (this.soft[item] === 0) return Infinity;
          this.asked[item] = this.turn;
          count += 1;
        }
      }
    }
    return count;
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom @param {boolean} [isSoft] */
  add(left, top, right, bottom, isSoft = false) {
    if ((this.count + 1) * 4 > this.boxes.length) {
      this.boxes = doubled(this.boxes, Float32Array);
      this.soft = doubled(this.soft, Uint8Array);
      this.asked = doubled(this.asked, Int32Array);
    }
    this.soft[this.count] = isSoft ? 1 : 0;
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
 * @template {Float32Array | Int32Array | Uint8Array} Flat
 * @param {Flat} old @param {{ new (length: number): Flat }} kind
 */
function doubled(old, kind) {
  const made = new kind(old.length * 2);
  made.set(/** @type {any} */ (old));
  return made;
}

/**
 * Where words may stand beside a disc, the best first: below, above, right, left; then aside of these, beside the edge of the
 * screen or of another name.
 *
 * @param {number} x @param {number} y @param {number} radius @param {number} width @param {number} height @param {number} gap
 * @returns {Generator<{ left: number, top: number, align: Spot["align"] }>}
 */
function* spots(x, y, radius, width, height, gap) {
  const below = y + radius + gap;
  const above = y - radius - gap - height;
  const [right, left] = [x + radius + gap + 2, x - radius - gap - 2 - width];
  const middle = y - height / 2;
  for (const top of [below, above]) yield { left: x - width / 2, top, align: "center" };
  yield { left: right, top: middle, align: "left" };
  yield { left, top: middle, align: "right" };
  for (const top of [below, above]) {
    yield { left: x - radius, top, align: "left" };
    yield { left: x + radius - width, top, align: "right" };
  }
  for (const top of [y, y - height]) {
    yield { left: right, top, align: "left" };
    yield { left, top, align: "right" };
  }
}

/** @param {{ left: number, top: number, align: Spot["align"] }} spot @param {number} width @returns {Spot} */
const spotAt = ({ left, top, align }, width) => ({
  x: align === "center" ? left + width / 2 : align === "left" ? left : left + width,
  y: top,
  align,
});

/**
 * Takes the free spot that the fewest lines run through, and of these the first.
 *
 * @param {Taken} taken @param {number} x @param {number} y @param {number} radius
 * @param {number} width @param {number} height @param {number} [gap] @param {Stretch[]} [lines]
 * @returns {Spot | null} null without room
 */
export function spotFor(taken, x, y, radius, width, height, gap = GAP, lines = []) {
  let best = null;
  let least = Infinity;
  for (const spot of spots(x, y, radius, width, height, gap)) {
    const { left, top } = spot;
    if (!taken.isFree(left, top, left + width, top + height)) continue;
    const box = { left, top, right: left + width, bottom: top + height };
    const count = lines.reduce((sum, line) => sum + (meets(line, box) ? 1 : 0), 0);
    if (count >= least) continue;
    [best, least] = [spot, count];
    if (count === 0) break;
  }
  if (!best) return null;
  taken.add(best.left, best.top, best.left + width, best.top + height);
  return spotAt(best, width);
}

/** Whether a stretch of a line runs through a box. @param {Stretch} line @param {import("./camera.model.js").Box} box */
function meets({ x, y, dx, dy }, { left, top, right, bottom }) {
  let [from, to] = [0, 1];
  for (const [way, low, high] of [[dx, left - x, right - x], [dy, top - y, bottom - y]]) {
    if (way === 0) {
      if (low >= 0 || high <= 0) return false;
      continue;
    }
    from = Math.max(from, Math.min(low / way, high / way));
    to = Math.min(to, Math.max(low / way, high / way));
  }
  return from < to;
}

/**
 * Takes the spot that covers the fewest soft boxes, and `most` of them at most.
 *
 * @param {Taken} taken @param {number} x @param {number} y @param {number} radius
 * @param {number} width @param {number} height @param {number} gap @param {number} most
 * @returns {Spot | null}
 */
export function spotOver(taken, x, y, radius, width, height, gap, most) {
  let best = null;
  let least = most + 1;
  for (const spot of spots(x, y, radius, width, height, gap)) {
    const { left, top } = spot;
    const count = taken.covered(left, top, left + width, top + height);
    if (count >= least) continue;
    [best, least] = [spot, count];
  }
  if (!best) return null;
  taken.add(best.left, best.top, best.left + width, best.top + height);
  return spotAt(best, width);
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
