// @ts-check
import { currentLanguage } from "../lib/i18n.js";

/** Rules of the table without a screen. */

export const ROW_HEIGHT = 36;
/** A row of two lines, where columns have no room: below this many pixels. */
export const CARD_HEIGHT = 58;
export const CARDS_BELOW = 560;

/**
 * The rows to draw: those in sight and some on either side.
 *
 * @param {{ top: number, height: number, count: number, rowHeight?: number, margin?: number }} view
 */
export function windowOf({ top, height, count, rowHeight = ROW_HEIGHT, margin = 12 }) {
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + margin);
  return { first: Math.min(first, count), last: Math.max(last, Math.min(first, count)) };
}

/**
 * Where a key leads from the active row.
 *
 * @param {string} key
 * @param {number} active -1 is none
 * @param {number} count
 * @param {number} page  rows in sight
 * @returns {number | null}
 */
export function moved(key, active, count, page) {
  if (count === 0) return null;
  const to = {
    j: active + 1,
    ArrowDown: active + 1,
    k: active - 1,
    ArrowUp: active - 1,
    Home: 0,
    End: count - 1,
    PageDown: active + page,
    PageUp: active - page,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

/**
 * The scroll position that shows a row fully.
 *
 * @param {number} index
 * @param {number} top
 * @param {number} height
 * @param {number} [rowHeight]
 */
export function scrolledTo(index, top, height, rowHeight = ROW_HEIGHT) {
  const from = index * rowHeight, to = from + rowHeight;
  if (from < top) return from;
  return to > top + height ? to - height : top;
}

/**
 * Columns that fit: those with `from` above the width are left out.
 *
 * @template {{ from?: number }} C
 * @param {C[]} columns
 * @param {number} width
 */
export const fitting = (columns, width) => columns.filter(({ from }) => (from ?? 0) <= width);

/**
 * The next sorting after a click on a column: ascending, then descending.
 *
 * @param {{ id: string, descending: boolean } | null} sort
 * @param {string} id
 */
export const nextSort = (sort, id) => ({ id, descending: sort?.id === id ? !sort.descending : false });

/**
 * As the API wants it.
 *
 * @param {{ id: string, descending: boolean } | null} sort
 */
export const sortParameter = (sort) => (sort ? `${sort.descending ? "-" : ""}${sort.id}` : null);

/** @param {string | null} text */
export const parseSort = (text) => (text ? { id: text.replace(/^-/, ""), descending: text.startsWith("-") } : null);

/**
 * Sorts rows here, for lists that are all loaded. Empty values come last.
 *
 * @template R
 * @param {R[]} rows
 * @param {(row: R) => any} read
 * @param {boolean} descending
 */
export function sortedBy(rows, read, descending) {
  const compare = new Intl.Collator(currentLanguage(), { numeric: true, sensitivity: "base" }).compare;
  return [...rows].sort((a, b) => {
    const x = read(a), y = read(b);
    const noX = x === null || x === undefined || x === "", noY = y === null || y === undefined || y === "";
    if (noX || noY) return Number(noX) - Number(noY);
    const order = typeof x === "number" && typeof y === "number" ? x - y : compare(String(x), String(y));
    return descending ? -order : order;
  });
}
