// @ts-check
/** Whether the card keeps up while the map moves, and which lines tell the most when it does not. */

/** @typedef {import("./scene.model.js").Scene} Scene */

/** A moving map below some twenty frames a second is slow. */
const SLOW_MS = 48;
const FRAMES = 3;
/** A pause between two frames is nobody's slowness. */
const PAUSE_MS = 1500;

export class Pace {
  constructor() {
    this.begin(false);
  }

  /** Another scene: found out anew. @param {boolean} isSlow  known beforehand */
  begin(isSlow) {
    this.last = 0;
    this.slow = 0;
    this.isSlow = isSlow;
  }

  /** @param {number} now @param {boolean} isMoving */
  frame(now, isMoving) {
    const gap = now - this.last;
    const isFirst = this.last === 0 || gap > PAUSE_MS;
    this.last = isMoving ? now : 0;
    if (!isMoving || isFirst || this.isSlow) return;
    this.slow = gap > SLOW_MS ? this.slow + 1 : 0;
    this.isSlow = this.slow >= FRAMES;
  }
}

const RANKS = new Map(
  ["connection", "gateway", "member", "peers", "hosts", "stores", "mounted", "runs", "in_network", "depends"].map(
    (type, at) => [type, at],
  ),
);

/**
 * Cables before memberships before dependencies; of one kind, evenly spread.
 *
 * @param {Scene} scene @param {number} most
 * @returns {number[]} lines in drawing order
 */
export function mostTelling({ edges }, most) {
  if (edges.length <= most) return edges.map((_, at) => at);
  /** @type {number[][]} */
  const byRank = [];
  edges.forEach(({ edge }, at) => (byRank[RANKS.get(edge.type) ?? 9] ??= []).push(at));
  /** @type {number[]} */
  const taken = [];
  for (const list of byRank) {
    const room = most - taken.length;
    if (!list || room <= 0) continue;
    const step = Math.max(1, list.length / room);
    for (let at = 0; at < list.length; at += step) taken.push(list[Math.floor(at)]);
  }
  return taken.sort((a, b) => a - b).slice(0, most);
}
