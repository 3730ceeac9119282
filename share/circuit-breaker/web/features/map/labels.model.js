// @ts-check
/** Which names are written when not all fit: important first, no two over each other. */

/**
 * @typedef {{ id: number, x: number, y: number, width: number, height: number, priority: number }} Label  x,
 *   y: top middle, in pixels
 */

const CELL = 48;

/**
 * @param {Label[]} labels @param {{ x: number, y: number, radius: number }[]} discs  places no name may cover
 * @returns {Set<number>} ids of the labels to draw
 */
export function chooseLabels(labels, discs = []) {
  /** @type {Map<number, [number, number, number, number][]>} */
  const taken = new Map();
  const cells = (/** @type {[number, number, number, number]} */ [left, top, right, bottom]) => {
    const keys = [];
    for (let cx = Math.floor(left / CELL); cx <= Math.floor(right / CELL); cx += 1) {
      for (let cy = Math.floor(top / CELL); cy <= Math.floor(bottom / CELL); cy += 1) keys.push(cx * 100003 + cy);
    }
    return keys;
  };
  /** @param {[number, number, number, number]} box */
  const take = (box) => {
    for (const key of cells(box)) {
      const list = taken.get(key);
      if (list) list.push(box);
      else taken.set(key, [box]);
    }
  };
  for (const { x, y, radius } of discs) take([x - radius, y - radius, x + radius, y + radius]);

  const chosen = new Set();
  for (const { id, x, y, width, height } of [...labels].sort((a, b) => b.priority - a.priority || a.id - b.id)) {
    /** @type {[number, number, number, number]} */
    const box = [x - width / 2, y, x + width / 2, y + height];
    const isFree = cells(box).every((key) => (taken.get(key) ?? []).every((other) => !overlap(box, other)));
    if (!isFree) continue;
    take(box);
    chosen.add(id);
  }
  return chosen;
}

/** @param {[number, number, number, number]} a @param {[number, number, number, number]} b */
const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
