// @ts-check
/**
 * Places for nodes that come while the map is open: in the nearest free spot beside a relative who has a place, the rest
 * in rows below. Nobody else moves. Whole maps are laid out by the daemon.
 */
import { neighboursOf } from "./graph.model.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {Map<number, Point>} Places */

/** Room for one node with its name, in world units. */
const ROOM = { x: 128, y: 100 };
const FIRST_RING = 130;
const RINGS = 60;
const IN_A_ROW = 8;

/** What is taken, in cells as large as a node with its name. */
class Floor {
  /** @param {Iterable<Point>} points */
  constructor(points) {
    /** @type {Map<string, Point[]>} */
    this.cells = new Map();
    for (const point of points) this.take(point);
  }

  /** @param {Point} point */
  take(point) {
    const key = `${Math.floor(point.x / ROOM.x)} ${Math.floor(point.y / ROOM.y)}`;
    const cell = this.cells.get(key);
    if (cell) cell.push(point);
    else this.cells.set(key, [point]);
  }

  /** @param {Point} point */
  isFree({ x, y }) {
    const [column, row] = [Math.floor(x / ROOM.x), Math.floor(y / ROOM.y)];
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const near = this.cells.get(`${column + dx} ${row + dy}`) ?? [];
        if (near.some((one) => Math.abs(one.x - x) < ROOM.x && Math.abs(one.y - y) < ROOM.y)) return false;
      }
    }
    return true;
  }
}

/**
 * @param {import("./graph.model.js").Graph} graph
 * @param {Places} places  of those that stand; it stays as it is
 * @returns {Places} of all nodes of the graph
 */
export function seated(graph, places) {
  const all = new Map([...places].filter(([id]) => graph.nodes.has(id)));
  const waiting = [...graph.nodes.keys()].filter((id) => !all.has(id)).sort((a, b) => a - b);
  if (waiting.length === 0) return all;
  const floor = new Floor(all.values());
  const sit = (/** @type {number} */ id, /** @type {Point} */ place) => {
    all.set(id, place);
    floor.take(place);
  };
  // Who comes with relatives of their own sits beside those once they sit.
  for (let left = waiting; left.length > 0;) {
    const still = left.filter((id) => {
      const relatives = [...neighboursOf(graph, id)].flatMap((other) => all.get(other) ?? []);
      if (relatives.length === 0) return true;
      sit(id, beside(relatives, middleOf(all), floor));
      return false;
    });
    if (still.length === left.length) {
      // Of those who know nobody here, the first sits below, and its relatives beside it.
      sit(still[0], below(all, floor));
      still.shift();
    }
    left = still;
  }
  return all;
}

/** @param {Point[]} relatives @param {Point} middle @param {Floor} floor @returns {Point} */
function beside(relatives, middle, floor) {
  const [first] = relatives;
  // Outward, where there is most room.
  const outward = Math.atan2(first.y - middle.y, first.x - middle.x) || 0;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const radius = FIRST_RING + ring * ROOM.y;
    const steps = 12 + ring * 6;
    for (let turn = 0; turn < steps; turn += 1) {
      const angle = outward + (turn % 2 ? -1 : 1) * Math.ceil(turn / 2) * (2 * Math.PI / steps);
      const place = { x: Math.round(first.x + Math.cos(angle) * radius), y: Math.round(first.y + Math.sin(angle) * radius) };
      if (floor.isFree(place)) return place;
    }
  }
  return { x: first.x + FIRST_RING, y: first.y };
}

/** @param {Places} places @param {Floor} floor @returns {Point} */
function below(places, floor) {
  let [left, bottom] = [Infinity, -Infinity];
  for (const { x, y } of places.values()) {
    left = Math.min(left, x);
    bottom = Math.max(bottom, y);
  }
  if (places.size === 0) return { x: 0, y: 0 };
  for (let at = 0;; at += 1) {
    const row = Math.floor(at / IN_A_ROW);
    const place = { x: left + (at % IN_A_ROW) * ROOM.x, y: bottom + ROOM.y * row };
    if (floor.isFree(place)) return place;
  }
}

/** @param {Places} places @returns {Point} */
function middleOf(places) {
  let [x, y] = [0, 0];
  for (const place of places.values()) {
    x += place.x;
    y += place.y;
  }
  const count = Math.max(1, places.size);
  return { x: x / count, y: y / count };
}
