// @ts-check
/** The picture on the page: camera, marks and frames. Knows what is selected, not what that means. */
import { between, boxAround, eased, fit, pan, toScreen, toWorld, visibleBox, zoomAt } from "./camera.model.js";
import { Inertia } from "./inertia.model.js";
import { listenToHands } from "./map.input.js";
import { MapStage } from "./map.stage.js";
import { Marks } from "./marks.model.js";
import { buildScene, edgeAt, measure, moveNode, NODE_RADIUS, nodeAt, nodesIn, patchNode } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./map.store.js").Move} Move */
/**
 * @typedef {{
 *   signal: AbortSignal, label: string, canDrag: boolean,
 *   onSelect: (ids: number[], how: "only" | "toggle" | "add") => void,
 *   onEdge: (edge: import("./graph.model.js").MapEdge) => boolean, onOpen: (id: number) => void,
 *   onMoved: (moved: Move[], before: Move[]) => void, onCamera: () => void, onRest: () => void,
 *   onMenu: (place: { x: number, y: number, id: number | null, edge: import("./graph.model.js").MapEdge | null }) => void,
 *   onLinked: (from: number, to: number | null, place: { x: number, y: number }) => void,
 *   neighbours: (id: number) => Set<number>, legendWidth: () => number
 * }} Options
 */

const FADE_MS = 180;
const PULSE_MS = 900;
const FLIGHT_MS = 180;
/** More than so many are put where they belong at once: moving them bit by bit would take longer than it shows. */
const MOST_EASED = 2000;
/** A map that stands for so long is at rest. */
const REST_MS = 140;

