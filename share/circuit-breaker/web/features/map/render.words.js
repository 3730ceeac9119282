// @ts-check
/** Planned words as letters for the graphics card, in slices as they were planned. */
import { ROOM } from "./render.atlas.js";

/** @typedef {import("./render.atlas.js").GlyphAtlas} GlyphAtlas */
/** @typedef {import("./words.model.js").WordPlan} WordPlan */

/** Bytes of one letter: two ends, bend, place beside, cell, kind. */
const STRIDE = 28;
/** An atlas that is begun anew this often in a row is too small for one plan: what fits is shown. */
const PATIENCE = 2;

export class WordEncoder {
  /** @param {GlyphAtlas} glyphs */
  constructor(glyphs) {
    this.glyphs = glyphs;
    this.room(4096);
    this.planned = -1;
    this.at = 0;
    this.count = 0;
    this.isWorking = false;
    this.isDone = false;
    this.generation = glyphs.generation;
    this.tries = 0;
  }

  /** @param {number} letters */
  room(letters) {
    const bytes = new ArrayBuffer(letters * STRIDE);
    if (this.bytes) new Uint8Array(bytes).set(new Uint8Array(this.bytes));
    this.bytes = bytes;
    this.view = new DataView(bytes);
    this.capacity = letters;
  }

  /** @param {WordPlan} plan */
  isBehind = (plan) => this.isWorking || this.planned !== plan.version;

  /**
   * @param {WordPlan} plan @param {number} ratio @param {() => boolean} isOver
   * @returns {boolean} whether there is more to do
   */
  advance(plan, ratio, isOver) {
    if (this.planned !== plan.version) {
      this.planned = plan.version;
      this.words = plan.words;
      this.begin();
      this.tries = 0;
    }
    if (!this.isWorking || !this.words) return false;
    do {
      if (this.at < this.words.length) this.encode(this.words[this.at], ratio);
      this.at += 1;
      // The atlas was full and begun anew: cells of this run are not there any more.
      if (this.generation !== this.glyphs.generation && (this.tries += 1) <= PATIENCE) this.begin();
      if (this.at >= this.words.length) {
        this.isWorking = false;
        this.isDone = true;
        return false;
      }
    } while (!isOver());
    return true;
  }

  begin() {
    this.at = 0;
    this.count = 0;
    this.isWorking = true;
    this.isDone = false;
    this.generation = this.glyphs.generation;
  }

  /** @param {import("./words.model.js").Word} word @param {number} ratio */
  encode({ a, b, bend, dx, dy, align, text, face, size, quiet, plate: hasPlate }, ratio) {
    const width = align === "left" ? 0 : this.glyphs.measure(text, face, size) * ratio;
    const start = dx * ratio - (align === "center" ? width / 2 : width);
    const room = Math.ceil(ROOM * ratio);
    const top = Math.round(dy * ratio) - room;
    const place = { a, b, bend };
    if (hasPlate) {
      // On a line, it keeps that from running through the letters.
      const plate = { x: 0, y: 0, width: Math.ceil(width + 6 * ratio), height: Math.ceil(size * ratio * 1.25) };
      this.put(place, Math.round(start - 3 * ratio), Math.round(dy * ratio), plate, 2);
    }
    this.glyphs.spell(text, face, size, start, (cell, x) => {
      this.put(place, x - room, top, cell, cell.isPicture ? 1 : 0, quiet);
    });
  }

  /**
   * @param {{ a: number, b: number, bend: number }} place @param {number} x @param {number} y
   * @param {{ x: number, y: number, width: number, height: number }} cell
   * @param {number} kind  0 letter, 1 picture, 2 plate
   * @param {boolean} quiet
   */
  put({ a, b, bend }, x, y, cell, kind, quiet = false) {
    if (this.count === this.capacity) this.room(this.capacity * 2);
    const at = this.count * STRIDE;
    const view = /** @type {DataView} */ (this.view);
    view.setUint32(at, a, true);
    view.setUint32(at + 4, b, true);
    view.setFloat32(at + 8, bend, true);
    view.setInt16(at + 12, x, true);
    view.setInt16(at + 14, y, true);
    view.setUint16(at + 16, cell.x, true);
    view.setUint16(at + 18, cell.y, true);
    view.setUint16(at + 20, cell.width, true);
    view.setUint16(at + 22, cell.height, true);
    view.setUint32(at + 24, (quiet ? 1 : 0) + 256 * kind, true);
    this.count += 1;
  }

  /** @returns {{ data: Uint8Array, count: number } | null} letters that were finished since the last time */
  take() {
    if (!this.isDone || !this.bytes) return null;
    this.isDone = false;
    return { data: new Uint8Array(this.bytes), count: this.count };
  }
}
