// @ts-check
/** Which rows are marked: one by one, a range with Shift, or all that are loaded. */
export class Marks {
  /** @param {(row: any) => any} key @param {() => void} changed */
  constructor(key, changed) {
    this.key = key;
    this.changed = changed;
    /** @type {Set<any>} */
    this.selected = new Set();
    /** Where a range begins. */
    this.last = -1;
  }

  /** @param {any} row */
  has(row) {
    return this.selected.has(this.key(row));
  }

  /** @param {any[]} rows @param {number} index @param {boolean} [range]  everything from the row marked last to this one */
  toggle(rows, index, range = false) {
    const isOn = range || !this.has(rows[index]);
    const from = range && this.last >= 0 ? this.last : index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
      // A row of the range may not be there yet.
      if (rows[at] === undefined) continue;
      if (isOn) this.selected.add(this.key(rows[at]));
      else this.selected.delete(this.key(rows[at]));
    }
    this.last = index;
    this.changed();
  }

  /** @param {any[]} rows */
  all(rows) {
    rows.forEach((row) => this.selected.add(this.key(row)));
    this.changed();
  }

  clear() {
    this.selected.clear();
    this.last = -1;
    this.changed();
  }
}