export class MapView {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    /** @type {Scene} */
    this.scene = buildScene({ nodes: [], edges: [] }, new Map());
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, zoom: 1 };
    this.covered = 0;
    this.isFitted = false;
    this.marks = new Marks();
    this.inertia = new Inertia();
    /** @type {{ from: Camera, to: Camera, start: number } | null} */
    this.flight = null;
    /** @type {{ ways: { id: number, from: { x: number, y: number }, to: Move }[], start: number } | null} */
    this.walk = null;
    /** @type {Map<number, number>} */
    this.bornAt = new Map();
    /** @type {Map<number, number>} */
    this.brokeAt = new Map();
    this.frame = 0;
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stage = new MapStage({
      signal: options.signal,
      label: options.label,
      redraw: () => this.redraw(),
      resized: (before) => this.resized(before),
    });
    this.surface = this.stage.element;
    options.signal.addEventListener("abort", () => cancelAnimationFrame(this.frame), { once: true });
    this.hands = listenToHands(this, options.signal);
  }

  get size() {
    return this.stage.size;
  }

  /**
   * A panel that opens takes room at the right: what is in view stays where it is.
   *
   * @param {import("./camera.model.js").Size} before
   */
  resized(before) {
    if (!this.isFitted && this.scene.box) this.fit({ isInstant: true });
    else if (before.width > 1) {
      const { zoom } = this.camera;
      const [dx, dy] = [(this.size.width - before.width) / 2 / zoom, (this.size.height - before.height) / 2 / zoom];
      const moved = (/** @type {Camera} */ camera) => ({ ...camera, x: camera.x + dx, y: camera.y + dy });
      this.camera = moved(this.camera);
      if (this.flight) this.flight = { ...this.flight, from: moved(this.flight.from), to: moved(this.flight.to) };
    }
    this.options.onCamera();
    // A canvas that was resized is empty until it is drawn: now, not in the next frame.
    this.paint(performance.now());
  }

  /**
   * Nodes or lines came or went.
   *
   * @param {import("./scene.model.js").MapNode[]} nodes @param {import("./scene.model.js").MapEdge[]} edges
   * @param {Map<number, { x: number, y: number }>} places @param {number[]} added
   */
  show(nodes, edges, places, added) {
    const before = new Map(this.scene.nodes.map((node) => [node.id, node.status]));
    const held = this.hands.held();
    const holding = held.map((id) => ({ id, place: this.placeOf(id) }));
    this.scene = buildScene({ nodes, edges }, places);
    // What a hand holds stays in the hand.
    for (const { id, place } of holding) if (place) moveNode(this.scene, id, place.x, place.y);
    const now = performance.now();
    if (!this.isCalm) {
      for (const id of added) this.bornAt.set(id, now);
      for (const { id, status } of nodes) if (before.has(id)) this.watchFall(id, before.get(id), status, now);
    }
    if (!this.isFitted && this.scene.box && this.size.width > 1) this.fit({ isInstant: true });
    this.light();
    this.redraw();
  }

  /** @param {number} id @param {any} before @param {any} status @param {number} now */
  watchFall(id, before, status, now) {
    if (status === "down" && before !== "down") this.brokeAt.set(id, now);
  }

  /** New looks of nodes that are there: only these are sent to the renderer. @param {import("./scene.model.js").MapNode[]} nodes */
  patch(nodes) {
    for (const node of nodes) {
      const at = this.scene.index.get(node.id);
      if (at === undefined) continue;
      if (!this.isCalm) this.watchFall(node.id, this.scene.nodes[at].status, node.status, performance.now());
      patchNode(this.scene, node);
    }
    this.redraw();
  }

  /**
   * Places that changed, elsewhere or by a layout; a layout's are walked to.
   *
   * @param {Move[]} moved @param {{ isEased?: boolean }} options
   */
  place(moved, { isEased = false } = {}) {
    if (isEased && !this.isCalm && moved.length <= MOST_EASED) {
      const ways = moved.flatMap((to) => {
        const from = this.placeOf(to.id);
        return from ? [{ id: to.id, from, to }] : [];
      });
      this.walk = { ways, start: performance.now() };
      return this.redraw();
    }
    this.walk = null;
    const held = new Set(this.hands.held());
    for (const { id, x, y } of moved) if (!held.has(id)) moveNode(this.scene, id, x, y);
    this.scene.isRenamed = true;
    measure(this.scene);
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
    const isWalking = this.step(now);
    const isMoving = this.fly(now) || this.glide(now) || isWalking;
    if (this.marks.isMoving) this.restSoon();
    this.marks.born = shares(this.bornAt, now, FADE_MS);
    this.marks.pulsing = shares(this.brokeAt, now, PULSE_MS);
    const isMore = this.stage.renderer.draw({ scene: this.scene, camera: this.camera, marks: this.marks });
    if (isMoving || isMore || this.marks.born.size > 0 || this.marks.pulsing.size > 0) this.redraw();
  }

  /** @param {number} now */
  fly(now) {
    if (!this.flight) return false;
    const share = Math.min(1, (now - this.flight.start) / FLIGHT_MS);
    this.camera = between(this.flight.from, this.flight.to, Math.max(0, share));
    if (share >= 1) {
      this.flight = null;
      this.options.onRest();
    }
    this.options.onCamera();
    return this.flight !== null;
  }

  /** Nodes on their way to where a layout puts them. @param {number} now */
  step(now) {
    if (!this.walk) return false;
    const share = Math.min(1, Math.max(0, (now - this.walk.start) / FLIGHT_MS));
    const far = eased(share);
    const held = new Set(this.hands.held());
    for (const { id, from, to } of this.walk.ways) {
      if (!held.has(id)) moveNode(this.scene, id, from.x + (to.x - from.x) * far, from.y + (to.y - from.y) * far);
    }
    if (share < 1) return true;
    this.walk = null;
    this.scene.isRenamed = true;
    measure(this.scene);
    this.options.onRest();
    return false;
  }

  /** @param {number} now */
  glide(now) {
    const way = this.inertia.step(now);
    if (!way) return false;
    this.moved(pan(this.camera, way.dx, way.dy));
    return true;
  }

  /** The hand let go while moving. @param {number} now */
  release(now) {
    if (!this.isCalm && this.inertia.released(now)) this.redraw();
  }

  /** @param {Camera} to @param {{ isInstant?: boolean }} options */
  goTo(to, { isInstant = false } = {}) {
    this.inertia.stop();
    if (isInstant || this.isCalm) {
      this.flight = null;
      this.camera = to;
      this.options.onCamera();
      this.options.onRest();
    } else this.flight = { from: this.camera, to, start: performance.now() };
    this.redraw();
  }

  /** @param {{ isInstant?: boolean, ids?: Iterable<number> }} options */
  fit({ isInstant = false, ids } = {}) {
    const points = ids ? [...ids].flatMap((id) => this.placeOf(id) ?? []) : null;
    const box = points ? boxAround(points, 120) : this.goal();
    const margin = Math.min(64, Math.max(28, this.size.width * 0.03));
    this.goTo(fit(box, this.size, { ...this.framed(box, margin), margin }), { isInstant });
    this.isFitted = true;
  }

  /**
   * What tools cover around the picture. Where it is high and narrow it stands in the middle, and the legend beside it.
   *
   * @param {import("./camera.model.js").Box | null} box @param {number} margin
   */
  framed(box, margin) {
    const isPhone = this.size.width < 700;
    const right = this.covered + (isPhone ? 36 : 40);
    const top = isPhone ? 0 : 36;
    const legend = isPhone ? 0 : this.options.legendWidth();
    const middle = fit(box, this.size, { right, top, margin });
    const start = box ? toScreen(middle, this.size, box.left, 0).x : legend;
    return { right, top, left: start < legend + margin ? legend : 0 };
  }

  /** The box around everything, as it is once those that walk have arrived. */
  goal() {
    if (!this.walk) return measure(this.scene);
    const goals = new Map(this.walk.ways.map(({ id, to }) => [id, to]));
    return boxAround(this.scene.nodes.map(({ id }, at) => goals.get(id) ?? { x: this.scene.x[at], y: this.scene.y[at] }), NODE_RADIUS);
  }

  /** @param {number} id */
  placeOf(id) {
    const at = this.scene.index.get(id);
    return at === undefined ? null : { x: this.scene.x[at], y: this.scene.y[at] };
  }

  /** Where a node stands on the surface, in pixels. @param {number} id */
  screenOf(id) {
    const place = this.placeOf(id);
    return place && toScreen(this.camera, this.size, place.x, place.y);
  }

  /** @param {number} x @param {number} y pixels of the surface */
  worldOf(x, y) {
    return toWorld(this.camera, this.size, x, y);
  }

  /**
   * Brings a node into the part of the surface that no panel covers, without moving if it is there already.
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
    const { width, height } = this.size;
    this.goTo(zoomAt(this.flight?.to ?? this.camera, this.size, factor, (width - this.covered) / 2, height / 2));
  }

  /** @param {Iterable<number>} ids @param {number | null} primary */
  select(ids, primary) {
    const selected = new Set(ids);
    if (this.marks.set({ selected, primary })) this.light();
    this.redraw();
  }

  /** @param {number | null} id  the node a reader of the list stands on */
  focus(id) {
    this.marks.set({ focused: id });
    if (id !== null) this.reveal(id);
    this.redraw();
  }

  /** Lights the neighbourhood of what the pointer is over, else of what is selected alone. */
  light() {
    const { centre } = this.marks;
    if (this.impact) return void this.marks.set({ lit: this.impact });
    const lit = centre === null || !this.scene.index.has(centre)
      ? null
      : new Set([centre, ...this.marks.selected, ...this.options.neighbours(centre)]);
    this.marks.set({ lit });
  }

  /** @param {number | null} id @param {string | null} edge */
  hover(id, edge) {
    if (!this.marks.set({ hovered: id, hoveredEdge: edge })) return;
    this.surface.style.cursor = id === null && edge === null ? "" : "pointer";
    this.light();
    this.redraw();
  }

  /** @param {number[]} ids @param {number} dx @param {number} dy pixels */
  drag(ids, dx, dy) {
    const { zoom } = this.camera;
    for (const id of ids) {
      const place = this.placeOf(id);
      if (place) moveNode(this.scene, id, place.x + dx / zoom, place.y + dy / zoom);
    }
    this.options.onCamera();
    this.redraw();
  }

  /** Nodes whose middle is in a rectangle of the surface. @param {number} x @param {number} y @param {number} width @param {number} height */
  within(x, y, width, height) {
    const [one, other] = [this.worldOf(x, y), this.worldOf(x + width, y + height)];
    const box = { left: one.x, top: one.y, right: other.x, bottom: other.y };
    return nodesIn(this.scene, box).filter((at) =>
      this.scene.x[at] >= box.left && this.scene.x[at] <= box.right && this.scene.y[at] >= box.top &&
      this.scene.y[at] <= box.bottom
    ).map((at) => this.scene.nodes[at].id);
  }

  /** @param {Camera} camera */
  moved(camera) {
    this.camera = camera;
    this.isFitted = true;
    this.marks.isMoving = true;
    this.options.onCamera();
    this.redraw();
  }

  /** Counted from the frame, not from the hand: a slow card must not look like rest. */
  restSoon() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      if (this.hands.isBusy()) return this.restSoon();
      this.marks.isMoving = false;
      this.options.onRest();
      this.redraw();
    }, REST_MS);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  restTimer;

  /** What stays lit while it is asked what stops. @type {Set<number> | null} */
  impact = null;

  /** @param {number} x @param {number} y @param {number} slack */
  at(x, y, slack) {
    const world = this.worldOf(x, y);
    return nodeAt(this.scene, world.x, world.y, this.camera.zoom, slack);
  }

  /** The line at a point, where lines can be told apart. @param {number} x @param {number} y */
  edgeAt(x, y) {
    if (this.camera.zoom < 0.25) return null;
    const world = this.worldOf(x, y);
    return edgeAt(this.scene, world.x, world.y, this.camera.zoom)?.edge ?? null;
  }
}

/**
 * Shares of the way since each began; those that arrived are taken out of `since`.
 *
 * @param {Map<number, number>} since @param {number} now @param {number} length
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
