// @ts-check
/**
 * A loose quadtree over boxes: culling and hit tests look only where something is. Items are numbers; each lies in the
 * smallest cell that is at least as wide as itself, by its middle, so that moving one touches two cells and no others.
 */

const DEPTH = 12;
const NONE = -1;

export class SpatialTree {
  /**
   * @param {number} capacity  items 0 … capacity - 1
   * @param {{ left: number, top: number, right: number, bottom: number } | null} around
   *   what is put outside of it is still found, only slower
   */
  constructor(capacity, around) {
    const box = around ?? { left: -1, top: -1, right: 1, bottom: 1 };
    this.width = Math.max(box.right - box.left, box.bottom - box.top, 1) * 1.5;
    this.left = (box.left + box.right - this.width) / 2;
    this.top = (box.top + box.bottom - this.width) / 2;
    this.bounds = new Float32Array(capacity * 4);
    this.next = new Int32Array(capacity).fill(NONE);
    this.before = new Int32Array(capacity).fill(NONE);
    this.cellOf = new Int32Array(capacity).fill(NONE);
    const cells = Math.max(64, capacity * 2);
    this.child = new Int32Array(cells * 4).fill(NONE);
    this.parent = new Int32Array(cells);
    this.first = new Int32Array(cells);
    /** How many items lie in the cell and below it: empty branches are passed by. */
    this.count = new Int32Array(cells);
    this.cells = 0;
    this.root = this.cell(NONE);
    /** Items whose middle is outside of the root. */
    this.outside = this.cell(NONE);
    this.stack = new Float64Array(4 * 4 * (DEPTH + 2));
  }

  /** @param {number} parent */
  cell(parent) {
    if (this.cells === this.parent.length) this.grow();
    const made = this.cells;
    this.cells += 1;
    this.parent[made] = parent;
    this.first[made] = NONE;
    this.count[made] = 0;
    return made;
  }

  grow() {
    const size = this.parent.length * 2;
    /** @param {Int32Array} old @param {number} length */
    const wider = (old, length) => {
      const made = new Int32Array(length).fill(NONE);
      made.set(old);
      return made;
    };
    this.child = wider(this.child, size * 4);
    this.parent = wider(this.parent, size);
    this.first = wider(this.first, size);
    this.count = wider(this.count, size);
  }

  /**
   * Puts an item, or puts it elsewhere.
   *
   * @param {number} item @param {number} left @param {number} top @param {number} right @param {number} bottom
   */
  put(item, left, top, right, bottom) {
    this.bounds.set([left, top, right, bottom], item * 4);
    const cell = this.cellFor((left + right) / 2, (top + bottom) / 2, Math.max(right - left, bottom - top));
    if (cell === this.cellOf[item]) return;
    this.take(item);
    this.cellOf[item] = cell;
    const head = this.first[cell];
    this.next[item] = head;
    this.before[item] = NONE;
    if (head !== NONE) this.before[head] = item;
    this.first[cell] = item;
    for (let up = cell; up !== NONE; up = this.parent[up]) this.count[up] += 1;
  }

  /** @param {number} item */
  take(item) {
    const cell = this.cellOf[item];
    if (cell === NONE) return;
    const [before, next] = [this.before[item], this.next[item]];
    if (before === NONE) this.first[cell] = next;
    else this.next[before] = next;
    if (next !== NONE) this.before[next] = before;
    this.cellOf[item] = NONE;
    for (let up = cell; up !== NONE; up = this.parent[up]) this.count[up] -= 1;
  }

  /** @param {number} x @param {number} y @param {number} size */
  cellFor(x, y, size) {
    let { left, top, width } = this;
    if (x < left || y < top || x >= left + width || y >= top + width || size > width) return this.outside;
    let cell = this.root;
    for (let depth = 0; depth < DEPTH && width / 2 >= size; depth += 1) {
      width /= 2;
      const east = x >= left + width;
      const south = y >= top + width;
      if (east) left += width;
      if (south) top += width;
      const slot = cell * 4 + (east ? 1 : 0) + (south ? 2 : 0);
      if (this.child[slot] === NONE) {
        const made = this.cell(cell);
        this.child[slot] = made;
      }
      cell = this.child[slot];
    }
    return cell;
  }

  /**
   * @param {number} left @param {number} top @param {number} right @param {number} bottom
   * @param {number[]} [found]  items whose box touches; added to it, in no order
   */
  find(left, top, right, bottom, found = []) {
    this.collect(this.outside, left, top, right, bottom, found);
    const { stack } = this;
    let height = 0;
    const push = (/** @type {number} */ cell, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w) => {
      stack[height] = cell;
      stack[height + 1] = x;
      stack[height + 2] = y;
      stack[height + 3] = w;
      height += 4;
    };
    push(this.root, this.left, this.top, this.width);
    while (height > 0) {
      height -= 4;
      const [cell, x, y, w] = [stack[height], stack[height + 1], stack[height + 2], stack[height + 3]];
      // An item reaches at most half its cell's width beyond it.
      if (x - w / 2 > right || y - w / 2 > bottom || x + w * 1.5 < left || y + w * 1.5 < top) continue;
      this.collect(cell, left, top, right, bottom, found);
      for (let q = 0; q < 4; q += 1) {
        const below = this.child[cell * 4 + q];
        if (below !== NONE && this.count[below] > 0) push(below, x + (q & 1 ? w / 2 : 0), y + (q & 2 ? w / 2 : 0), w / 2);
      }
    }
    return found;
  }

  /**
   * @param {number} cell @param {number} left @param {number} top @param {number} right @param {number} bottom
   * @param {number[]} found
   */
  collect(cell, left, top, right, bottom, found) {
    const { bounds, next } = this;
    for (let item = this.first[cell]; item !== NONE; item = next[item]) {
      const at = item * 4;
      if (bounds[at] <= right && bounds[at + 2] >= left && bounds[at + 1] <= bottom && bounds[at + 3] >= top) {
        found.push(item);
      }
    }
  }
}
