// @ts-check
/**
 * Plans the words of the map: who gets its name written, where, and what stands on lines. A plan holds for a region
 * around the screen and a zoom, so that moving the map costs nothing; it is made in slices that end when their time is
 * over. Places are pixels beside the node, so that words follow a node that is dragged.
 */
import { visibleBox } from "./camera.model.js";
import { speedText } from "./edges.model.js";
import { spotFor, Taken } from "./labels.model.js";
import { detailAt, edgesIn, middleOf, onCurve, radiusAt } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./scene.model.js").SceneEdge} SceneEdge */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {import("./camera.model.js").Size} Size */
/** @typedef {"name" | "address"} Face */
/**
 * @typedef {{ a: number, b: number, bend: number, dx: number, dy: number, align: "center" | "left" | "right",
 *   text: string, face: Face, size: number, quiet: boolean }} Word
 *   stands `dx`, `dy` pixels (its top) from the node, or from the middle of the line when `a` and `b` differ
 * @typedef {(text: string, face: Face, size: number) => number} Measure
 * @typedef {{ scene: Scene, camera: Camera, size: Size, marks: import("./marks.model.js").Marks }} View
 */

const LONGEST = 22;
/** Share of the screen that is planned beyond each of its sides. */
const BEYOND = 0.25;
/** Zoom may change by this factor before words are planned anew. */
const STRETCH = 1.05;
const MOST = { dots: 60, icons: 260, names: 1400, addresses: 1400, ports: 800 };
const MOST_ON_LINES = 120;
const CHUNK = 12;
/** Where everything is in view, names stay on the screen; with more nodes a plan would be made too often for that. */
const MOST_WALLED = 600;
/** The map may move so many pixels before names at the edge are planned anew. */
const WALL_SLACK = 24;
/** Where a name has no room, the beginning of it may have. */
const SHORTER = [LONGEST, 13, 8];

/** @param {string} text @param {number} [most] */
export const shortened = (text, most = LONGEST) => (text.length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);

/** @param {number} zoom */
export const fontSize = (zoom) => Math.round(Math.min(15, Math.max(11, 12.5 * zoom ** 0.4)));

export class WordPlan {
  /** @param {Measure} measure */
  constructor(measure) {
    this.measure = measure;
    /** @type {Word[]} */
    this.words = [];
    /** Changes when `words` does. */
    this.version = 0;
    /** @type {{ scene: Scene, zoom: number, box: import("./camera.model.js").Box, marks: string,
     *   walls: import("./camera.model.js").Box | null } | null} */
    this.holds = null;
    /** @type {Iterator<void, Word[]> | null} */
    this.work = null;
    this.isStale = false;
  }

  /** Names or places changed. */
  spoil() {
    this.isStale = true;
  }

  /** Everything anew, at once: other fonts, another scene. */
  forget() {
    this.words = [];
    this.holds = null;
    this.work = null;
    this.version += 1;
  }

  /**
   * @param {View} view
   * @param {() => boolean} isOver  true when the time of this slice is used up
   * @returns {boolean} whether there is more to do
   */
  advance(view, isOver) {
    if (!this.fits(view)) this.begin(view);
    if (!this.work) return false;
    do {
      const next = this.work.next();
      if (next.done) {
        this.words = next.value;
        this.version += 1;
        this.work = null;
        return this.isStale;
      }
    } while (!isOver());
    return true;
  }

  /** @param {View} view */
  fits({ scene, camera, size, marks }) {
    const { holds } = this;
    if (!holds || holds.scene !== scene || holds.marks !== marks.key) return false;
    // A plan that is being made is finished first: starting over each frame would never end.
    if (this.work) return true;
    if (this.isStale) return false;
    const stretch = camera.zoom / holds.zoom;
    if (stretch > STRETCH || stretch < 1 / STRETCH) return false;
    const now = visibleBox(camera, size);
    // While the map moves nothing is planned for its edges: at rest there is time.
    if (!marks.isMoving && isWalled(scene, now) !== (holds.walls !== null)) return false;
    if (!marks.isMoving && holds.walls) {
      const moved = Math.hypot(now.left - holds.walls.left, now.top - holds.walls.top) * camera.zoom;
      return moved <= WALL_SLACK && Math.abs(now.right - now.left - (holds.walls.right - holds.walls.left)) * camera.zoom <= WALL_SLACK;
    }
    return now.left >= holds.box.left && now.right <= holds.box.right && now.top >= holds.box.top &&
      now.bottom <= holds.box.bottom;
  }

