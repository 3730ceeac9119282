// @ts-check
/** Letters and icons drawn once on a canvas of their own and read as textures afterwards. */
import { iconName } from "./appearance.model.js";
import { PICTURE } from "./pack.gl.model.js";
import { pictures } from "./render.pictures.js";
import { iconPath } from "./render.sprites.js";
import { piecesOf, Shelves } from "./glyphs.model.js";

/** @typedef {import("./words.model.js").Face} Face */
/** @typedef {{ x: number, y: number, width: number, height: number, advance: number, isPicture: boolean }} Cell */

/** Room around a letter for its outline, in CSS pixels; the outline is as wide. */
export const ROOM = 2;
/** A letter is drawn at this many places within a pixel, so that the distances in a word are even. */
const PLACES = 4;

/** @param {HTMLCanvasElement} canvas */
const readable = (canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

export class GlyphAtlas {
  /** @param {{ fontText: string, fontMono: string }} fonts @param {number} ratio */
  constructor(fonts, ratio) {
    this.fonts = fonts;
    this.ratio = ratio;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = ratio > 1.5 ? 2048 : 1024;
    this.context = readable(this.canvas);
    /** Changes when every cell has lost its place. */
    this.generation = 0;
    /** @type {Map<string, { cells: Map<string, (Cell | undefined)[]>, kerns: Map<string, number>, font: string }>} */
    this.faces = new Map();
    /** @type {Map<string, number>} */
    this.widths = new Map();
    this.begin();
  }

  begin() {
    this.shelves = new Shelves(this.canvas.width, this.canvas.height);
    this.context.fillStyle = "#000000";
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { cells } of this.faces.values()) cells.clear();
    /** Rows that the texture does not hold yet. */
    this.dirty = { top: 0, bottom: this.canvas.height };
    this.generation += 1;
  }

  /** @param {Face} face @param {number} size in CSS pixels */
  face(face, size) {
    const key = `${face}${size}`;
    let found = this.faces.get(key);
    if (!found) {
      const { fontText, fontMono } = this.fonts;
      const font = face === "name"
        ? `500 ${size * this.ratio}px ${fontText}`
        : `400 ${size * this.ratio}px ${fontMono}`;
      found = { cells: new Map(), kerns: new Map(), font };
      this.faces.set(key, found);
    }
    return found;
  }

  /** Setting a font costs more than measuring a word. @param {string} font */
  use(font) {
    if (font === this.used) return;
    this.used = font;
    this.context.font = font;
  }

  used = "";

  /** @type {import("./words.model.js").Measure} */
  measure = (text, face, size) => {
    const key = `${face}${size}${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 40_000) this.widths.clear();
      this.use(this.face(face, size).font);
      width = this.context.measureText(text).width / this.ratio;
      this.widths.set(key, width);
    }
    return width;
  };

  /**
   * Gives each letter of a word to `put`, with its place in device pixels from the word's left end.
   *
   * @param {string} text @param {Face} face @param {number} size
   * @param {number} start  where the word begins within a pixel and beyond
   * @param {(cell: Cell, x: number) => void} put
   */
  spell(text, face, size, start, put) {
    const style = this.face(face, size);
    const { pieces, hasPictures } = piecesOf(text);
    let pen = start;
    let last = "";
    for (const piece of pieces) {
      if (last) pen += this.kern(style, last, piece);
      const quarter = Math.floor(pen * PLACES);
      const cell = this.cell(style, piece, ((quarter % PLACES) + PLACES) % PLACES, size, hasPictures);
      if (!cell) return;
      put(cell, Math.floor(quarter / PLACES));
      pen += cell.advance;
      last = piece;
    }
  }

  /** @param {{ kerns: Map<string, number>, font: string }} style @param {string} one @param {string} other */
  kern({ kerns, font }, one, other) {
    const key = one + other;
    let space = kerns.get(key);
    if (space === undefined) {
      const { context } = this;
      this.use(font);
      space = context.measureText(key).width - context.measureText(one).width - context.measureText(other).width;
      kerns.set(key, space);
    }
    return space;
  }

  /**
   * @param {{ cells: Map<string, (Cell | undefined)[]>, font: string }} style
   * @param {string} piece @param {number} place @param {number} size @param {boolean} isPicture
   * @returns {Cell | undefined}
   */
  cell(style, piece, place, size, isPicture) {
    let places = style.cells.get(piece);
    const known = places?.[place];
    if (known) return known;
    const { context, ratio } = this;
    this.use(style.font);
    const advance = context.measureText(piece).width;
    const room = Math.ceil(ROOM * ratio);
    const width = Math.ceil(advance + 1) + 2 * room;
    const height = Math.ceil(size * ratio * 1.4) + 2 * room;
    const spot = this.shelves?.add(width, height);
    if (!spot) {
      if (width <= this.canvas.width) this.begin();
      return undefined;
    }
    const cell = { ...spot, width, height, advance, isPicture };
    this.paint(piece, cell, place / PLACES + room, room + Math.round(size * ratio * 0.92));
    if (!places) style.cells.set(piece, places = []);
    places[place] = cell;
    return cell;
  }

  /** Outline in red, letter in green; pictures as they are. @param {string} piece @param {Cell} cell @param {number} x @param {number} y */
  paint(piece, cell, x, y) {
    const { context, ratio, dirty } = this;
    context.save();
    context.beginPath();
    context.rect(cell.x, cell.y, cell.width, cell.height);
    context.clip();
    context.translate(cell.x, cell.y);
    context.lineJoin = "round";
    context.textBaseline = "alphabetic";
    if (cell.isPicture) {
      context.clearRect(0, 0, cell.width, cell.height);
      context.fillStyle = "#ffffff";
      context.fillText(piece, x, y);
    } else {
      context.strokeStyle = "#ff0000";
      context.lineWidth = 3.4 * ratio;
      context.strokeText(piece, x, y);
      context.globalCompositeOperation = "lighter";
      context.fillStyle = "#00ff00";
      context.fillText(piece, x, y);
    }
    context.restore();
    dirty.top = Math.min(dirty.top, cell.y);
    dirty.bottom = Math.max(dirty.bottom, cell.y + cell.height);
  }

  /** Sends the rows that changed. @param {WebGL2RenderingContext} gl */
  upload(gl) {
    const { dirty, canvas, context } = this;
    if (dirty.bottom <= dirty.top) return;
    const rows = context.getImageData(0, dirty.top, canvas.width, dirty.bottom - dirty.top);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, dirty.top, rows.width, rows.height, gl.RGBA, gl.UNSIGNED_BYTE, rows.data);
    this.dirty = { top: canvas.height, bottom: 0 };
  }
}

export const ICON_COLUMNS = 16;
export const ICON_ROWS = 16;
/** Cells that pictures leave free: there are fewer of our own icons on a map. */
const OWN_ICONS = 96;

export class IconAtlas {
  constructor() {
    this.canvas = document.createElement("canvas");
    /** @type {Map<string, number>} */
    this.index = new Map();
    /** Those that are pictures, by their addresses. @type {Map<string, HTMLCanvasElement>} */
    this.pictures = new Map();
    this.size = 0;
    this.rows = 1;
    this.isDirty = true;
  }

  /** What a node wears: a picture while there is room for it, or one of our icons. @param {import("./graph.model.js").MapNode} node */
  worn(node) {
    const found = pictures.of(node);
    if (!found) return this.cellOf(iconName(node));
    // The last rooms are for our own.
    const isKnown = this.index.has(found.address);
    if (!isKnown && this.index.size >= ICON_COLUMNS * ICON_ROWS - OWN_ICONS) return this.cellOf(iconName(node));
    this.pictures.set(found.address, found.picture);
    return PICTURE + this.cellOf(found.address);
  }

  /** @param {string} name @returns {number} its cell */
  cellOf(name) {
    const known = this.index.get(name);
    if (known !== undefined) return known;
    const made = Math.min(this.index.size, ICON_COLUMNS * ICON_ROWS - 1);
    this.index.set(name, made);
    if (this.size > 0) {
      if (made >= this.rows * ICON_COLUMNS) this.begin();
      else this.paint(name, made);
    }
    return made;
  }

  /**
   * Few sizes: a half step more than needed at most, so that lines stay sharp and zooming draws seldom.
   *
   * @param {number} pixels of an icon on the screen
   */
  fit(pixels) {
    const size = Math.min(112, Math.max(12, Math.round(2 ** (Math.ceil(Math.log2(Math.max(1, pixels)) * 2) / 2))));
    if (size === this.size) return;
    this.size = size;
    this.begin();
  }

  /** As many rows as there are icons: the whole is sent at each change of size. */
  begin() {
    this.rows = Math.max(1, Math.ceil(this.index.size / ICON_COLUMNS));
    this.canvas.width = this.size * ICON_COLUMNS;
    this.canvas.height = this.size * this.rows;
    for (const [name, cell] of this.index) this.paint(name, cell);
    this.isDirty = true;
  }

  /** @param {string} name @param {number} cell */
  paint(name, cell) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.save();
    context.translate((cell % ICON_COLUMNS) * this.size, Math.floor(cell / ICON_COLUMNS) * this.size);
    const picture = this.pictures.get(name);
    if (picture) {
      context.clearRect(0, 0, this.size, this.size);
      context.drawImage(picture, 0, 0, this.size, this.size);
      context.restore();
      this.isDirty = true;
      return;
    }
    context.scale(this.size / 24, this.size / 24);
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.7;
    context.lineCap = context.lineJoin = "round";
    context.stroke(iconPath(name));
    context.restore();
    this.isDirty = true;
  }

  /** @param {WebGL2RenderingContext} gl */
  upload(gl) {
    if (!this.isDirty || this.size === 0) return;
    // Edges of pictures would be dark otherwise. Letters are sent as they are.
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this.canvas);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    this.isDirty = false;
  }
}
