// @ts-check
/**
 * Draws a scene on a 2D canvas. Holds no data of its own between frames but sprites, paths and text widths;
 * another renderer with `resize`, `setPalette` and `draw` can take its place.
 */
import { toScreen, toWorld, visibleBox } from "./camera.model.js";
import { CoarseMap } from "./render.coarse.js";
import { drawEdges } from "./render.edges.js";
import { drawGround } from "./render.ground.js";
import { drawHulls } from "./render.hulls.js";
import { drawWords, fontOf } from "./render.labels.js";
import { drawDiscs, drawDots, drawMarks } from "./render.nodes.js";
import { Painting } from "./render.painting.js";
import { SPRITE, Sprites } from "./render.sprites.js";
import { detailAt, linesIn, NODE_RADIUS, nodesIn, radiusAt } from "./scene.model.js";
import { WordPlan } from "./words.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */
/** @typedef {import("./camera.model.js").Box} Box */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./marks.model.js").Marks} Marks */
/** @typedef {{ nodes: number[], edges: number[], density?: number }} Near  `density`: of how many lines the picture is */
/**
 * @typedef {{ scene: Scene, camera: Camera, marks: Marks, hulls?: import("./drawing.model.js").HullShape[],
 *   covers?: () => import("./words.model.js").Cover[], signs?: import("./words.model.js").View["signs"] }} Frame
 */