  /** Whether the words there are now are those of this view. @param {View} view */
  isRight(view) {
    return !this.work && this.fits(view);
  }

  /** @param {View} view */
  begin(view) {
    const { camera, size } = view;
    const box = visibleBox(camera, { width: size.width * (1 + 2 * BEYOND), height: size.height * (1 + 2 * BEYOND) });
    const now = visibleBox(camera, size);
    const walls = isWalled(view.scene, now) ? now : null;
    this.holds = { scene: view.scene, zoom: camera.zoom, box, marks: view.marks.key, walls };
    this.isStale = false;
    this.work = plan(view, box, this.measure, walls);
  }
}

/**
 * @param {View} view @param {import("./camera.model.js").Box} box @param {Measure} measure
 * @param {import("./camera.model.js").Box | null} walls  names end there
 * @returns {Generator<void, Word[]>}
 */
function* plan({ scene, camera, marks }, box, measure, walls) {
  const { zoom } = camera;
  const detail = detailAt(zoom);
  const inside = scene.nodeTree.find(box.left, box.top, box.right, box.bottom);
  yield;
  const isCrowd = detail === "dots" || detail === "icons";
  const candidates = yield* chosen(scene, inside, marks, isCrowd && inside.length > 40);
  yield;
  const region = { left: box.left * zoom, top: box.top * zoom, right: box.right * zoom, bottom: box.bottom * zoom };
  const taken = new Taken(region, inside.length + candidates.length);
  const radius = radiusAt(zoom) * zoom;
  const ring = detail === "dots" ? radius * 0.8 : radius * 1.15;
  for (let at = 0; at < inside.length; at += 1) {
    const [x, y] = [scene.x[inside[at]] * zoom, scene.y[inside[at]] * zoom];
    taken.add(x - ring, y - ring, x + ring, y + ring);
    if (at % 200 === 199) yield;
  }
  if (walls) {
    const [left, top, right, bottom] = [walls.left * zoom, walls.top * zoom, walls.right * zoom, walls.bottom * zoom];
    taken.add(region.left, region.top, left + 2, region.bottom);
    taken.add(right - 2, region.top, region.right, region.bottom);
    taken.add(region.left, region.top, region.right, top + 2);
    taken.add(region.left, bottom - 2, region.right, region.bottom);
  }
  const font = fontSize(zoom);
  const small = Math.max(10, font - 1);
  const withAddress = detail === "addresses" || detail === "ports";
  /** @type {Word[]} */
  const words = [];
  let placed = 0;
  for (let turn = 0; turn < candidates.length && placed < MOST[detail]; turn += 1) {
    if (turn % CHUNK === CHUNK - 1) yield;
    const at = candidates[turn];
    const node = scene.nodes[at];
    let address = withAddress ? node.ip ?? "" : "";
    const [x, y] = [scene.x[at] * zoom, scene.y[at] * zoom];
    let name = shortened(node.name);
    let spot = null;
    for (const most of SHORTER) {
      if (most !== LONGEST && node.name.length <= most) continue;
      name = shortened(node.name, most);
      // A shorter name goes without the address, which is in the panel.
      if (most !== LONGEST) address = "";
      const width = Math.max(measure(name, "name", font), address ? measure(address, "address", small) : 0) + 4;
      spot = spotFor(taken, x, y, ring, width, font + 3 + (address ? small + 3 : 0));
      if (spot || marks.isMarked(node.id)) break;
    }
    if (!spot && marks.isMarked(node.id)) spot = below(x, y, ring);
    if (!spot) continue;
    placed += 1;
    const one = { a: at, b: at, bend: 0, dx: spot.x - x, align: spot.align };
    words.push({ ...one, dy: spot.y - y, text: name, face: "name", size: font, quiet: false });
    if (address) {
      words.push({ ...one, dy: spot.y - y + font + 3, text: address, face: "address", size: small, quiet: true });
    }
  }
  yield;
  for (const edge of spokenEdges(scene, camera, marks, box)) {
    const text = shortened([edge.edge.label, speedText(edge.edge.speed_mbps)].filter(Boolean).join(" · "));
    if (!text) continue;
    const half = measure(text, "address", small) / 2 + 2;
    const middle = onCurve(scene, edge, middleOf(scene, edge), 0.5);
    const [x, y] = [middle.x * zoom, middle.y * zoom];
    const isWanted = edge.edge.id === marks.hoveredEdge;
    if (!isWanted && !taken.isFree(x - half, y - small / 2, x + half, y + small / 2 + 2)) continue;
    taken.add(x - half, y - small / 2, x + half, y + small / 2 + 2);
    const { a, b, bend } = edge;
    words.push({ a, b, bend, dx: 0, dy: -small / 2 - 1, align: "center", text, face: "address", size: small, quiet: true });
  }
  return words;
}

