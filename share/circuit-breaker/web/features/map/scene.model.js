// @ts-check
/**
 * What is to be drawn: flat arrays of places with the nodes and edges they belong to, and trees to find them by place.
 * Knows nothing of pixels or colours; any renderer can draw it. It is built when nodes or edges come or go; a changed
 * look or place is patched, and `patches` tells a renderer which nodes to send anew.
 */
import { shownName } from "./appearance.model.js";
import { styleOf } from "./edges.model.js";
import { isLoop, loopAt, reachOf } from "./loops.model.js";
import { SpatialTree } from "./spatial.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {import("./camera.model.js").Box} Box */
/** @typedef {import("./edges.model.js").EdgeStyle} EdgeStyle */
/** @typedef {{ edge: MapEdge, a: number, b: number, bend: number, style: EdgeStyle }} SceneEdge  `bend`: of a loop, its number */
/**
 * @typedef {{
 *   nodes: MapNode[], index: Map<number, number>, x: Float32Array, y: Float32Array, degree: Uint16Array,
 *   edges: SceneEdge[], loops: number[], edgeIndex: Map<string, number>, touching: number[][], nodeTree: SpatialTree,
 *   edgeTree: SpatialTree, box: Box | null, patches: Set<number>, isRenamed: boolean,
 *   styles: Set<string>, isMoved: boolean
 * }} Scene
 */
/** @typedef {"dots" | "icons" | "names" | "addresses" | "ports"} Detail */

export const NODE_RADIUS = 20;
/** No disc is larger than this in world units, so that neighbours far out do not melt together. */
const LARGEST = 46;
const BEND = 22;

/**
 * A disc's radius in world units: far out discs shrink slower than the world.
 *
 * @param {number} zoom
 */
export const radiusAt = (zoom) => (zoom >= 1 ? NODE_RADIUS : Math.min(LARGEST, NODE_RADIUS * zoom ** -0.4));

/**
 * @param {{ nodes: MapNode[], edges: MapEdge[] }} part
 * @param {Map<number, { x: number, y: number }>} places  nodes without a place are left out
 * @returns {Scene}
 */
export function buildScene({ nodes, edges }, places) {
  const placed = nodes.filter(({ id }) => places.has(id));
  const index = new Map(placed.map(({ id }, at) => [id, at]));
  const x = new Float32Array(placed.length);
  const y = new Float32Array(placed.length);
  placed.forEach(({ id }, at) => {
    const place = /** @type {{ x: number, y: number }} */ (places.get(id));
    x[at] = place.x;
    y[at] = place.y;
  });
  const box = boxOf(x, y);
  /** @type {Scene} */
  const scene = {
    nodes: placed,
    index,
    x,
    y,
    degree: new Uint16Array(placed.length),
    edges: sceneEdges(edges, index),
    loops: [],
    edgeIndex: new Map(),
    touching: placed.map(() => []),
    nodeTree: new SpatialTree(placed.length, box),
    edgeTree: new SpatialTree(0, null),
    box,
    patches: new Set(),
    isRenamed: false,
    styles: new Set(),
    /** Some of the patches are places. */
    isMoved: false,
  };
  scene.edgeTree = new SpatialTree(scene.edges.length, box);
  scene.edges.forEach(({ edge, a, b, style }, at) => {
    scene.styles.add(style.name);
    scene.touching[a].push(at);
    if (a === b) scene.loops.push(at);
    else {
      scene.degree[a] += 1;
      scene.degree[b] += 1;
      scene.touching[b].push(at);
    }
    scene.edgeIndex.set(edge.id, at);
    putEdge(scene, at);
  });
  for (let at = 0; at < placed.length; at += 1) putNode(scene, at);
  return scene;
}

/** @param {Float32Array} x @param {Float32Array} y @returns {Box | null} */
function boxOf(x, y) {
  if (x.length === 0) return null;
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let at = 0; at < x.length; at += 1) {
    box.left = Math.min(box.left, x[at] - NODE_RADIUS);
    box.right = Math.max(box.right, x[at] + NODE_RADIUS);
    box.top = Math.min(box.top, y[at] - NODE_RADIUS);
    box.bottom = Math.max(box.bottom, y[at] + NODE_RADIUS);
  }
  return box;
}

