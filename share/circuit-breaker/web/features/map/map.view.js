// @ts-check
/** The picture on the page: scene, marks and frames. Knows what is selected, not what that means. */
import { fullName, pictureAddress } from "./appearance.model.js";
import { boxAround, eased } from "./camera.model.js";
import { listenToHands } from "./map.input.js";
import { MapSight } from "./map.sight.js";
import { Marks } from "./marks.model.js";
import { pictures } from "./render.pictures.js";
import { buildScene, edgeAt, measure, moveNode, NODE_RADIUS, nodeAt, nodesIn, patchNode } from "./scene.model.js";
import { endsOf } from "./signs.model.js";

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
 *   neighbours: (id: number) => Set<number>, legendWidth: () => number, covers?: () => import("./words.model.js").Cover[]
 * }} Options
 */

const FADE_MS = 180;
const PULSE_MS = 900;
/** A layout is walked to within this time. */
const WALK_MS = 180;
/** More than so many are put where they belong at once: moving them bit by bit would take longer than it shows. */
const MOST_EASED = 2000;
/** Time for planning in one slice; while the map moves there is one slice a frame. */
const PLAN_MS = { moving: 1, still: 4 };
/** While no frame comes: longer than one of a slow card takes, so that no two slices fall into it. */
const SLOW_FRAME_MS = 40;
/** A map that stands for so long is at rest. */
const REST_MS = 140;

export class MapView extends MapSight {
  /** @param {Options} options */
  constructor(options) {
    super(options);
    this.options = options;
    this.marks = new Marks();
    /** @type {{ ways: { id: number, from: { x: number, y: number }, to: Move }[], start: number } | null} */
    this.walk = null;
    /** @type {Map<number, number>} */
    this.bornAt = new Map();
    /** @type {Map<number, number>} */
    this.brokeAt = new Map();
    this.hands = listenToHands(this, options.signal);
    options.signal.addEventListener("abort", () => {
      clearTimeout(this.thinking);
      clearTimeout(this.restTimer);
    }, { once: true });
    pictures.watch((address) => this.dressed(address), options.signal);
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
    this.hands.told(held.flatMap((id) => {
      const place = places.get(id);
      return place ? [{ id, ...place }] : [];
    }));
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
    this.arrive(moved);
    this.hands.told(moved);
    if (isEased && !this.isCalm && moved.length <= MOST_EASED) {
      const ways = moved.flatMap((to) => {
        const from = this.placeOf(to.id);
        return from ? [{ id: to.id, from, to }] : [];
      });
      this.walk = { ways, start: performance.now() };
      return this.redraw();
    }
    const held = new Set(this.hands.held());
    for (const { id, x, y } of moved) if (!held.has(id)) moveNode(this.scene, id, x, y);
    this.scene.isRenamed = true;
    measure(this.scene);
    this.redraw();
  }

  /** @param {number} now */
  paint(now) {
    super.paint(now);
    const isWalking = this.step(now);
    const isMoving = this.fly(now) || this.glide(now) || isWalking;
    if (isMoving) this.marks.isMoving = true;
    if (this.marks.isMoving) this.restSoon();
    this.marks.born = shares(this.bornAt, now, FADE_MS);
    this.marks.pulsing = shares(this.brokeAt, now, PULSE_MS);
    const isMore = this.stage.renderer.draw({ ...this.view(), hulls: this.hullsNow() });
    if (!this.hasDrawn && this.scene.nodes.length > 0) {
      this.hasDrawn = true;
      // For measurements: `make bench-map`, and whoever looks at a timeline.
      performance.mark("map.drawn");
    }
    if (isMoving || this.marks.born.size > 0 || this.marks.pulsing.size > 0) this.redraw();
    if (isMore) this.think();
  }

  hasDrawn = false;

  view() {
    const signs = (/** @type {import("./words.model.js").Measure} */ measure) => this.signs.flatMap((of) => of(measure));
    return { scene: this.scene, camera: this.camera, marks: this.marks, covers: this.options.covers, signs };
  }

