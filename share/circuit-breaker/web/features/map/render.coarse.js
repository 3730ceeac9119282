// @ts-check
/**
 * A large map while it moves, on a 2D canvas: the lines that tell most and a square for each node, as paths of the world that
 * are made once and drawn by moving the canvas below them. Who is being dragged is left out: they are drawn by themselves.
 */
import { edgeTone, stateColour } from "./render.palette.js";
import { mostTelling } from "./pace.model.js";
import { radiusAt } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */

/** Lines of a map that moves. */
const FEW_LINES = 1200;
/** Squares are made anew when zoom has changed by this factor. */
const STRETCH = 2.5;
const DIM = 0.18;

/** Half a square's side, in pixels. @param {number} zoom */
const halfAt = (zoom) => Math.max(1.5, radiusAt(zoom) * zoom * 0.72);

export class CoarseMap {
  /** @param {Scene} scene @param {Palette} palette @param {Set<number>} apart  nodes by their place in the scene */
  constructor(scene, palette, apart) {
    this.scene = scene;
    this.palette = palette;
    this.apart = apart;
    this.zoom = 0;
    this.lines = this.linePaths();
    /** @type {Map<string, Path2D>} */
    this.dots = new Map();
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

  /** @param {number} zoom */
  dotPaths(zoom) {
    const { scene, apart, palette } = this;
    const half = halfAt(zoom) / zoom;
    /** @type {Map<string, Path2D>} */
    const paths = new Map();
    scene.nodes.forEach((node, at) => {
      if (apart.has(at)) return;
      const { status } = node;
      const colour = status === "down" || status === "degraded" ? stateColour(palette, status) : palette.hueOf(node);
      let path = paths.get(colour);
      if (!path) paths.set(colour, path = new Path2D());
      path.rect(scene.x[at] - half, scene.y[at] - half, 2 * half, 2 * half);
    });
    return paths;
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
    for (const [style, path] of this.lines) {
      const { colour, alpha } = edgeTone(this.palette, style);
      context.strokeStyle = colour;
      context.globalAlpha = isDim ? 0.1 : alpha * 0.65;
      context.lineWidth = (style.weight * thin) / zoom;
      context.stroke(path);
    }
    if (hasDots) this.drawDots(context, zoom, isDim);
    context.globalAlpha = 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} zoom @param {boolean} isDim */
  drawDots(context, zoom, isDim) {
    if (this.zoom === 0 || zoom / this.zoom > STRETCH || this.zoom / zoom > STRETCH) {
      this.zoom = zoom;
      this.dots = this.dotPaths(zoom);
    }
    context.globalAlpha = isDim ? DIM : 1;
    for (const [colour, path] of this.dots) {
      context.fillStyle = colour;
      context.fill(path);
    }
  }
}
