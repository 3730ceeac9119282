// @ts-check
/**
 * Draws a scene on a 2D canvas. Holds no data of its own between frames but sprites and text widths;
 * another renderer with `resize`, `setPalette` and `draw` can take its place.
 */
import { toScreen, toWorld, visibleBox } from "./camera.model.js";
import { CoarseMap } from "./render.coarse.js";
import { drawEdges } from "./render.edges.js";
import { drawHulls } from "./render.hulls.js";
import { drawWords, fontOf } from "./render.labels.js";
import { stateColour } from "./render.palette.js";
import { SPRITE, Sprites } from "./render.sprites.js";
import { detailAt, NODE_RADIUS, nodesIn, radiusAt } from "./scene.model.js";
import { WordPlan } from "./words.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */
/** @typedef {import("./render.palette.js").Palette} Palette */
/** @typedef {import("./marks.model.js").Marks} Marks */
/**
 * @typedef {{ scene: Scene, camera: Camera, marks: Marks, hulls?: import("./drawing.model.js").HullShape[],
 *   covers?: () => import("./words.model.js").Cover[] }} Frame
 */

/** Words of a small lab come with its first frame. */
const FIRST_WORDS_MS = 8;
/** More nodes and lines than this near the screen are drawn coarsely while the map moves. */
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
    /** What is near the screen. @type {{ scene: Scene, box: import("./camera.model.js").Box, zoom: number, nodes: number[], edges: number[] } | null} */
    this.culled = null;
    /** What the canvas shows. @type {{ scene: Scene, camera: Camera, hulls: any[], version: number, words: number, wasMoving: boolean } | null} */
    this.drawn = null;
    this.wasBusy = false;
    /** @type {CoarseMap | null} */
    this.coarse = null;
    /** Nodes that changed while the map was drawn coarsely. @type {Set<number>} */
    this.apart = new Set();
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
    this.drawn = null;
  }

  /** @param {Size} size in CSS pixels @param {number} ratio device pixels per CSS pixel */
  resize(size, ratio) {
    this.size = size;
    this.ratio = Math.min(3, ratio);
    this.canvas.width = Math.max(1, Math.round(size.width * this.ratio));
    this.canvas.height = Math.max(1, Math.round(size.height * this.ratio));
    this.drawn = null;
    this.culled = null;
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether words have to be planned
   */
  draw({ scene, camera, marks, covers, hulls = [] }) {
    const { context, size } = this;
    const parts = this.parts(scene, camera, marks, hulls);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (!parts) {
      this.drawPicture(scene, camera, marks, hulls, { left: 0, top: 0, right: size.width, bottom: size.height });
    }
    for (const part of parts ?? []) {
      context.save();
      context.beginPath();
      context.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
      context.clip();
      this.drawPicture(scene, camera, marks, hulls, part);
      context.restore();
    }
    if (scene.isRenamed) this.words.spoil();
    scene.isRenamed = false;
    scene.isMoved = false;
    scene.patches.clear();
    if (this.words.holds?.scene !== scene) {
      this.words.forget();
      this.plan({ scene, camera, marks, covers }, FIRST_WORDS_MS);
      this.drawWords(scene, camera, marks);
    }
    this.drawn = { scene, camera, hulls, version: marks.version, words: this.words.version, wasMoving: marks.isMoving };
    return !this.words.isRight({ scene, camera, size, marks });
  }

  /**
   * The parts of the screen that have to be painted anew when nothing but looks changed since the last frame; null: all of it.
   *
   * @param {Scene} scene @param {Camera} camera @param {Marks} marks @param {import("./drawing.model.js").Hull[]} hulls
   * @returns {import("./camera.model.js").Box[] | null}
   */
  parts(scene, camera, marks, hulls) {
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
   * @param {Scene} scene @param {Camera} camera @param {Marks} marks @param {import("./drawing.model.js").Hull[]} hulls
   * @param {import("./camera.model.js").Box} part  of the screen
   */
  drawPicture(scene, camera, marks, hulls, part) {
    const { context, size, palette } = this;
    context.fillStyle = palette.ground;
    context.fillRect(part.left, part.top, part.right - part.left, part.bottom - part.top);
    this.drawGround(camera, part);
    drawHulls(context, palette, hulls, camera, size);

    const isPart = part.right - part.left < size.width;
    // Far out a large map is drawn from its paths while it moves: nothing has to be looked up.
    const known = this.culled?.scene === scene && isMany(this.culled) ? this.culled : null;
    const isKnown = marks.isMoving && this.coarse?.scene === scene && detailAt(camera.zoom) === "dots";
    const near = isPart ? this.under(scene, camera, part) : (isKnown && known) || this.near(scene, camera);
    const isCoarse = marks.isMoving && isMany(near);
    this.setApart(scene, isCoarse);
    if (isCoarse) this.drawCoarsely(scene, camera, marks, near);
    else this.drawAll(scene, camera, marks, near);
    this.drawMarks(scene, camera, marks);
    if (this.words.holds?.scene === scene) this.drawWords(scene, camera, marks);
  }

  /** @param {Scene} scene @param {Camera} camera @param {Marks} marks */
  drawWords(scene, camera, marks) {
    const { context, palette, size } = this;
    drawWords({ context, palette, scene, camera, size, marks, words: this.words.words });
  }

  /** @param {Scene} scene @param {Camera} camera @param {import("./camera.model.js").Box} part of the screen */
  under(scene, camera, part) {
    const [one, other] = [toWorld(camera, this.size, part.left, part.top), toWorld(camera, this.size, part.right, part.bottom)];
    const room = radiusAt(camera.zoom) * 2;
    const box = { left: one.x - room, top: one.y - room, right: other.x + room, bottom: other.y + room };
    const edges = scene.edgeTree.find(box.left, box.top, box.right, box.bottom).sort((a, b) => a - b);
    return { nodes: nodesIn(scene, box), edges, density: this.culled?.edges.length ?? edges.length };
  }

  /** Words that were planned since the last frame. */
  get hasNews() {
    return this.drawn?.words !== this.words.version;
  }

  /**
   * A slice of planning, between frames.
   *
   * @param {Frame} frame @param {number} time milliseconds
   * @returns {boolean} whether there is more to do
   */
  plan({ scene, camera, marks, covers }, time) {
    const end = performance.now() + time;
    return this.words.advance({ scene, camera, size: this.size, marks, covers }, () => performance.now() > end);
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
    const isKnown = culled && culled.scene === scene && scene.patches.size === 0 && camera.zoom < culled.zoom * 1.6 &&
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
      edges: whole ? [...scene.edges.keys()] : scene.edgeTree.find(left, top, right, bottom).sort((a, b) => a - b),
    };
  }

  /**
   * @param {Scene} scene @param {Camera} camera @param {Marks} marks
   * @param {{ nodes: number[], edges: number[], density?: number }} near  `density`: of how many lines the picture is
   */
  drawAll(scene, camera, marks, near) {
    const { context, palette, size } = this;
    const detail = detailAt(camera.zoom);
    const edges = near.edges.map((at) => scene.edges[at]);
    drawEdges({ context, palette, scene, camera, size, marks, edges, detail, isCoarse: false, many: near.density ?? edges.length });
    if (detail === "dots") this.drawDots(scene, camera, near.nodes, marks);
    else this.drawDiscs(scene, camera, near.nodes, marks);
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
    const nodes = hasDots ? [...new Set([...apart, ...lit])] : near.nodes;
    if (detail === "dots") this.drawDots(scene, camera, nodes, marks);
    else this.drawDiscs(scene, camera, nodes, marks);
  }

  dispose() {}

  /**
   * A faint grid of dots that keeps its density: it thins out by powers of two.
   *
   * @param {Camera} camera @param {import("./camera.model.js").Box} part of the screen
   */
  drawGround(camera, part) {
    const { context, size, palette } = this;
    let step = 32 * camera.zoom;
    while (step < 22) step *= 2;
    while (step > 44) step /= 2;
    const origin = toScreen(camera, size, 0, 0);
    context.fillStyle = palette.line;
    context.globalAlpha = 0.55;
    const first = (/** @type {number} */ from, /** @type {number} */ at) => from - 1 + ((at - from + 1) % step + step) % step;
    for (let x = first(part.left, origin.x); x < part.right + 1; x += step) {
      for (let y = first(part.top, origin.y); y < part.bottom + 1; y += step) context.fillRect(x - 0.6, y - 0.6, 1.2, 1.2);
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
      const { id, status } = scene.nodes[at];
      const colour = status === "down" || status === "degraded" ? stateColour(palette, status) : palette.hueOf(scene.nodes[at]);
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

/** @param {{ nodes: number[], edges: number[] }} near */
const isMany = ({ nodes, edges }) => nodes.length + edges.length > MANY;