/** @param {Scene} scene @param {number} at */
function putNode({ nodeTree, x, y }, at) {
  nodeTree.put(at, x[at] - NODE_RADIUS, y[at] - NODE_RADIUS, x[at] + NODE_RADIUS, y[at] + NODE_RADIUS);
}

/** @param {Scene} scene @param {number} at */
function putEdge({ edgeTree, edges, x, y }, at) {
  const { a, b, bend } = edges[at];
  const room = isLoop(edges[at]) ? reachOf(bend, LARGEST) : Math.abs(bend);
  edgeTree.put(
    at,
    Math.min(x[a], x[b]) - room,
    Math.min(y[a], y[b]) - room,
    Math.max(x[a], x[b]) + room,
    Math.max(y[a], y[b]) + room,
  );
}

/**
 * Several relations between the same two nodes bow apart; those of a node with itself are loops.
 *
 * @param {MapEdge[]} edges @param {Map<number, number>} index
 * @returns {SceneEdge[]}
 */
function sceneEdges(edges, index) {
  /** @type {Map<string, SceneEdge[]>} */
  const pairs = new Map();
  /** @type {SceneEdge[]} */
  const all = [];
  for (const edge of edges) {
    const a = index.get(edge.from);
    const b = index.get(edge.to);
    if (a === undefined || b === undefined) continue;
    const one = { edge, a, b, bend: 0, style: styleOf(edge) };
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
    const pair = pairs.get(key);
    if (pair) pair.push(one);
    else pairs.set(key, [one]);
    all.push(one);
  }
  for (const pair of pairs.values()) {
    const areLoops = isLoop(pair[0]);
    if (pair.length < 2 && !areLoops) continue;
    pair.sort((one, two) => one.edge.id.localeCompare(two.edge.id));
    pair.forEach((one, at) => {
      if (areLoops) return void (one.bend = at + 1);
      const side = one.a < one.b ? 1 : -1;
      one.bend = side * (at - (pair.length - 1) / 2) * BEND;
    });
  }
  return all;
}

/**
 * Moves one node in place, for a drag: too frequent to build anew.
 *
 * @param {Scene} scene @param {number} id @param {number} x @param {number} y
 */
export function moveNode(scene, id, x, y) {
  const at = scene.index.get(id);
  if (at === undefined || (scene.x[at] === x && scene.y[at] === y)) return;
  scene.x[at] = x;
  scene.y[at] = y;
  putNode(scene, at);
  for (const edge of scene.touching[at]) putEdge(scene, edge);
  scene.patches.add(at);
  scene.isMoved = true;
}

/**
 * A new look for a node that is there.
 *
 * @param {Scene} scene
 * @param {MapNode} node
 */
export function patchNode(scene, node) {
  const at = scene.index.get(node.id);
  if (at === undefined) return;
  const { ip, status } = scene.nodes[at];
  // Who is down is named before others.
  const hasFallen = status !== node.status && (status === "down" || node.status === "down");
  if (shownName(scene.nodes[at]) !== shownName(node) || ip !== node.ip || hasFallen) scene.isRenamed = true;
  scene.nodes[at] = node;
  scene.patches.add(at);
}

/** The box is only measured when everything is to be shown: a drag would measure it for each frame. @param {Scene} scene */
export function measure(scene) {
  scene.box = boxOf(scene.x, scene.y);
  return scene.box;
}

/** Numbers of a flat array are sorted as such, without asking for each pair. @param {number[]} found */
const inOrder = (found) => Array.from(Int32Array.from(found).sort());

/** @param {Scene} scene @param {Box} box @returns {number[]} lines whose box touches it, by their place, in drawing order */
export const linesIn = (scene, { left, top, right, bottom }) => inOrder(scene.edgeTree.find(left, top, right, bottom));

/** @param {Scene} scene @param {Box} box @returns {number[]} nodes that touch the box, in drawing order */
export const nodesIn = (scene, { left, top, right, bottom }) =>
  inOrder(scene.nodeTree.find(left, top, right, bottom));

/** @param {Scene} scene @param {Box} box @returns {SceneEdge[]} in drawing order */
export const edgesIn = (scene, box) => linesIn(scene, box).map((at) => scene.edges[at]);

