// @ts-check
/** The canvas on the page: frames, pointers, wheel and keys. Knows what is selected, not what that means. */
import { h } from "../../lib/dom.js";
import { between, boxAround, fit, pan, toScreen, toWorld, visibleBox, zoomAt } from "./camera.model.js";
import { listenToHands } from "./map.input.js";
import { CanvasRenderer } from "./render.canvas.js";
import { readPalette } from "./render.palette.js";
import { buildScene, moveNode, nodeAt } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/**
 * @typedef {{
 *   signal: AbortSignal, label: string, canDrag: boolean,
 * onSelect: (id: number | null) => void, onEdge: (edge: import("./graph.model.js").MapEdge) => boolean, onOpen: (id:
 * number) => void,
 *   onMoved: (moved: { id: number, x: number, y: number }[]) => void,
 *   onCamera: () => void, neighbours: (id: number) => Set<number>
 * }} Options
 */

const FADE_MS = 180;
const PULSE_MS = 900;
const FLIGHT_MS = 180;

export class MapView {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.canvas = h("canvas", { class: "map-canvas", tabIndex: 0, role: "application", "aria-label": options.label });
    /** @type {Scene} */
    this.scene = buildScene({ nodes: [], edges: [] }, new Map());
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, zoom: 1 };
    this.size = { width: 1, height: 1 };
    this.covered = 0;
    this.isFitted = false;
    /** @type {import("./render.canvas.js").Marks} */
    this.marks = {
      selected: null,
      hovered: null,
      focused: null,
      hoveredEdge: null,
      lit: null,
      born: new Map(),
      pulsing: new Map(),
      isMoving: false,
    };
    /** @type {{ from: Camera, to: Camera, start: number } | null} */
    this.flight = null;
    /** @type {Map<number, number>} */
    this.bornAt = new Map();
    /** @type {Map<number, number>} */
    this.brokeAt = new Map();
    this.frame = 0;
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.renderer = new CanvasRenderer(this.canvas, readPalette(document.documentElement));
    this.listen(options.signal);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const watcher = new ResizeObserver(() => this.resized());
    watcher.observe(this.canvas);
    const looks = new MutationObserver(() => this.restyle());
    looks.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-font"] });
    void document.fonts?.ready.then(() => this.restyle());
    signal.addEventListener("abort", () => {
      watcher.disconnect();
      looks.disconnect();
      cancelAnimationFrame(this.frame);
    }, { once: true });
    listenToHands(this, signal);
  }

  restyle() {
    this.renderer.setPalette(readPalette(document.documentElement));
    this.redraw();
  }

  resized() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.size = { width, height };
    this.renderer.resize(this.size, devicePixelRatio || 1);
    if (!this.isFitted && this.scene.box) this.fit({ isInstant: true });
    this.paint(performance.now());
  }

  /**
   * @param {import("./scene.model.js").MapNode[]} nodes
   * @param {import("./scene.model.js").MapEdge[]} edges
   * @param {Map<number, { x: number, y: number }>} places
   * @param {number[]} added
   */
  show(nodes, edges, places, added) {
    const before = new Map(this.scene.nodes.map((node) => [node.id, node.status]));
    this.scene = buildScene({ nodes, edges }, places);
    const now = performance.now();
    if (!this.isCalm) {
      for (const id of added) this.bornAt.set(id, now);
      for (const { id, status } of nodes) {
        if (status === "down" && before.has(id) && before.get(id) !== "down") this.brokeAt.set(id, now);
      }
    }
    if (!this.isFitted && this.scene.box && this.size.width > 1) this.fit({ isInstant: true });
    this.light();
    this.redraw();
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  /** @param {number} now */
  paint(now) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const isFlying = this.fly(now);
    this.marks.born = shares(this.bornAt, now, FADE_MS);
    this.marks.pulsing = shares(this.brokeAt, now, PULSE_MS);
    this.renderer.draw({ scene: this.scene, camera: this.camera, marks: this.marks });
    if (isFlying || this.marks.born.size > 0 || this.marks.pulsing.size > 0) this.redraw();
  }

  /** @param {number} now */
  fly(now) {
    if (!this.flight) return false;
    const share = Math.min(1, (now - this.flight.start) / FLIGHT_MS);
    this.camera = between(this.flight.from, this.flight.to, Math.max(0, share));
    if (share >= 1) this.flight = null;
    this.options.onCamera();
    return this.flight !== null;
  }

  /** @param {Camera} to @param {{ isInstant?: boolean }} options */
  goTo(to, { isInstant = false } = {}) {
    if (isInstant || this.isCalm) {
      this.flight = null;
      this.camera = to;
      this.options.onCamera();
    } else this.flight = { from: this.camera, to, start: performance.now() };
    this.redraw();
  }

  /** @param {{ isInstant?: boolean, ids?: Iterable<number> }} options */
  fit({ isInstant = false, ids } = {}) {
    const points = ids ? [...ids].flatMap((id) => this.placeOf(id) ?? []) : null;
    const box = points ? boxAround(points, 120) : this.scene.box;
    const margin = Math.min(64, Math.max(28, this.size.width * 0.05));
    this.goTo(fit(box, this.size, { right: this.covered, margin }), { isInstant });
    this.isFitted = true;
  }

  /** @param {number} id */
  placeOf(id) {
    const at = this.scene.index.get(id);
    return at === undefined ? null : { x: this.scene.x[at], y: this.scene.y[at] };
  }

  /**
   * Brings a node into the part of the canvas that no panel covers, without moving if it is there already.
   *
   * @param {number} id
   */
  reveal(id) {
    const place = this.placeOf(id);
    if (!place) return;
    const { x, y } = toScreen(this.camera, this.size, place.x, place.y);
    const width = this.size.width - this.covered;
    if (x > 40 && x < width - 40 && y > 40 && y < this.size.height - 60 && this.camera.zoom > 0.2) return;
    const zoom = Math.max(this.camera.zoom, 0.75);
    this.isFitted = true;
    this.goTo({ zoom, x: place.x + this.covered / 2 / zoom, y: place.y });
  }

  visible() {
    return visibleBox(this.camera, { width: this.size.width - 2 * this.covered, height: this.size.height });
  }

  /** @param {number} factor */
  zoom(factor) {
    this.goTo(
      zoomAt(
        this.flight?.to ?? this.camera,
        this.size,
        factor,
        (this.size.width - this.covered) / 2,
        this.size.height / 2,
      ),
    );
  }

  /** @param {number | null} id */
  select(id) {
    this.marks.selected = id;
    this.light();
    this.redraw();
  }

  /** @param {number | null} id  the node a reader of the list stands on */
  focus(id) {
    this.marks.focused = id;
    if (id !== null) this.reveal(id);
    this.redraw();
  }

  /** Lights the neighbourhood of what the pointer is over, else of what is selected. */
  light() {
    const centre = this.marks.hovered ?? this.marks.selected;
    if (centre === null || !this.scene.index.has(centre)) this.marks.lit = null;
    else this.marks.lit = new Set([centre, ...this.options.neighbours(centre)]);
  }

  /** @param {number | null} id @param {string | null} edge */
  hover(id, edge) {
    if (id === this.marks.hovered && edge === this.marks.hoveredEdge) return;
    this.marks.hovered = id;
    this.marks.hoveredEdge = edge;
    this.canvas.style.cursor = id === null ? "" : "pointer";
    this.light();
    this.redraw();
  }

  /** @param {number} id @param {number} dx @param {number} dy */
  drag(id, dx, dy) {
    const place = this.placeOf(id);
    if (!this.options.canDrag) return this.moved(pan(this.camera, dx, dy));
    if (!place) return;
    moveNode(this.scene, id, place.x + dx / this.camera.zoom, place.y + dy / this.camera.zoom);
    this.redraw();
  }

  /** @param {Camera} camera */
  moved(camera) {
    this.camera = camera;
    this.isFitted = true;
    this.marks.isMoving = true;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.marks.isMoving = false;
      this.redraw();
    }, 120);
    this.options.onCamera();
    this.redraw();
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  restTimer;

  /** @param {number} x @param {number} y @param {number} slack */
  at(x, y, slack) {
    const world = toWorld(this.camera, this.size, x, y);
    return nodeAt(this.scene, world.x, world.y, this.camera.zoom, slack);
  }
}

/**
 * Shares of the way since each began; those that arrived are taken out of `since`.
 *
 * @param {Map<number, number>} since
 * @param {number} now
 * @param {number} length
 */
function shares(since, now, length) {
  /** @type {Map<number, number>} */
  const result = new Map();
  for (const [id, start] of since) {
    const share = (now - start) / length;
    if (share >= 1) since.delete(id);
    else result.set(id, Math.max(0, share));
  }
  return result;
}
