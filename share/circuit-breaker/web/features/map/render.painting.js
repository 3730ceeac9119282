// @ts-check
/**
 * The picture of a large map at rest, as paths that are made in slices between frames and then put on the canvas in one go:
 * ten thousand dots and twenty thousand lines would otherwise be a frame of their own.
 */
import { edgeStrokes, putEdges } from "./render.edges.js";
import { discSprites, dotFills, drawDiscs, putDots } from "./render.nodes.js";
import { detailAt } from "./scene.model.js";
import { goOn } from "./slices.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./marks.model.js").Marks} Marks */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./render.canvas.js").CanvasRenderer} CanvasRenderer */

/** Nobody fades in on a large map: each step of it would be a whole picture. @type {Map<number, number>} */
const NOBODY = new Map();

export class Painting {
  /**
   * @param {CanvasRenderer} renderer @param {{ scene: Scene, camera: Camera, marks: Marks }} view
   * @param {{ nodes: number[], edges: number[] }} near
   */
  constructor(renderer, { scene, camera, marks }, near) {
    const { context, palette, sprites, size, ratio } = renderer;
    this.scene = scene;
    this.camera = camera;
    this.version = marks.version;
    this.isReady = false;
    /** Something it shows changed after it was begun. */
    this.isStale = false;
    const detail = detailAt(camera.zoom);
    const isDots = detail === "dots";
    const place = { scene, camera, size, ratio, marks };
    const job = { ...place, context, palette, sprites, nodes: near.nodes, born: NOBODY, detail, isCoarse: false };
    this.work = this.steps(job, near.edges, isDots);
    /** @type {import("./render.edges.js").Stroke[]} */
    this.strokes = [];
    this.put = () => {
      putEdges(job, this.strokes);
      if (isDots) putDots(context, this.fills);
      else drawDiscs(job);
    };
    /** @type {import("./render.nodes.js").Fill[]} */
    this.fills = [];
  }

  /**
   * @param {import("./render.nodes.js").Job & { detail: import("./scene.model.js").Detail, isCoarse: boolean }} job
   * @param {number[]} edges @param {boolean} isDots
   */
  *steps(job, edges, isDots) {
    this.strokes = yield* edgeStrokes({ ...job, edges: edges.map((at) => job.scene.edges[at]) });
    if (isDots) this.fills = yield* dotFills(job);
    else yield* discSprites(job);
  }

  /** @param {() => boolean} isOver @returns {boolean} whether there is more to do */
  advance(isOver) {
    if (!this.isReady) this.isReady = goOn(this.work, isOver);
    return !this.isReady;
  }

  /**
   * Whether it is of this moment. Colours and the screen are the renderer's, which lets go of it when they change.
   *
   * @param {{ scene: Scene, camera: Camera, marks: Marks }} view
   */
  shows({ scene, camera, marks }) {
    return this.scene === scene && this.camera === camera && this.version === marks.version;
  }
}
