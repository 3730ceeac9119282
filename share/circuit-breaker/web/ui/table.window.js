// @ts-check
import { setStyle } from "../lib/dom.js";
import { windowOf } from "./table.model.js";
import { fillRow, newRow, waitingRow } from "./table.rows.js";

/**
 * @typedef {import("./table.js").Column} Column
 * @typedef {{ columns: Column[], selectable: boolean, card: ((row: any) => any) | null }} Shape  what every row looks like
 * @typedef {{ link: string | null, isMarked: boolean, isActive: boolean, class: any }} RowState
 */

/** How many rows that went out of sight are kept, to be filled anew. */
const SPARE = 60;

/**
 * The rows that are in the document: those in sight and some on either side. A row that leaves gives its element to one that
 * comes, and nothing here asks the browser where things are, so that scrolling waits for no layout.
 */
export class RowWindow {
  /**
   * @param {{ space: HTMLElement, id: string, key: (row: any) => any, stateOf: (row: any, index: number) => RowState }} parts
   *   `id` is the beginning of the ids of rows
   */
  constructor({ space, id, key, stateOf }) {
    this.space = space;
    this.id = id;
    this.key = key;
    this.stateOf = stateOf;
    /** @type {Map<any, { row: any, index: number, element: HTMLElement }>} */
    this.drawn = new Map();
    /** @type {HTMLElement[]} */
    this.spare = [];
    /** @type {Shape} */
    this.shape = { columns: [], selectable: false, card: null };
    this.rowHeight = 36;
  }

  /** Rows look different from now on; all of them are drawn anew. @param {Shape} shape @param {number} rowHeight */
  reshape(shape, rowHeight) {
    this.shape = shape;
    this.rowHeight = rowHeight;
    this.drawn.clear();
    this.spare = [];
    this.space.replaceChildren();
  }

  /**
   * @param {any[]} rows @param {number} total  with those that are not loaded
   * @param {{ top: number, height: number }} view
   * @returns {number} the first place that is not drawn
   */
  draw(rows, total, view) {
    const { first, last } = windowOf({ ...view, count: total, rowHeight: this.rowHeight });
    /** @type {Map<any, number>} */
    const wanted = new Map();
    for (let index = first; index < last; index += 1) {
      wanted.set(rows[index] ? this.key(rows[index]) : `waiting ${index}`, index);
    }
    for (const [mine, { row, element }] of this.drawn) {
      if (wanted.has(mine)) continue;
      this.drawn.delete(mine);
      // Out of the document first: left where it was, it would make every row behind it move to its place.
      element.remove();
      if (row && this.spare.length < SPARE) this.spare.push(element);
    }
    for (const [mine, index] of wanted) this.put(mine, rows[index] ?? null, index);
    this.order(wanted.keys());
    return last;
  }

  /** @param {any} mine @param {any} row @param {number} index */
  put(mine, row, index) {
    const known = this.drawn.get(mine);
    if (known && known.row === row && known.index === index) return;
    if (!row) {
      const element = known?.element ?? waitingRow();
      this.place(element, index);
      this.drawn.set(mine, { row, index, element });
      return;
    }
    const element = known?.element ?? this.spare.pop() ?? newRow(this.shape);
    // A row that only moved keeps what it shows.
    if (known?.row !== row) fillRow(element, row, this.shape, this.stateOf(row, index));
    this.place(element, index);
    this.drawn.set(mine, { row, index, element });
    this.mark(element, row, index);
  }

  /** @param {HTMLElement} element @param {number} index */
  place(element, index) {
    element.id = `${this.id}-${index}`;
    element.setAttribute("aria-rowindex", String(index + 2));
    setStyle(element, { transform: `translateY(${index * this.rowHeight}px)` });
  }

  /** What is marked and which row is active, without drawing anything anew. */
  remark() {
    for (const { row, index, element } of this.drawn.values()) if (row) this.mark(element, row, index);
  }

  /** @param {HTMLElement} element @param {any} row @param {number} index */
  mark(element, row, index) {
    const { isMarked, isActive } = this.stateOf(row, index);
    element.classList.toggle("is-selected", isMarked);
    element.classList.toggle("is-active", isActive);
    if (!this.shape.selectable) return;
    element.setAttribute("aria-selected", String(isMarked));
    const box = /** @type {HTMLInputElement | null} */ (element.querySelector(".mark > input"));
    if (box) box.checked = isMarked;
  }

  /** Readers go by the order of the document, not by where rows are seen. @param {Iterable<any>} keys */
  order(keys) {
    /** @type {Element | null} */
    let before = null;
    for (const mine of keys) {
      const { element } = /** @type {{ element: HTMLElement }} */ (this.drawn.get(mine));
      if (element.parentElement !== this.space || element.previousElementSibling !== before) {
        if (before) before.after(element);
        else this.space.prepend(element);
      }
      before = element;
    }
  }

  /** @param {any} mine @returns {HTMLElement | null} */
  elementOf(mine) {
    return this.drawn.get(mine)?.element ?? null;
  }
}