  /**
   * Pictures and words are planned between frames: nothing is drawn again until they are there. While the map moves there is
   * one slice after each frame; where a hand holds it still, they come as often as a slow card's frames would.
   *
   * @param {number} [wait]
   */
  think(wait = 0) {
    this.thinking ??= setTimeout(() => {
      this.thinking = undefined;
      const { isMoving } = this.marks;
      // The frame that is coming asks again.
      if (wait > 0 && this.frame) return;
      const isMore = this.stage.renderer.plan(this.view(), isMoving ? PLAN_MS.moving : PLAN_MS.still);
      if (this.stage.renderer.hasNews) this.redraw();
      if (isMore) this.think(isMoving ? SLOW_FRAME_MS : 0);
    }, wait);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  thinking;

  /** What stands on the map that names keep off. @type {((measure: import("./words.model.js").Measure) => import("./signs.model.js").Sign[])[]} */
  signs = [];

  /** What lies over the map or stands on it is another: names move out of its way. */
  coversChanged() {
    this.stage.renderer.words?.spoil();
    this.think();
  }

  /** Another movement begins: who is still on the way for an earlier one is there. @param {Move[]} others */
  arrive(others) {
    if (!this.walk) return;
    const ids = new Set([...this.hands.held(), ...others.map(({ id }) => id)]);
    for (const { id, to } of this.walk.ways) if (!ids.has(id)) moveNode(this.scene, id, to.x, to.y);
    this.walk = null;
  }

  /** Nodes on their way to where a layout puts them. @param {number} now */
  step(now) {
    if (!this.walk) return false;
    const share = Math.min(1, Math.max(0, (now - this.walk.start) / WALK_MS));
    const far = eased(share);
    const held = new Set(this.hands.held());
    for (const { id, from, to } of this.walk.ways) {
      if (!held.has(id)) moveNode(this.scene, id, from.x + (to.x - from.x) * far, from.y + (to.y - from.y) * far);
    }
    // What lies over the nodes goes with them.
    this.options.onCamera();
    if (share < 1) return true;
    this.walk = null;
    this.scene.isRenamed = true;
    measure(this.scene);
    this.options.onRest();
    return false;
  }

  /** The box around everything, as it is once those that walk have arrived. */
  goal() {
    const labels = this.labelsNow();
    if (!this.walk && labels.length === 0) return measure(this.scene);
    const goals = new Map(this.walk?.ways.map(({ id, to }) => [id, to]));
    const nodes = this.scene.nodes.map(({ id }, at) => goals.get(id) ?? { x: this.scene.x[at], y: this.scene.y[at] });
    // Without nodes there is no map, whatever was written on it.
    return nodes.length === 0 ? null : boxAround([...nodes, ...labels.flatMap(endsOf)], NODE_RADIUS);
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

  /** An icon that somebody brought has come: whoever wears it is drawn again. @param {string} address */
  dressed(address) {
    this.scene.nodes.forEach((node, at) => {
      if (pictureAddress(node) === address) this.scene.patches.add(at);
    });
    this.redraw();
  }

  /** @param {number | null} id @param {string | null} edge */
  hover(id, edge) {
    if (!this.marks.set({ hovered: id, hoveredEdge: edge })) return;
    this.surface.style.cursor = id === null && edge === null ? "" : "pointer";
    // Who has an alias says its own name, too.
    const node = this.scene.nodes[this.scene.index.get(id ?? -1) ?? -1];
    this.surface.title = node?.appearance?.alias ? fullName(node) : "";
    this.light();
    this.redraw();
  }

  /** @param {number[]} ids @param {number} dx @param {number} dy pixels */
  drag(ids, dx, dy) {
    const { zoom } = this.camera;
    this.marks.isMoving = true;
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
    this.marks.isMoving = true;
    super.moved(camera);
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

  /** Words that people put on the map: all of it is to be seen with these. @type {() => import("./signs.model.js").Drawn[]} */
  labelsNow = () => [];

  /** Boundaries as they are in this frame. @type {() => import("./drawing.model.js").HullShape[]} */
  hullsNow = () => [];

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
