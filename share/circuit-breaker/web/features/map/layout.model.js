// @ts-check
/**
 * From nodes and edges to places: trees, then forces within each group that hangs together, then the groups side
 * by side. Saved places stay; the same input gives the same picture, whatever its order.
 */
import { Simulation } from "./force.model.js";
import { orient, pack, round } from "./pack.model.js";
import { balloon, spanningTrees } from "./tree.model.js";

/** @typedef {import("./tree.model.js").LayoutNode} LayoutNode */
/** @typedef {import("./tree.model.js").LayoutEdge} LayoutEdge */
/** @typedef {import("./tree.model.js").Tree} Tree */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {Map<number, Point>} Places */
/** @typedef {{ nodes: LayoutNode[], edges: LayoutEdge[], known?: [number, Point][] }} LayoutInput */

/** Room for one node with its name, in world units. */
export const SPACING = 104;
const LENGTH = new Map(
  Object.entries({
    hosts: 96,
    runs: 88,
    stores: 88,
    mounted: 88,
    connection: 128,
    gateway: 120,
    in_network: 150,
    member: 130,
  }),
);
const PULL = new Map(
  Object.entries({
    hosts: 0.9,
    runs: 0.9,
    stores: 0.9,
    connection: 0.6,
    gateway: 0.4,
    member: 0.25,
    in_network: 0.15,
    depends: 0.02,
  }),
);

/** @param {LayoutNode} node */
const isPlaced = (node) => typeof node.x === "number" && typeof node.y === "number";

/**
 * @param {LayoutInput} input
 * @param {(share: number) => void} [onProgress]  0…1
 * @returns {Places}
 */
export function layout({ nodes, edges, known = [] }, onProgress) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const remembered = new Map(known.filter(([id]) => byId.has(id)));
  const trees = spanningTrees(nodes, edges);
  const grouped = edgesByTree(trees, edges);
  /** @type {Places[]} */
  const fixed = [];
  /** @type {{ places: Places, kind: string }[]} */
  const loose = [];
  let done = 0;
  trees.forEach((tree, index) => {
    const report = (/** @type {number} */ share) => onProgress?.((done + share * tree.members.length) / nodes.length);
    const held = tree.members.filter((id) => placeOf(byId.get(id), remembered)).length;
    const isFixed = held * 2 >= tree.members.length;
    const places = settle(tree, byId, isFixed ? remembered : null, grouped[index], report);
    done += tree.members.length;
    if (isFixed) fixed.push(places);
    else loose.push({ places, kind: byId.get(tree.root)?.kind ?? "" });
  });
  const all = pack(fixed, loose, SPACING);
  // Someone who moved a few nodes of a group wants those there, and the rest as it was before.
  for (const { id } of nodes) {
    const place = placeOf(byId.get(id), remembered);
    if (place) all.set(id, { x: place.x, y: place.y });
  }
  onProgress?.(1);
  return all;
}

/** @param {LayoutNode | undefined} node @param {Places} known @returns {Point | undefined} */
const placeOf = (node, known) => (node && isPlaced(node) ? /** @type {Point} */ (node) : node && known.get(node.id));

/** @param {Tree[]} trees @param {LayoutEdge[]} edges @returns {LayoutEdge[][]} */
function edgesByTree(trees, edges) {
  const treeOf = new Map(trees.flatMap(({ members }, index) => members.map((id) => [id, index])));
  /** @type {LayoutEdge[][]} */
  const grouped = trees.map(() => []);
  for (const edge of edges) {
    const index = treeOf.get(edge.from);
    if (index !== undefined && treeOf.get(edge.to) === index && edge.from !== edge.to) grouped[index].push(edge);
  }
  return grouped;
}

/**
 * One group: tree guess, moved to where its known members are, then forces. Without `known` nobody has a place yet.
 *
 * @param {Tree} tree @param {Map<number, LayoutNode>} byId @param {Places | null} known
 * @param {LayoutEdge[]} edges @param {(share: number) => void} onProgress
 * @returns {Places}
 */
