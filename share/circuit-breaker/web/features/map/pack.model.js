// @ts-check
/** Finished groups of nodes side by side: wide ones lie, held ones stay, single nodes stand in rows. */
import { boxAround } from "./camera.model.js";

/** @typedef {Map<number, { x: number, y: number }>} Places */

const GAP = 96;
/** Windows are wide: a group is turned until it fits this shape best. */
const SHAPE = 1.7;
const TURNS = 36;

export const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/**
 * Turns a group in place so that it fills a wide window; angles and distances stay as the forces made them.
 *
 * @param {Float64Array} x @param {Float64Array} y
 */
export function orient(x, y) {
  let best = 0;
  let least = Infinity;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const angle = (turn * Math.PI) / TURNS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < x.length; i += 1) {
      const [px, py] = [x[i] * cos - y[i] * sin, x[i] * sin + y[i] * cos];
      if (px < left) left = px;
      if (px > right) right = px;
      if (py < top) top = py;
      if (py > bottom) bottom = py;
    }
    const size = Math.max((right - left) / SHAPE, bottom - top);
    if (size < least - 1e-6) {
      least = size;
      best = angle;
    }
  }
  const [cos, sin] = [Math.cos(best), Math.sin(best)];
  for (let i = 0; i < x.length; i += 1) [x[i], y[i]] = [x[i] * cos - y[i] * sin, x[i] * sin + y[i] * cos];
}

/**
 * Held groups stay; below them the loose ones in shelves, largest first, and single nodes as a block by kind.
 *
 * @param {Places[]} fixed
 * @param {{ places: Places, kind: string }[]} loose
 * @param {number} spacing  room for one node
 * @returns {Places}
 */
export function pack(fixed, loose, spacing) {
  /** @type {Places} */
  const all = new Map(fixed.flatMap((places) => [...places]));
  const groups = loose.filter(({ places }) => places.size > 1);
  const singles = loose.filter(({ places }) => places.size === 1)
    .sort((a, b) => a.kind.localeCompare(b.kind) || firstId(a.places) - firstId(b.places));
  const first = fixed.length === 0 ? groups.shift() : undefined;
  if (first) { for (const [id, place] of first.places) all.set(id, place); }

  const around = boxAround(all.values(), spacing / 2);
  const area = groups.reduce((sum, { places }) => sum + areaOf(places, spacing), 0) +
    singles.length * spacing * spacing;
  const width = Math.max(around ? around.right - around.left : 0, Math.sqrt(area) * 1.5, spacing * 4);
  const left = around ? (around.left + around.right) / 2 - width / 2 : -width / 2;
  let top = around ? around.bottom + GAP : 0;
  top = shelve(groups.map(({ places }) => places), left, top, width, all, spacing);
  const columns = Math.max(1, Math.min(singles.length, Math.floor(width / spacing)));
  const indent = left + (width - columns * spacing) / 2;
  singles.forEach(({ places }, index) => {
    all.set(firstId(places), {
      x: round(indent + ((index % columns) + 0.5) * spacing),
      y: round(top + (Math.floor(index / columns) + 0.5) * spacing),
    });
  });
  return all;
}

/** @param {Places} places */
const firstId = (places) => /** @type {number} */ (places.keys().next().value);

/** @param {Places} places @param {number} spacing */
function areaOf(places, spacing) {
  const box = boxAround(places.values(), spacing / 2 + GAP / 2);
  return box ? (box.right - box.left) * (box.bottom - box.top) : 0;
}

/**
 * @param {Places[]} groups @param {number} left @param {number} top @param {number} width @param {Places} all
 * @param {number} spacing
 * @returns {number} where the next thing may begin
 */
function shelve(groups, left, top, width, all, spacing) {
  let [x, shelf] = [left, 0];
  for (const places of groups) {
    const box = /** @type {import("./camera.model.js").Box} */ (boxAround(places.values(), spacing / 2));
    const [w, h] = [box.right - box.left, box.bottom - box.top];
    if (x > left && x + w > left + width) {
      x = left;
      top += shelf + GAP;
      shelf = 0;
    }
    for (const [id, place] of places) {
      all.set(id, { x: round(place.x - box.left + x), y: round(place.y - box.top + top) });
    }
    x += w + GAP;
    shelf = Math.max(shelf, h);
  }
  return groups.length > 0 ? top + shelf + GAP : top;
}
