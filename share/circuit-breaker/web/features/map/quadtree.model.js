// @ts-check
/**
 * Barnes–Hut: far bodies push as one. Flat arrays, rebuilt for each tick, no objects in the loop.
 */

const DEPTH = 24;

export class QuadTree {
  /** @param {number} capacity  bodies at most */
  constructor(capacity) {
    const cells = Math.max(64, capacity * 8);
    this.child = new Int32Array(cells * 4);
    this.body = new Int32Array(cells);
    this.mass = new Float64Array(cells);
    this.x = new Float64Array(cells);
    this.y = new Float64Array(cells);
    this.width = new Float64Array(cells);
    this.next = new Int32Array(capacity);
    this.stack = new Int32Array(1024);
    this.count = 0;
  }

  /**
   * @param {Float64Array} xs @param {Float64Array} ys @param {Float64Array} masses @param {number} n
   */
  build(xs, ys, masses, n) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < n; i += 1) {
      left = Math.min(left, xs[i]);
      right = Math.max(right, xs[i]);
      top = Math.min(top, ys[i]);
      bottom = Math.max(bottom, ys[i]);
    }
    const width = Math.max(right - left, bottom - top, 1) * 1.0001;
    this.count = 0;
    this.cell(width);
    for (let i = 0; i < n; i += 1) this.insert(i, xs, ys, masses, left, top, width);
    for (let c = 0; c < this.count; c += 1) {
      if (this.mass[c] === 0) continue;
      this.x[c] /= this.mass[c];
      this.y[c] /= this.mass[c];
    }
  }

  /** @param {number} width */
  cell(width) {
    const c = this.count;
    if (c >= this.body.length) this.grow();
    this.count += 1;
    this.child.fill(0, c * 4, c * 4 + 4);
    this.body[c] = -1;
    this.mass[c] = 0;
    this.x[c] = 0;
    this.y[c] = 0;
    this.width[c] = width;
    return c;
  }

  grow() {
    const size = this.body.length * 2;
    const copy = (/** @type {any} */ old, /** @type {any} */ fresh) => (fresh.set(old), fresh);
    this.child = copy(this.child, new Int32Array(size * 4));
    this.body = copy(this.body, new Int32Array(size));
    this.mass = copy(this.mass, new Float64Array(size));
    this.x = copy(this.x, new Float64Array(size));
    this.y = copy(this.y, new Float64Array(size));
    this.width = copy(this.width, new Float64Array(size));
  }

  /**
   * @param {number} i @param {Float64Array} xs @param {Float64Array} ys @param {Float64Array} masses
   * @param {number} left @param {number} top @param {number} width
   */
  insert(i, xs, ys, masses, left, top, width) {
    let c = 0;
    let depth = 0;
    for (;;) {
      const isFresh = this.mass[c] === 0;
      const resident = this.body[c];
      this.mass[c] += masses[i];
      this.x[c] += xs[i] * masses[i];
      this.y[c] += ys[i] * masses[i];
      if (isFresh) {
        this.body[c] = i;
        this.next[i] = -1;
        return;
      }
      if (depth >= DEPTH) {
        this.next[i] = this.body[c];
        this.body[c] = i;
        return;
      }
      width /= 2;
      if (resident >= 0) {
        // A leaf becomes a branch: its body moves one level down.
        this.body[c] = -1;
        const q = (xs[resident] >= left + width ? 1 : 0) + (ys[resident] >= top + width ? 2 : 0);
        const d = this.cell(width);
        this.child[c * 4 + q] = d;
        this.body[d] = resident;
        this.next[resident] = -1;
        this.mass[d] = masses[resident];
        this.x[d] = xs[resident] * masses[resident];
        this.y[d] = ys[resident] * masses[resident];
      }
      const east = xs[i] >= left + width;
      const south = ys[i] >= top + width;
      const slot = c * 4 + (east ? 1 : 0) + (south ? 2 : 0);
      if (east) left += width;
      if (south) top += width;
      let d = this.child[slot];
      if (d === 0) {
        d = this.cell(width);
        this.child[slot] = d;
      }
      c = d;
      depth += 1;
    }
  }

  /**
   * Adds the push of all bodies on body `i` to `vx`, `vy`: strength·mass/distance, nothing beyond `reach`.
   *
   * @param {number} i @param {Float64Array} xs @param {Float64Array} ys
   * @param {Float64Array} vx @param {Float64Array} vy
   * @param {number} strength @param {number} reach @param {number} theta
   */
  push(i, xs, ys, vx, vy, strength, reach, theta) {
    const [px, py] = [xs[i], ys[i]];
    const reach2 = reach * reach;
    const theta2 = theta * theta;
    let [ax, ay] = [0, 0];
    let top = 0;
    this.stack[top++] = 0;
    while (top > 0) {
      const c = this.stack[--top];
      if (this.mass[c] === 0) continue;
      const isLeaf = this.body[c] >= 0;
      if (isLeaf && this.body[c] === i && this.next[i] < 0) continue;
      const dx = px - this.x[c];
      const dy = py - this.y[c];
      const d2 = dx * dx + dy * dy;
      const w = this.width[c];
      if (!isLeaf && w * w > theta2 * d2) {
        for (let q = 0; q < 4; q += 1) if (this.child[c * 4 + q]) this.stack[top++] = this.child[c * 4 + q];
        continue;
      }
      if (d2 > reach2) continue;
      const f = (strength * this.mass[c]) / Math.max(d2, 64);
      ax += dx * f;
      ay += dy * f;
    }
    vx[i] += ax;
    vy[i] += ay;
  }
}
