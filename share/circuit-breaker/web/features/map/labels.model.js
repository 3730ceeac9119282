// @ts-check
/** Which names are written, and on which side, when not all fit: important first, no two over each other. */

/**
 * @typedef {{ id: number, x: number, y: number, radius: number, width: number, height: number,
 *   priority: number }} Label
 *   a disc's middle and radius in pixels, and the room its words take
 * @typedef {{ x: number, y: number, align: "center" | "left" | "right" }} Spot  top of the words
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 */

const CELL = 48;
const GAP = 6;

/** Occupied places in a grid of cells, so that thousands of labels need no comparison of all with all. */
class Taken {
  constructor() {
    /** @type {Map<number, Box[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box @param {(key: number) => boolean} visit  false ends it */
  each([left, top, right, bottom], visit) {
    for (let cx = Math.floor(left / CELL); cx <= Math.floor(right / CELL); cx += 1) {
      for (let cy = Math.floor(top / CELL); cy <= Math.floor(bottom / CELL); cy += 1) {
        if (!visit(cx * 100003 + cy)) return false;
      }
    }
    return true;
  }

  /** @param {Box} box */
  isFree(box) {
    return this.each(box, (key) => !(this.cells.get(key) ?? []).some((other) => overlap(box, other)));
  }

  /** @param {Box} box */
  add(box) {
    this.each(box, (key) => {
      const list = this.cells.get(key);
      if (list) list.push(box);
      else this.cells.set(key, [box]);
      return true;
    });
  }
}

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/**
 * Below the disc where there is room, else above it or at its side.
 *
 * @param {Label} label
 * @returns {{ box: Box, spot: Spot }[]}
 */
function spotsOf({ x, y, radius, width, height }) {
  const half = width / 2;
  const below = y + radius + GAP;
  const above = y - radius - GAP - height;
  const side = radius + GAP + 2;
  return [
    { box: [x - half, below, x + half, below + height], spot: { x, y: below, align: "center" } },
    { box: [x - half, above, x + half, above + height], spot: { x, y: above, align: "center" } },
    {
      box: [x + side, y - height / 2, x + side + width, y + height / 2],
      spot: { x: x + side, y: y - height / 2, align: "left" },
    },
    {
      box: [x - side - width, y - height / 2, x - side, y + height / 2],
      spot: { x: x - side, y: y - height / 2, align: "right" },
    },
  ];
}

/**
 * @param {Label[]} labels
 * @param {{ x: number, y: number, radius: number }[]} discs  places no words may cover
 * @returns {Map<number, Spot>} by id; who is missing has no room
 */
export function placeLabels(labels, discs = []) {
  const taken = new Taken();
  for (const { x, y, radius } of discs) taken.add([x - radius, y - radius, x + radius, y + radius]);
  /** @type {Map<number, Spot>} */
  const placed = new Map();
  for (const label of [...labels].sort((a, b) => b.priority - a.priority || a.id - b.id)) {
    const found = spotsOf(label).find(({ box }) => taken.isFree(box));
    if (!found) continue;
    taken.add(found.box);
    placed.set(label.id, found.spot);
  }
  return placed;
}
