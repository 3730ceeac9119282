// @ts-check
/** The scene as numbers for the graphics card: a texel a node, four whole numbers a line, in the shaders' reading. */
import { hueName } from "./appearance.model.js";
import { EDGE_STYLES, speedClass } from "./edges.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./graph.model.js").MapNode} MapNode */

/** Texels of one row of the texture; a power of two that the shaders know. */
export const ROW = 256;

export const HUES = ["cluster", "hardware", "compute", "service", "storage", "network", "external", "misc"];
export const STATES = ["up", "degraded", "down", "maintenance", "unknown", "retired"];
const HUE_OF = new Map(Object.entries({ cluster: 0, hardware: 1, compute_unit: 2, service: 3, storage: 4, network: 5, external_node: 6 }));
const STATE_OF = new Map(STATES.map((name, at) => [name, at]));
const STYLE_OF = new Map(Object.keys(EDGE_STYLES).map((name, at) => [name, at]));

export const LIT = 1;
export const SELECTED = 2;
export const FOCUSED = 4;
export const PRIMARY = 8;

/** A cell of the icon atlas that holds a picture in its own colours. */
export const PICTURE = 16_384;

/** @param {MapNode} node @param {number} icon cell of the icon atlas, with `PICTURE` */
export function lookOf(node, icon) {
  const own = hueName(node);
  const hue = own ? HUES.indexOf(own) : HUE_OF.get(node.kind) ?? 7;
  return icon + 256 * hue + 2048 * (STATE_OF.get(node.status ?? "unknown") ?? 4);
}

/** @param {number} id @param {import("./marks.model.js").Marks} marks */
export const flagsOf = (id, marks) =>
  (marks.lit?.has(id) ? LIT : 0) + (marks.selected.has(id) ? SELECTED : 0) + (marks.focused === id ? FOCUSED : 0) +
  (marks.primary === id ? PRIMARY : 0) + 16 * Math.round(255 * (marks.born.get(id) ?? 1));

/** Nodes as texels, with the rows that the card does not hold yet. */
export class NodeTexels {
  /** @param {Scene} scene @param {(node: MapNode) => number} iconOf */
  constructor(scene, iconOf) {
    this.rows = Math.max(1, Math.ceil(scene.nodes.length / ROW));
    this.data = new Float32Array(this.rows * ROW * 4);
    this.iconOf = iconOf;
    for (let at = 0; at < scene.nodes.length; at += 1) {
      this.place(scene, at);
      this.data[at * 4 + 3] = 16 * 255;
    }
    this.first = 0;
    this.last = this.rows - 1;
    /** Nodes whose flags are not the plain ones. */
    this.flagged = new Set();
  }

  /** @param {Scene} scene @param {number} at */
  place({ nodes, x, y }, at) {
    this.data[at * 4] = x[at];
    this.data[at * 4 + 1] = y[at];
    this.data[at * 4 + 2] = lookOf(nodes[at], this.iconOf(nodes[at]));
    this.touch(at);
  }

  /** @param {number} at */
  touch(at) {
    const row = Math.floor(at / ROW);
    this.first = Math.min(this.first ?? row, row);
    this.last = Math.max(this.last ?? row, row);
  }

  /**
   * Only nodes that carry a mark, or carried one, are written.
   *
   * @param {Scene} scene @param {import("./marks.model.js").Marks} marks
   */
  mark(scene, marks) {
    const ids = [...(marks.lit ?? []), ...marks.selected, ...marks.born.keys()];
    for (const one of [marks.focused, marks.primary]) if (one !== null) ids.push(one);
    const now = new Set();
    for (const id of ids) {
      const at = scene.index.get(id);
      if (at !== undefined) now.add(at);
    }
    for (const at of this.flagged) if (!now.has(at)) this.flag(at, 16 * 255);
    for (const at of now) this.flag(at, flagsOf(scene.nodes[at].id, marks));
    this.flagged = now;
  }

  /** @param {number} at @param {number} flags */
  flag(at, flags) {
    if (this.data[at * 4 + 3] === flags) return;
    this.data[at * 4 + 3] = flags;
    this.touch(at);
  }

  /** @returns {{ first: number, count: number } | null} rows to send; they count as sent */
  take() {
    if (this.last < this.first) return null;
    const rows = { first: this.first, count: this.last - this.first + 1 };
    this.first = this.rows;
    this.last = -1;
    return rows;
  }
}

/** Lines as four whole numbers each: both ends, bend (the bits of a float), style and speed. */
export class EdgeNumbers {
  /** @param {Scene} scene */
  constructor({ edges }) {
    this.room = 0;
    this.straight = new Uint32Array(0);
    this.bent = new Uint32Array(0);
    this.data = new Uint32Array(edges.length * 4);
    const bends = new Float32Array(this.data.buffer);
    edges.forEach(({ a, b, bend, style, edge }, at) => {
      this.data[at * 4] = a;
      this.data[at * 4 + 1] = b;
      bends[at * 4 + 2] = bend;
      this.data[at * 4 + 3] = (STYLE_OF.get(style.name) ?? 0) + 16 * speedClass(edge.speed_mbps);
    });
  }

  /**
   * Straight lines and bent ones are drawn apart. What is answered is overwritten by the next call.
   *
   * @param {ArrayLike<number>} which
   * @returns {{ straight: Uint32Array, bent: Uint32Array }}
   */
  gather(which) {
    const { data } = this;
    if (this.room < which.length) {
      this.room = which.length;
      this.straight = new Uint32Array(which.length * 4);
      this.bent = new Uint32Array(which.length * 4);
    }
    const { straight, bent } = this;
    let [one, other] = [0, 0];
    for (let turn = 0; turn < which.length; turn += 1) {
      const from = which[turn] * 4;
      const isBent = data[from + 2] !== 0;
      const into = isBent ? bent : straight;
      const to = isBent ? other : one;
      into[to] = data[from];
      into[to + 1] = data[from + 1];
      into[to + 2] = data[from + 2];
      into[to + 3] = data[from + 3];
      if (isBent) other += 4;
      else one += 4;
    }
    return { straight: straight.subarray(0, one), bent: bent.subarray(0, other) };
  }
}
