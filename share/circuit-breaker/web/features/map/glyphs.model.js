// @ts-check
/** Words as cells of an atlas: what is drawn letter by letter, what only as a whole, and where a cell lies. */

/** Scripts whose letters stand side by side whatever their neighbours are. */
const SIMPLE = new RegExp(
  "^[\\u0020-\\u02af\\u0370-\\u058f\\u10a0-\\u10ff\\u1e00-\\u1fff\\u2010-\\u2027\\u2030-\\u205e" +
    "\\u2070-\\u218f\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3]*$",
);
const PICTURES = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;

/**
 * Letters that are joined, stacked or read from the right are one piece, so that the browser shapes them.
 *
 * @param {string} text
 * @returns {{ pieces: string[], hasPictures: boolean }}
 */
export const piecesOf = (text) =>
  SIMPLE.test(text)
    ? { pieces: [...text], hasPictures: false }
    : { pieces: text === "" ? [] : [text], hasPictures: PICTURES.test(text) };

/** Rows of cells, as high as their highest; a full atlas says so and is begun anew. */
export class Shelves {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {{ top: number, height: number, used: number }[]} */
    this.rows = [];
    this.bottom = 0;
  }

  /**
   * @param {number} width @param {number} height
   * @returns {{ x: number, y: number } | null} null: no room left
   */
  add(width, height) {
    if (width > this.width) return null;
    let row = this.rows.find((one) => one.height >= height && one.height <= height * 1.3 && one.used + width <= this.width);
    if (!row) {
      if (this.bottom + height > this.height) return null;
      row = { top: this.bottom, height, used: 0 };
      this.rows.push(row);
      this.bottom += height;
    }
    const place = { x: row.used, y: row.top };
    row.used += width;
    return place;
  }
}