/** Words of a small lab come with its first frame. */
const FIRST_WORDS_MS = 8;
/** More nodes and lines than this near the screen are drawn coarsely while the map moves, and in slices when it rests. */
const MANY = 2000;
/** More than so many changed looks are a new picture. */
const MOST_PARTS = 40;
/** Share of the screen beyond each side that is looked up along, so that moving seldom looks up. */
const BEYOND = 0.3;

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
    /** What is near the screen. @type {{ scene: Scene, box: Box, zoom: number, nodes: number[], edges: number[] } | null} */
    this.culled = null;
    /** What the canvas shows. @type {{ scene: Scene, camera: Camera, hulls: any[], version: number, words: number, wasMoving: boolean } | null} */
    this.drawn = null;
    this.wasBusy = false;
    /** @type {CoarseMap | null} */
    this.coarse = null;
    /** Nodes that changed while the map was drawn coarsely. @type {Set<number>} */
    this.apart = new Set();
    /** A large map at rest, and the one that is being made to follow it. @type {Painting | null} */
    this.painting = null;
    /** @type {Painting | null} */
    this.coming = null;
    /** What was near the screen in the frame before. @type {Near} */
    this.here = { nodes: [], edges: [] };
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
    this.coarse = null;
    this.forget();
  }

  /** @param {Size} size in CSS pixels @param {number} ratio device pixels per CSS pixel */
  resize(size, ratio) {
    this.size = size;
    this.ratio = Math.min(3, ratio);
    this.canvas.width = Math.max(1, Math.round(size.width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(size.height * this.ratio));
    this.culled = null;
    this.forget();
  }

  /** The canvas is empty, or looks of another theme are on it. */
  forget() {
    this.drawn = null;
    this.painting = null;
    this.coming = null;
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether there is something to plan between frames
   */
  draw(frame) {
    const { context, size } = this;
    const { scene, camera, marks, hulls = [] } = frame;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.sprites.begin();
    this.here = this.around(scene, camera, marks);
    const parts = this.parts(frame);
    let isDrawn = true;
    if (parts) this.drawParts(frame, parts);
    else if (marks.isMoving || !isMany(this.here)) {
      this.painting = this.coming = null;
      this.drawPicture(frame, this.screen());
    } else isDrawn = this.drawLarge(frame);
    if (scene.isRenamed) this.words.spoil();
    scene.isRenamed = false;
    scene.isMoved = false;
    scene.patches.clear();
    if (!isDrawn) return true;
    if (this.words.holds?.scene !== scene) {
      this.words.forget();
      this.planWords(frame, performance.now() + FIRST_WORDS_MS);
      this.drawWords(frame);
    }
    this.drawn = { scene, camera, hulls, version: marks.version, words: this.words.version, wasMoving: marks.isMoving };
    return this.coming !== null || !this.words.isRight({ scene, camera, size, marks }) || isMany(this.here);
  }

  /** @returns {Box} */
  screen() {
    return { left: 0, top: 0, right: this.size.width, bottom: this.size.height };
  }

  /** @param {Frame} frame @param {Box[]} parts of the screen */
  drawParts(frame, parts) {
    const { context } = this;
    for (const part of parts) {
      context.save();
      context.beginPath();
      context.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
      context.clip();
      this.drawPicture(frame, part);
      context.restore();
    }
    // What was made for the whole has the old looks.
    this.painting = null;
    if (this.coming) this.coming.isStale = true;
  }

  /**
   * A large map at rest: what is ready is put on the canvas; until then the canvas keeps what it shows, if that is of the same
   * place, and is drawn coarsely if not.
   *
   * @param {Frame} frame
   * @returns {boolean} whether anything was drawn
   */
  drawLarge(frame) {
    const { scene, camera } = frame;
    this.setApart(scene, false);
    for (const one of [this.painting, this.coming]) if (one && scene.patches.size > 0) one.isStale = true;
    if (this.coming?.isReady) [this.painting, this.coming] = [this.coming, null];
    const isRight = this.painting?.shows(frame) === true;
    if (this.coming && !this.coming.shows(frame)) this.coming = null;
    if (!isRight || this.painting?.isStale) this.coming ??= new Painting(this, frame, this.here);
    if (!isRight && this.drawn?.camera === camera) return false;
    this.drawPicture(frame, this.screen(), isRight ? this.painting : null);
    return true;
  }

  /**
   * The parts of the screen that have to be painted anew when nothing but looks changed since the last frame; null: all of it.
   *
   * @param {Frame} frame
   * @returns {Box[] | null}
   */
  parts({ scene, camera, marks, hulls = [] }) {
    const { drawn, size } = this;
    const isSame = drawn && drawn.scene === scene && drawn.camera === camera && drawn.version === marks.version &&
      (drawn.hulls === hulls || drawn.hulls.length + hulls.length === 0) && drawn.words === this.words.version && !drawn.wasMoving;
    const isBusy = marks.isMoving || marks.born.size > 0 || marks.pulsing.size > 0 || this.wasBusy;
    this.wasBusy = marks.born.size > 0 || marks.pulsing.size > 0;
    if (!isSame || isBusy || scene.isMoved || scene.isRenamed || scene.patches.size === 0 || scene.patches.size > MOST_PARTS) return null;
    const reach = Math.max(6, SPRITE * radiusAt(camera.zoom) * camera.zoom / NODE_RADIUS) + 2;
    return [...scene.patches].map((at) => {
      const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
      return { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
    });
  }

  /**
   * @param {Frame} frame @param {Box} part  of the screen
   * @param {Painting | null} [painting]  what was made for it; a large map without one is drawn coarsely
   */
  drawPicture({ scene, camera, marks, hulls = [] }, part, painting) {
    const { context, size, palette } = this;
    drawGround(context, palette, camera, size, part);
    drawHulls(context, palette, hulls, camera, size);
    const isCoarse = painting === null || (painting === undefined && marks.isMoving && isMany(this.here));
    this.setApart(scene, isCoarse);
    if (painting) painting.put();
    else {
      const isPart = part.right - part.left < size.width;
      const near = isPart ? this.under(scene, camera, part) : this.here;
      if (isCoarse) this.drawCoarsely(scene, camera, marks, near);
      else this.drawAll(scene, camera, marks, near);
    }
    drawMarks({ context, palette, scene, camera, size, marks });
    if (this.words.holds?.scene === scene) this.drawWords({ scene, camera, marks });
  }

  /** @param {{ scene: Scene, camera: Camera, marks: Marks }} view */
  drawWords({ scene, camera, marks }) {
    const { context, palette, size } = this;
    drawWords({ context, palette, scene, camera, size, marks, words: this.words.words });
  }

  /** Far out a large map is drawn from its paths while it moves: nothing is looked up. @param {Scene} scene @param {Camera} camera @param {Marks} marks */
  around(scene, camera, marks) {
    const isKnown = marks.isMoving && this.coarse?.scene === scene && detailAt(camera.zoom) === "dots";
    return isKnown && this.culled?.scene === scene && isMany(this.culled) ? this.culled : this.near(scene, camera);
  }

  /** @param {Scene} scene @param {Camera} camera @param {Box} part of the screen */
  under(scene, camera, part) {
    const [one, other] = [toWorld(camera, this.size, part.left, part.top), toWorld(camera, this.size, part.right, part.bottom)];
    const room = radiusAt(camera.zoom) * 2;
    const box = { left: one.x - room, top: one.y - room, right: other.x + room, bottom: other.y + room };
    const edges = linesIn(scene, box);
    return { nodes: nodesIn(scene, box), edges, density: this.culled?.edges.length ?? edges.length };
  }

  /** Something that was planned since the last frame. */
  get hasNews() {
    return this.drawn?.words !== this.words.version || this.coming?.isReady === true;
  }

  /**
   * A slice of planning, between frames: first the picture itself, then its words, then what the next movement will need.
   *
   * @param {Frame} frame @param {number} time milliseconds
   * @returns {boolean} whether there is more to do
   */
  plan(frame, time) {
    const { scene, camera, marks } = frame;
    const end = performance.now() + time;
    const isOver = () => performance.now() > end;
    const isLarge = isMany(this.here);
    // Once it is ready a frame is asked for; words are those of what is drawn.
    if (this.coming) return this.coming.advance(isOver);
    if (marks.isMoving && isLarge && this.coarse?.scene === scene && this.coarse.advance(camera.zoom, false, isOver)) return true;
    if (this.planWords(frame, end)) return true;
    if (marks.isMoving || !isLarge) return false;
    if (this.coarse?.scene !== scene) this.coarse = new CoarseMap(scene, this.palette, this.apart);
    return this.coarse.advance(camera.zoom, true, isOver);
  }

  /** @param {Frame} frame @param {number} end */
  planWords({ scene, camera, marks, covers, signs }, end) {
    return this.words.advance({ scene, camera, size: this.size, marks, covers, signs }, () => performance.now() > end);
  }

  /**
   * What is on the screen and a little beyond, looked up again when the camera leaves it or comes much nearer. A node that
   * moved is there still: it was looked for at its new place when it got there.
   *
   * @param {Scene} scene @param {Camera} camera
   */
  near(scene, camera) {
    const now = visibleBox(camera, this.size, 60);
    const { culled } = this;
    const isKnown = culled && culled.scene === scene && !scene.isMoved && camera.zoom < culled.zoom * 1.6 &&
      now.left >= culled.box.left && now.right <= culled.box.right && now.top >= culled.box.top && now.bottom <= culled.box.bottom;
    if (isKnown) return culled;
    const [wide, high] = [(now.right - now.left) * BEYOND, (now.bottom - now.top) * BEYOND];
    const box = { left: now.left - wide, right: now.right + wide, top: now.top - high, bottom: now.bottom + high };
    const { left, top, right, bottom } = box;
    // Where all of it is large, order is the scene's own.
    const whole = scene.box && left <= scene.box.left && top <= scene.box.top && right >= scene.box.right && bottom >= scene.box.bottom;
    return this.culled = {
      scene,
      box,
      zoom: camera.zoom,
      nodes: whole ? [...scene.nodes.keys()] : nodesIn(scene, box),
      edges: whole ? [...scene.edges.keys()] : linesIn(scene, box),
    };
  }

  /** @param {Scene} scene @param {Camera} camera @param {Marks} marks @param {Near} near */
  drawAll(scene, camera, marks, near) {
    const { context, palette, size } = this;
    const detail = detailAt(camera.zoom);
    const edges = near.edges.map((at) => scene.edges[at]);
    drawEdges({ context, palette, scene, camera, size, marks, edges, detail, isCoarse: false, many: near.density ?? edges.length });
    this.drawNodes(scene, camera, marks, near.nodes);
  }

  /** @param {Scene} scene @param {Camera} camera @param {Marks} marks @param {number[]} nodes */
  drawNodes(scene, camera, marks, nodes) {
    const { context, palette, sprites, size, ratio } = this;
    const job = { context, palette, sprites, scene, camera, size, ratio, marks, nodes, born: marks.born, isHasty: marks.isMoving };
    if (detailAt(camera.zoom) === "dots") drawDots(job);
    else drawDiscs(job);
  }

  /** Who changes while the map is drawn coarsely is not in the paths. @param {Scene} scene @param {boolean} isCoarse */
  setApart(scene, isCoarse) {
    const { apart } = this;
    if (this.coarse?.scene !== scene || (!isCoarse && (apart.size > 0 || scene.patches.size > 0))) {
      this.coarse = null;
      apart.clear();
    }
    if (!isCoarse) return;
    for (const at of scene.patches) {
      if (apart.has(at)) continue;
      apart.add(at);
      this.coarse = null;
    }
    this.coarse ??= new CoarseMap(scene, this.palette, apart);
  }

  /** @param {Scene} scene @param {Camera} camera @param {Marks} marks @param {{ nodes: number[] }} near */
  drawCoarsely(scene, camera, marks, near) {
    const { context, palette, size, apart } = this;
    const detail = detailAt(camera.zoom);
    const hasDots = detail === "dots" || near.nodes.length > MANY / 2;
    this.coarse?.draw(context, camera, size, this.ratio, { isDim: marks.lit !== null, hasDots });
    // What is lit or moves stands out by itself.
    const lit = [...(marks.lit ?? [])].flatMap((id) => scene.index.get(id) ?? []);
    const centre = marks.centre === null ? undefined : scene.index.get(marks.centre);
    const lines = new Set([...apart, ...(centre === undefined ? [] : [centre])].flatMap((at) => scene.touching[at]));
    const edges = [...lines].map((at) => scene.edges[at]);
    drawEdges({ context, palette, scene, camera, size, marks, edges, detail, isCoarse: true });
    this.drawNodes(scene, camera, marks, hasDots ? [...new Set([...apart, ...lit])] : near.nodes);
  }

  dispose() {}
}

/** @param {{ nodes: number[], edges: number[] }} near */
const isMany = ({ nodes, edges }) => nodes.length + edges.length > MANY;
