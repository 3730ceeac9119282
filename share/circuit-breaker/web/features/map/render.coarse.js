// @ts-check
/**
 * A large map while it moves, on a 2D canvas: the lines that tell most and a square for each node, as paths of the world that
 * are made once and drawn by moving the canvas below them. They are made ahead, in slices, while the map stands still. Who is
 * being dragged is left out: they are drawn by themselves.
 */
import { edgeTone, stateColour } from "./render.palette.js";
import { mostTelling } from "./pace.model.js";
import { radiusAt } from "./scene.model.js";
import { finished, goOn } from "./slices.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */

/** Lines of a map that moves. */
const FEW_LINES = 1200;
/** Squares are made for zooms this factor apart, and stretched in between. */
const STRETCH = 2.2;
const SLICE = 200;
const DIM = 0.18;

/** Half a square's side, in pixels. @param {number} zoom */
const halfAt = (zoom) => Math.max(1.5, radiusAt(zoom) * zoom * 0.72);
/** @param {number} zoom */
const levelOf = (zoom) => Math.round(Math.log(zoom) / Math.log(STRETCH));

export class CoarseMap {
  /** @param {Scene} scene @param {Palette} palette @param {Set<number>} apart  nodes by their place in the scene */
  constructor(scene, palette, apart) {
    this.scene = scene;
    this.palette = palette;
    this.apart = apart;
    /** @type {Map<import("./edges.model.js").EdgeStyle, Path2D> | null} */
    this.lines = null;
    /** By level of zoom. @type {Map<number, Map<string, Path2D>>} */
    this.dots = new Map();
    /** @type {{ level: number, steps: Generator<void, Map<string, Path2D>> } | null} */
    this.work = null;
  }

  /**
   * A slice of what a map that moves at about this zoom will need.
   *
   * @param {number} zoom @param {boolean} isAhead  for the zooms around it, too @param {() => boolean} isOver
   * @returns {boolean} whether there is more to do
   */
  advance(zoom, isAhead, isOver) {
    if (!this.lines) {
      this.lines = this.linePaths();
      return true;
    }
    const level = levelOf(zoom);
    const missing = (isAhead ? [level, level - 1, level + 1] : [level]).find((one) => !this.dots.has(one));
    if (missing === undefined) return false;
    if (this.work?.level !== missing) this.work = { level: missing, steps: this.dotPaths(STRETCH ** missing) };
    const { steps } = this.work;
    goOn({ next: () => this.keep(missing, steps.next()) }, isOver);
    return true;
  }

  /** @param {number} level @param {IteratorResult<void, Map<string, Path2D>>} step */
  keep(level, step) {
    if (step.done) {
      this.dots.set(level, step.value);
      this.work = null;
    }
    return /** @type {IteratorResult<void, unknown>} */ (step);
  }

  linePaths() {
    const { scene, apart } = this;
    /** @type {Map<import("./edges.model.js").EdgeStyle, Path2D>} */
    const paths = new Map();
    for (const at of mostTelling(scene, FEW_LINES)) {
      const { a, b, style } = scene.edges[at];
      if (apart.has(a) || apart.has(b)) continue;
      let path = paths.get(style);
      if (!path) paths.set(style, path = new Path2D());
      path.moveTo(scene.x[a], scene.y[a]);
      path.lineTo(scene.x[b], scene.y[b]);
    }
    return paths;
  }

  /** @param {number} zoom @returns {Generator<void, Map<string, Path2D>>} */
  *dotPaths(zoom) {
    const { scene: { nodes, x, y }, apart, palette } = this;
    const half = halfAt(zoom) / zoom;
    /** @type {Map<string, Path2D>} */
    const paths = new Map();
    for (let at = 0; at < nodes.length; at += 1) {
      if (at % SLICE === SLICE - 1) yield;
      if (apart.has(at)) continue;
      const { status } = nodes[at];
      const colour = status === "down" || status === "degraded" ? stateColour(palette, status) : palette.hueOf(nodes[at]);
      let path = paths.get(colour);
      if (!path) paths.set(colour, path = new Path2D());
      path.rect(x[at] - half, y[at] - half, 2 * half, 2 * half);
    }
    return paths;
  }

  /** The squares that fit this zoom best among those there are. @param {number} zoom */
  dotsFor(zoom) {
    const level = levelOf(zoom);
    const [nearest] = [...this.dots.keys()].sort((a, b) => Math.abs(a - level) - Math.abs(b - level));
    if (nearest === undefined) this.dots.set(level, finished(this.dotPaths(STRETCH ** level)));
    return /** @type {Map<string, Path2D>} */ (this.dots.get(nearest ?? level));
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {Camera} camera @param {Size} size @param {number} ratio
   * @param {{ isDim: boolean, hasDots: boolean }} how
   */
  draw(context, { x, y, zoom }, size, ratio, { isDim, hasDots }) {
    const scale = ratio * zoom;
    context.setTransform(scale, 0, 0, scale, ratio * (size.width / 2 - x * zoom), ratio * (size.height / 2 - y * zoom));
    context.setLineDash([]);
    const thin = Math.min(1, Math.max(0.5, zoom * 1.4));
    for (const [style, path] of this.lines ??= this.linePaths()) {
      const { colour, alpha } = edgeTone(this.palette, style);
      context.strokeStyle = colour;
      context.globalAlpha = isDim ? 0.1 : alpha * 0.65;
      context.lineWidth = (style.weight * thin) / zoom;
      context.stroke(path);
    }
    if (hasDots) {
      context.globalAlpha = isDim ? DIM : 1;
      for (const [colour, path] of this.dotsFor(zoom)) {
        context.fillStyle = colour;
        context.fill(path);
      }
    }
    context.globalAlpha = 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}