/** @param {Scene} scene @param {import("./camera.model.js").Box} now  what is on the screen */
const isWalled = ({ box, nodes }, now) =>
  box !== null && nodes.length <= MOST_WALLED && box.left >= now.left && box.right <= now.right && box.top >= now.top &&
  box.bottom <= now.bottom;

/** @param {number} x @param {number} y @param {number} ring @returns {import("./labels.model.js").Spot} */
const below = (x, y, ring) => ({ x, y: y + ring + 6, align: "center" });

/**
 * Who may be named, the most important first. In a crowd: what the rest hangs from, what is down, what is marked.
 *
 * @param {Scene} scene @param {number[]} inside @param {import("./marks.model.js").Marks} marks @param {boolean} isCrowd
 * @returns {Generator<void, number[]>}
 */
function* chosen(scene, inside, marks, isCrowd) {
  const weight = new Float64Array(scene.nodes.length);
  const candidates = [];
  for (let turn = 0; turn < inside.length; turn += 1) {
    if (turn % 512 === 511) yield;
    const at = inside[turn];
    const { id, status, kind } = scene.nodes[at];
    const isBackbone = kind === "hardware" || kind === "network" || kind === "cluster";
    const isMarked = marks.isMarked(id);
    const isLit = marks.lit?.has(id) === true;
    if (isCrowd && !isMarked && !isLit && !(isBackbone && scene.degree[at] > 2)) continue;
    weight[at] = (isMarked ? 1e6 : 0) + (isLit ? 5000 : 0) + (status === "down" ? 500 : 0) + (isBackbone ? 100 : 0) +
      scene.degree[at];
    candidates.push(at);
  }
  return candidates.sort((a, b) => weight[b] - weight[a] || a - b);
}

/**
 * Lines that say something: hovered, beside what is hovered or selected, or near.
 *
 * @param {Scene} scene @param {Camera} camera @param {import("./marks.model.js").Marks} marks
 * @param {import("./camera.model.js").Box} box @returns {SceneEdge[]}
 */
function spokenEdges(scene, camera, marks, box) {
  const hovered = marks.hoveredEdge === null ? undefined : scene.edgeIndex.get(marks.hoveredEdge);
  const first = hovered === undefined ? [] : [scene.edges[hovered]];
  if (detailAt(camera.zoom) === "ports" || (marks.isSpoken && camera.zoom > 0.5)) return [...first, ...edgesIn(scene, box)].slice(0, MOST_ON_LINES);
  const centre = marks.centre === null ? undefined : scene.index.get(marks.centre);
  if (centre === undefined || camera.zoom <= 0.6) return first;
  return [...first, ...scene.touching[centre].slice(0, MOST_ON_LINES).map((at) => scene.edges[at])];
}
