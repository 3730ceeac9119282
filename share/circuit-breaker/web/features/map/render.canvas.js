// @ts-check
/**
 * Draws a scene on a 2D canvas. Holds no data of its own between frames but sprites and text widths;
 * another renderer with `resize`, `setPalette` and `draw` can take its place.
 */
import { toScreen, visibleBox } from "./camera.model.js";
import { drawEdges } from "./render.edges.js";
import { drawHulls } from "./render.hulls.js";
import { drawWords, fontOf } from "./render.labels.js";
import { stateColour } from "./render.palette.js";
import { SPRITE, Sprites } from "./render.sprites.js";
import { detailAt, edgesIn, NODE_RADIUS, nodesIn, radiusAt } from "./scene.model.js";
import { WordPlan } from "./words.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./marks.model.js").Marks} Marks */
/** @typedef {{ scene: Scene, camera: Camera, marks: Marks, hulls?: import("./drawing.model.js").HullShape[] }} Frame */

/** Words of a small lab come with its first frame. */
const FIRST_WORDS_MS = 8;

export class CanvasRenderer {
  /** @param {HTMLCanvasElement} canvas @param {Palette} palette */
  constructor(canvas, palette) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.palette = palette;
    this.sprites = new Sprites(palette);
    /** @type {Size} */
    this.size = { width: 1, height: 1 };
    this.ratio = 1;
    /** @type {Map<string, number>} */
    this.widths = new Map();
    this.words = new WordPlan(this.measure);
  }

  get name() {
    return "canvas";
  }

  /** @type {import("./words.model.js").Measure} */
  measure = (text, face, size) => {
    const key = `${face}${size}${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 40_000) this.widths.clear();
      this.context.font = fontOf(this.palette, face, size);
      width = this.context.measureText(text).width;
      this.widths.set(key, width);
    }
    return width;
  };

  /** @param {Palette} palette */
  setPalette(palette) {
    this.palette = palette;
    this.sprites = new Sprites(palette);
    this.widths.clear();
    this.words.forget();
  }

  /** @param {Size} size in CSS pixels @param {number} ratio device pixels per CSS pixel */
  resize(size, ratio) {
    this.size = size;
    this.ratio = Math.min(3, ratio);
    this.canvas.width = Math.max(1, Math.round(size.width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(size.height * this.ratio));
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether words have to be planned
   */
  draw({ scene, camera, marks, hulls = [] }) {
    const { context, size, palette } = this;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, size.width, size.height);
    this.drawGround(camera);
    drawHulls(context, palette, hulls, camera, size);

    const box = visibleBox(camera, size, 60);
    const visible = nodesIn(scene, box);
    const detail = detailAt(camera.zoom);
    const edges = edgesIn(scene, box);
    drawEdges({
      context,
      palette,
      scene,
      camera,
      size,
      marks,
      edges,
      detail,
      isCoarse: marks.isMoving && edges.length > 1500,
    });
    if (detail === "dots") this.drawDots(scene, camera, visible, marks);
    else this.drawDiscs(scene, camera, visible, marks);
    this.drawMarks(scene, camera, marks);
    if (scene.isRenamed) this.words.spoil();
    scene.isRenamed = false;
    scene.patches.clear();
    if (this.words.holds?.scene !== scene) {
      this.words.forget();
      this.plan({ scene, camera, marks }, FIRST_WORDS_MS);
    }
    drawWords({ context, palette, scene, camera, size, marks, words: this.words.words });
    return !this.words.isRight({ scene, camera, size, marks });
  }

  /**
   * A slice of planning, between frames.
   *
   * @param {Frame} frame @param {number} time milliseconds
   * @returns {boolean} whether there is more to do
   */
  plan({ scene, camera, marks }, time) {
    const end = performance.now() + time;
    return this.words.advance({ scene, camera, size: this.size, marks }, () => performance.now() > end);
  }

  dispose() {}

  /**
   * A faint grid of dots that keeps its density: it thins out by powers of two.
   *
   * @param {Camera} camera
   */
  drawGround(camera) {
    const { context, size, palette } = this;
    let step = 32 * camera.zoom;
    while (step < 22) step *= 2;
    while (step > 44) step /= 2;
    const origin = toScreen(camera, size, 0, 0);
    context.fillStyle = palette.line;
    context.globalAlpha = 0.55;
    const [left, top] = [((origin.x % step) + step) % step, ((origin.y % step) + step) % step];
    for (let x = left; x < size.width; x += step) {
      for (let y = top; y < size.height; y += step) context.fillRect(x - 0.6, y - 0.6, 1.2, 1.2);
    }
    context.globalAlpha = 1;
  }

  /** @param {number} id @param {Marks} marks */
  alphaOf(id, marks) {
    const dim = marks.lit && !marks.lit.has(id) ? 0.18 : 1;
    return dim * (marks.born.get(id) ?? 1);
  }

  /** @param {Scene} scene @param {Camera} camera @param {number[]} visible @param {Marks} marks */
  drawDots(scene, camera, visible, marks) {
    const { context, palette, size } = this;
    const radius = Math.max(1.6, radiusAt(camera.zoom) * camera.zoom * 0.8);
    /** @type {Map<string, number[]>} */
    const batches = new Map();
    for (const at of visible) {
      const { id, kind, status } = scene.nodes[at];
      const colour = status === "down" || status === "degraded" ? stateColour(palette, status) : palette.hue(kind);
      const key = `${this.alphaOf(id, marks)} ${colour}`;
      const batch = batches.get(key);
      if (batch) batch.push(at);
      else batches.set(key, [at]);
    }
    for (const [key, batch] of batches) {
      const [alpha, colour] = key.split(" ");
      context.globalAlpha = Number(alpha);
      context.fillStyle = colour;
      context.beginPath();
      for (const at of batch) {
        const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
        const grown = scene.nodes[at].status === "down" ? radius * 1.5 : radius;
        context.moveTo(x + grown, y);
        context.arc(x, y, grown, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** @param {Scene} scene @param {Camera} camera @param {number[]} visible @param {Marks} marks */
  drawDiscs(scene, camera, visible, marks) {
    const { context, size } = this;
    const scale = (radiusAt(camera.zoom) * camera.zoom) / NODE_RADIUS;
    const half = SPRITE * scale;
    for (const at of visible) {
      const node = scene.nodes[at];
      const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
      context.globalAlpha = this.alphaOf(node.id, marks);
      context.drawImage(this.sprites.get(node, scale * this.ratio), x - half, y - half, half * 2, half * 2);
    }
    context.globalAlpha = 1;
  }

  /**
   * Halo of the selected, ring of the focused, one pulse of what just broke.
   *
   * @param {Scene} scene
   * @param {Camera} camera
   * @param {Marks} marks
   */
  drawMarks(scene, camera, marks) {
    const { context, palette } = this;
    const radius = Math.max(5, radiusAt(camera.zoom) * camera.zoom);
    for (const [id, share] of marks.pulsing) {
      this.around(scene, camera, id, radius + 4 + share * 26, () => {
        context.globalAlpha = 1 - share;
        context.strokeStyle = palette.down;
        context.lineWidth = 3;
        context.stroke();
      });
    }
    const scale = radius / NODE_RADIUS;
    for (const id of marks.selected) {
      this.around(scene, camera, id, radius + 9 * scale, () => {
        context.globalAlpha = 0.16;
        context.fillStyle = palette.accent;
        context.fill();
        context.globalAlpha = 1;
        context.strokeStyle = palette.accent;
        context.lineWidth = id === marks.primary ? 2.5 : 1.5;
        context.stroke();
      });
    }
    if (marks.target !== null) {
      this.around(scene, camera, marks.target, radius * 1.45, () => {
        context.strokeStyle = palette.accent;
        context.lineWidth = 3;
        context.stroke();
      });
    }
    if (marks.focused !== null && !marks.selected.has(marks.focused)) {
      this.around(scene, camera, marks.focused, radius + 9 * scale, () => {
        context.strokeStyle = palette.focus;
        context.lineWidth = 2;
        context.setLineDash([4, 4]);
        context.stroke();
        context.setLineDash([]);
      });
    }
    context.globalAlpha = 1;
  }

  /** @param {Scene} scene @param {Camera} camera @param {number} id @param {number} radius @param {() => void} paint */
  around(scene, camera, id, radius, paint) {
    const at = scene.index.get(id);
    if (at === undefined) return;
    const { x, y } = toScreen(camera, this.size, scene.x[at], scene.y[at]);
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    paint();
  }
}