function settle(tree, byId, known, edges, onProgress) {
  const guess = balloon(tree, SPACING);
  const start = withinReach(guess);
  const ids = tree.members;
  const index = new Map(ids.map((id, at) => [id, at]));
  const held = new Uint8Array(ids.length);
  const x = new Float64Array(ids.length);
  const y = new Float64Array(ids.length);
  ids.forEach((id, at) => {
    const place = known && placeOf(byId.get(id), known);
    held[at] = place ? 1 : 0;
    const first = place ?? /** @type {Point} */ (start.get(id));
    x[at] = first.x;
    y[at] = first.y;
  });
  if (!held.includes(0)) return collect(ids, x, y);
  if (held.includes(1)) placeNewcomers(tree, ids, index, held, x, y, guess);
  if (ids.length > 2) {
    const kept = sortedEdges(edges);
    const parents = parentsOf(tree);
    const lengthOf = branchLength(tree, guess);
    const isBranch = (/** @type {LayoutEdge} */ { from, to }) => parents.get(to) === from || parents.get(from) === to;
    const simulation = new Simulation({
      x,
      y,
      held,
      radius: new Float64Array(ids.length).fill(SPACING / 2.2),
      from: Int32Array.from(kept, ({ from }) => /** @type {number} */ (index.get(from))),
      to: Int32Array.from(kept, ({ to }) => /** @type {number} */ (index.get(to))),
      length: Float64Array.from(kept, (edge) => (isBranch(edge) ? lengthOf(edge) : LENGTH.get(edge.type) ?? 140)),
      strength: Float64Array.from(kept, (edge) => (isBranch(edge) ? 0.8 : PULL.get(edge.type) ?? 0.1)),
    }, { alpha: held.includes(1) ? 0.25 : 0.5, decay: ids.length > 1500 ? 0.05 : 0.03 });
    const most = 130;
    simulation.run(most, (step) => onProgress(step / most));
    if (!held.includes(1)) orient(x, y);
  }
  return collect(ids, x, y);
}

/**
 * Circles around circles grow with each level of the tree. Where they would leave the room that so many nodes need,
 * what is far out is drawn in, in its direction; the forces do the rest.
 *
 * @param {Places} guess
 * @returns {Places}
 */
function withinReach(guess) {
  const room = SPACING * 1.3 * Math.sqrt(guess.size) + SPACING * 4;
  const far = (/** @type {Point} */ { x, y }) => Math.hypot(x, y);
  if (![...guess.values()].some((place) => far(place) > room)) return guess;
  return new Map([...guess].map(([id, { x, y }]) => {
    const distance = far({ x, y });
    const share = distance === 0 ? 0 : (room * Math.log1p(distance / room)) / distance;
    return [id, { x: x * share, y: y * share }];
  }));
}

/**
 * Who each node hangs from.
 *
 * @param {Tree} tree
 * @returns {Map<number, number>}
 */
const parentsOf = ({ children }) => new Map([...children].flatMap(([parent, own]) => own.map((id) => [id, parent])));

/**
 * How long each branch of the tree should be: a leaf stays on its ring; two nodes that both carry leaves keep their
 * rings
 * apart.
 *
 * @param {Tree} tree @param {Places} guess
 * @returns {(edge: LayoutEdge) => number}
 */
function branchLength({ children }, guess) {
  const isLeaf = (/** @type {number} */ id) => (children.get(id)?.length ?? 0) === 0;
  const distance = (/** @type {number} */ one, /** @type {number} */ two) => {
    const [a, b] = [/** @type {Point} */ (guess.get(one)), /** @type {Point} */ (guess.get(two))];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  const ring = new Map(
    [...children].map(([id, own]) => [id, Math.max(0, ...own.filter(isLeaf).map((leaf) => distance(id, leaf)))]),
  );
  return ({ from, to }) => {
    if (isLeaf(from) || isLeaf(to)) return distance(from, to);
    return SPACING * 0.85 + (ring.get(from) ?? 0) * 0.6 + (ring.get(to) ?? 0) * 0.6;
  };
}

/** @param {LayoutEdge[]} edges */
const sortedEdges = (edges) =>
  [...edges].sort((a, b) => a.from - b.from || a.to - b.to || a.type.localeCompare(b.type));

/**
 * Someone new next to people who sit: at the guess's offset from the nearest relative in the tree that has a place.
 *
 * @param {Tree} tree @param {number[]} ids @param {Map<number, number>} index @param {Uint8Array} held
 * @param {Float64Array} x @param {Float64Array} y @param {Places} guess
 */
function placeNewcomers(tree, ids, index, held, x, y, guess) {
  const seated = new Set(ids.filter((_, at) => held[at]));
  /** @type {Map<number, number[]>} */
  const beside = new Map(ids.map((id) => [id, []]));
  for (const [parent, children] of tree.children) {
    for (const child of children) {
      beside.get(parent)?.push(child);
      beside.get(child)?.push(parent);
    }
  }
  const queue = [...seated].sort((a, b) => a - b);
  for (let head = 0; head < queue.length; head += 1) {
    const at = /** @type {number} */ (index.get(queue[head]));
    const here = /** @type {Point} */ (guess.get(queue[head]));
    for (const id of beside.get(queue[head]) ?? []) {
      if (seated.has(id)) continue;
      seated.add(id);
      const there = /** @type {Point} */ (guess.get(id));
      const to = /** @type {number} */ (index.get(id));
      x[to] = x[at] + there.x - here.x;
      y[to] = y[at] + there.y - here.y;
      queue.push(id);
    }
  }
}

/** @param {number[]} ids @param {Float64Array} x @param {Float64Array} y @returns {Places} */
const collect = (ids, x, y) => new Map(ids.map((id, at) => [id, { x: round(x[at]), y: round(y[at]) }]));
