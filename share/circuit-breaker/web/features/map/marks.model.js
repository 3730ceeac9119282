// @ts-check
/** What is marked on the map at this moment: a value the renderers read; never data of the lab itself. */

/**
 * @typedef {{
 *   selected: Set<number>, primary: number | null, hovered: number | null, focused: number | null,
 *   hoveredEdge: string | null, lit: Set<number> | null, target: number | null,
 *   born: Map<number, number>, pulsing: Map<number, number>, isMoving: boolean, isBySpeed: boolean, isSpoken: boolean
 * }} MarkValues
 *   `primary`: the one of the selected that the panel shows. `lit`: everything else is dimmed. `target`: where a line
 *   that is being drawn would end. `born` and `pulsing`: share 0…1 of the way.
 */

export class Marks {
  constructor() {
    /** @type {Set<number>} */
    this.selected = new Set();
    /** @type {number | null} */
    this.primary = null;
    /** @type {number | null} */
    this.hovered = null;
    /** @type {number | null} */
    this.focused = null;
    /** @type {string | null} */
    this.hoveredEdge = null;
    /** @type {Set<number> | null} */
    this.lit = null;
    /** @type {number | null} */
    this.target = null;
    /** @type {Map<number, number>} */
    this.born = new Map();
    /** @type {Map<number, number>} */
    this.pulsing = new Map();
    this.isMoving = false;
    /** Lines say what they are without being asked: the view of ports. */
    this.isSpoken = false;
    /** Lines are as wide as they are fast. */
    this.isBySpeed = false;
    /** Changes with every mark that decides which words are written. */
    this.version = 0;
  }

  get key() {
    return String(this.version);
  }

  /** Whose lines are lit. */
  get centre() {
    return this.hovered ?? this.primary;
  }

  /** @param {number} id */
  isMarked(id) {
    return id === this.primary || id === this.hovered || id === this.focused;
  }

  /**
   * @param {Partial<MarkValues>} values
   * @returns {boolean} whether anything changed
   */
  set(values) {
    const now = /** @type {any} */ (this);
    const changed = Object.entries(values).filter(([name, value]) => now[name] !== value);
    if (changed.length === 0) return false;
    Object.assign(this, values);
    this.version += 1;
    return true;
  }
}
