// @ts-check
/**
 * The forces: bodies push, edges pull, discs do not overlap, pinned bodies do not move. Cools down and stops.
 * No randomness: bodies at one place are told apart by their index, so the same input gives the same picture.
 */
import { QuadTree } from "./quadtree.model.js";

/**
 * @typedef {{
 *   x: Float64Array, y: Float64Array, radius: Float64Array, held: Uint8Array,
 *   from: Int32Array, to: Int32Array, length: Float64Array, strength: Float64Array,
 * }} Bodies
 */

const THETA = 0.9;
const REPEL = 900;
const REACH = 2400;
const FRICTION = 0.6;
const FARTHEST_PULL = 400;

export class Simulation {
  /** @param {Bodies} bodies @param {{ alpha?: number, decay?: number }} options */
  constructor(bodies, { alpha = 0.6, decay = 0.03 } = {}) {
    this.bodies = bodies;
    this.count = bodies.x.length;
    this.alpha = alpha;
    this.decay = decay;
    this.vx = new Float64Array(this.count);
    this.vy = new Float64Array(this.count);
    this.mass = new Float64Array(this.count).fill(1);
    this.tree = new QuadTree(Math.max(1, this.count));
    this.bias = this.weigh();
    this.spread();
  }

  /** A hub moves less than its leaf: the share each end of an edge takes. */
  weigh() {
    const { from, to } = this.bodies;
    const degree = new Float64Array(this.count);
    for (let e = 0; e < from.length; e += 1) {
      degree[from[e]] += 1;
      degree[to[e]] += 1;
    }
    return Float64Array.from(from, (f, e) => degree[f] / (degree[f] + degree[to[e]]));
  }

  /** Tells bodies at exactly one place apart. */
  spread() {
    const { x, y, held } = this.bodies;
    const seen = new Set();
    for (let i = 0; i < this.count; i += 1) {
      const key = `${x[i].toFixed(2)} ${y[i].toFixed(2)}`;
      if (seen.has(key) && !held[i]) {
        x[i] += Math.cos(i * 2.399963) * (4 + (i % 17));
        y[i] += Math.sin(i * 2.399963) * (4 + (i % 17));
      }
      seen.add(key);
    }
  }

  get isDone() {
    return this.alpha < 0.012;
  }

  tick() {
    const { x, y, held } = this.bodies;
    const { vx, vy, count } = this;
    this.alpha *= 1 - this.decay;
    this.pull();
    this.tree.build(x, y, this.mass, count);
    const strength = REPEL * this.alpha;
    for (let i = 0; i < count; i += 1) if (!held[i]) this.tree.push(i, x, y, vx, vy, strength, REACH, THETA);
    for (let i = 0; i < count; i += 1) {
      if (held[i]) {
        vx[i] = 0;
        vy[i] = 0;
        continue;
      }
      vx[i] *= FRICTION;
      vy[i] *= FRICTION;
      const speed = Math.hypot(vx[i], vy[i]);
      const brake = speed > 60 ? 60 / speed : 1;
      x[i] += vx[i] * brake;
      y[i] += vy[i] * brake;
    }
    this.separate();
  }

  pull() {
    const { x, y, from, to, length, strength } = this.bodies;
    const { vx, vy, alpha, bias } = this;
    for (let e = 0; e < from.length; e += 1) {
      const [a, b] = [from[e], to[e]];
      const dx = x[b] + vx[b] - x[a] - vx[a];
      const dy = y[b] + vy[b] - y[a] - vy[a];
      const distance = Math.sqrt(dx * dx + dy * dy) || 1;
      // Far ends pull no harder than near ones, so that a network does not tear its members out of their racks.
      const stretch = Math.min(FARTHEST_PULL, distance - length[e]);
      const f = (stretch / distance) * alpha * strength[e];
      vx[b] -= dx * f * bias[e];
      vy[b] -= dy * f * bias[e];
      vx[a] += dx * f * (1 - bias[e]);
      vy[a] += dy * f * (1 - bias[e]);
    }
  }

  /** Moves overlapping bodies apart, half way per tick, by a grid of cells as wide as the widest pair. */
  separate() {
    const { x, y, radius, held } = this.bodies;
    let widest = 1;
    for (let i = 0; i < this.count; i += 1) widest = Math.max(widest, radius[i]);
    const cell = widest * 2;
    /** @type {Map<number, number[]>} */
    const grid = new Map();
    const keyOf = (/** @type {number} */ cx, /** @type {number} */ cy) => (cx + 32768) * 65536 + (cy + 32768);
    for (let i = 0; i < this.count; i += 1) {
      const key = keyOf(Math.floor(x[i] / cell), Math.floor(y[i] / cell));
      const list = grid.get(key);
      if (list) list.push(i);
      else grid.set(key, [i]);
    }
    for (let i = 0; i < this.count; i += 1) {
      const [cx, cy] = [Math.floor(x[i] / cell), Math.floor(y[i] / cell)];
      for (let gx = cx - 1; gx <= cx + 1; gx += 1) {
        for (let gy = cy - 1; gy <= cy + 1; gy += 1) {
          for (const j of grid.get(keyOf(gx, gy)) ?? []) if (j > i) this.part(i, j, x, y, radius, held);
        }
      }
    }
  }

  /**
   * @param {number} i @param {number} j @param {Float64Array} x @param {Float64Array} y
   * @param {Float64Array} radius @param {Uint8Array} held
   */
  part(i, j, x, y, radius, held) {
    const apart = radius[i] + radius[j];
    const dx = x[j] - x[i] || 1e-3 * (j - i);
    const dy = y[j] - y[i];
    const d2 = dx * dx + dy * dy;
    if (d2 >= apart * apart || (held[i] && held[j])) return;
    const distance = Math.sqrt(d2);
    const shift = ((apart - distance) / distance) * (held[i] || held[j] ? 0.5 : 0.25);
    if (!held[i]) {
      x[i] -= dx * shift;
      y[i] -= dy * shift;
    }
    if (!held[j]) {
      x[j] += dx * shift;
      y[j] += dy * shift;
    }
  }

  /** @param {number} most @param {(done: number) => void} [onTick] */
  run(most, onTick) {
    for (let step = 0; step < most && !this.isDone; step += 1) {
      this.tick();
      onTick?.(step);
    }
  }
}