/**
 * The node at a point of the world. Far out, where discs are dots, the finger gets more room.
 *
 * @param {Scene} scene @param {number} x @param {number} y @param {number} zoom @param {number} [slack] pixels
 * @returns {number | null} the node's id
 */
export function nodeAt(scene, x, y, zoom, slack = 4) {
  const reach = Math.max(radiusAt(zoom), 6 / zoom) + slack / zoom;
  let best = null;
  let least = reach * reach;
  for (const at of nodesIn(scene, { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach })) {
    const d2 = (scene.x[at] - x) ** 2 + (scene.y[at] - y) ** 2;
    if (d2 > least) continue;
    least = d2;
    best = scene.nodes[at].id;
  }
  return best;
}

/**
 * The control point of an edge's curve.
 *
 * @param {Scene} scene
 * @param {SceneEdge} edge
 */
export function middleOf(scene, { a, b, bend }) {
  const dx = scene.x[b] - scene.x[a];
  const dy = scene.y[b] - scene.y[a];
  const length = Math.hypot(dx, dy) || 1;
  return {
    x: (scene.x[a] + scene.x[b]) / 2 - (dy / length) * bend * 2,
    y: (scene.y[a] + scene.y[b]) / 2 + (dx / length) * bend * 2,
  };
}

/**
 * @param {Scene} scene @param {number} x @param {number} y @param {number} zoom
 * @returns {SceneEdge | null}
 */
export function edgeAt(scene, x, y, zoom) {
  const reach = 6 / zoom;
  let best = null;
  let least = reach;
  for (const edge of edgesIn(scene, { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach })) {
    if (isLoop(edge)) {
      const loop = loopOf(scene, edge, zoom);
      const d = Math.abs(Math.hypot(x - loop.x, y - loop.y) - loop.radius);
      if (d < least) [best, least] = [edge, d];
      continue;
    }
    const middle = middleOf(scene, edge);
    for (let step = 0; step < 8; step += 1) {
      const from = onCurve(scene, edge, middle, step / 8);
      const to = onCurve(scene, edge, middle, (step + 1) / 8);
      const d = toSegment(x, y, from, to);
      if (d >= least) continue;
      least = d;
      best = edge;
    }
  }
  return best;
}

/** A loop is as large as its disc. @param {Scene} scene @param {{ a: number, bend: number }} edge @param {number} zoom */
export const loopOf = (scene, { a, bend }, zoom) => loopAt(scene.x[a], scene.y[a], radiusAt(zoom), bend);

/** @param {Scene} scene @param {SceneEdge} edge @param {{ x: number, y: number }} middle @param {number} t */
export function onCurve(scene, { a, b }, middle, t) {
  const s = 1 - t;
  return {
    x: s * s * scene.x[a] + 2 * s * t * middle.x + t * t * scene.x[b],
    y: s * s * scene.y[a] + 2 * s * t * middle.y + t * t * scene.y[b],
  };
}

/** @param {number} x @param {number} y @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to */
function toSegment(x, y, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - from.x - share * dx, y - from.y - share * dy);
}

/**
 * How much a node shows at a zoom: dots, then icons, names, addresses, ports.
 *
 * @param {number} zoom
 * @returns {Detail}
 */
export function detailAt(zoom) {
  if (zoom < 0.2) return "dots";
  if (zoom < 0.34) return "icons";
  if (zoom < 0.66) return "names";
  return zoom < 1.7 ? "addresses" : "ports";
}

/**
 * The nearest node in a direction, for walking with the arrow keys.
 *
 * @param {Scene} scene @param {number} id @param {"left" | "right" | "up" | "down"} direction
 * @returns {number | null}
 */
export function nodeBeside(scene, id, direction) {
  const at = scene.index.get(id);
  if (at === undefined) return null;
  const [ux, uy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
  let best = null;
  let least = Infinity;
  for (let other = 0; other < scene.nodes.length; other += 1) {
    const [dx, dy] = [scene.x[other] - scene.x[at], scene.y[other] - scene.y[at]];
    const along = dx * ux + dy * uy;
    if (other === at || along <= 0) continue;
    const aside = Math.abs(dx * uy) + Math.abs(dy * ux);
    const cost = along + aside * 2.5;
    if (cost >= least || aside > along * 2.5) continue;
    least = cost;
    best = scene.nodes[other].id;
  }
  return best;
}
