// @ts-check
/**
 * The map's data: nodes and edges by id, and who touches whom. Values, not places on a screen.
 * A graph is never changed; `applyDelta` answers a new one and says what kind of change it was.
 */

/** @typedef {import("../../types/inventory.js").MapNode} MapNode */
/** @typedef {import("../../types/inventory.js").MapEdge} MapEdge */
/** @typedef {import("../../types/inventory.js").Topology} Topology */
/** @typedef {import("../../types/inventory.js").TopologyDelta} TopologyDelta */
/**
 * @typedef {{
 *   nodes: Map<number, MapNode>, edges: Map<string, MapEdge>, touching: Map<number, string[]>, eventId: number
 * }} Graph
 */
/** @typedef {"none" | "look" | "positions" | "structure"} ChangeKind */

/** What sample labs are known by. */
export const SAMPLE_TAG = "sample-lab";

/** @type {Graph} */
export const emptyGraph = { nodes: new Map(), edges: new Map(), touching: new Map(), eventId: 0 };

/**
 * Edges with an end that is not among the nodes are left out: they cannot be drawn.
 *
 * @param {Topology} document
 * @returns {Graph}
 */
export function graphFrom({ nodes, edges, event_id }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const drawable = edges.filter((edge) => byId.has(edge.from) && byId.has(edge.to));
  return indexed(byId, new Map(drawable.map((edge) => [edge.id, edge])), event_id ?? 0);
}

/**
 * @param {Map<number, MapNode>} nodes
 * @param {Map<string, MapEdge>} edges
 * @param {number} eventId
 * @returns {Graph}
 */
function indexed(nodes, edges, eventId) {
  /** @type {Map<number, string[]>} */
  const touching = new Map();
  for (const edge of edges.values()) {
    for (const end of edge.from === edge.to ? [edge.from] : [edge.from, edge.to]) {
      const list = touching.get(end);
      if (list) list.push(edge.id);
      else touching.set(end, [edge.id]);
    }
  }
  return { nodes, edges, touching, eventId };
}

/**
 * @param {Graph} graph
 * @param {TopologyDelta} delta
 * @returns {{ graph: Graph, change: ChangeKind, added: number[], touched: number[] }}
 */
export function applyDelta(graph, delta) {
  const nodes = new Map(graph.nodes);
  // Twenty thousand lines are not copied for one new name.
  const removesNodes = (delta.nodes?.removed?.length ?? 0) > 0;
  const changesEdges = removesNodes || (delta.edges?.set?.length ?? 0) + (delta.edges?.removed?.length ?? 0) > 0;
  const edges = changesEdges ? new Map(graph.edges) : graph.edges;
  /** @type {number[]} */
  const added = [];
  const touched = new Set();
  let structure = false;

  for (const node of delta.nodes?.set ?? []) {
    const before = nodes.get(node.id);
    if (!before) added.push(node.id);
    // A node event does not carry where people put it, nor how a map shows it: `positions` and `appearances` do.
    const place = before && node.x === undefined ? { x: before.x, y: before.y, pinned: before.pinned } : {};
    const look = before?.appearance && !node.appearance ? { appearance: before.appearance } : {};
    nodes.set(node.id, { ...node, ...place, ...look });
    touched.add(node.id);
  }
  for (const id of delta.nodes?.removed ?? []) {
    structure = nodes.delete(id) || structure;
    for (const edge of graph.touching.get(id) ?? []) edges.delete(edge);
  }
  for (const edge of delta.edges?.set ?? []) {
    const before = edges.get(edge.id);
    if (!before || before.from !== edge.from || before.to !== edge.to) structure = true;
    edges.set(edge.id, edge);
  }
  for (const id of delta.edges?.removed ?? []) structure = edges.delete(id) || structure;
  let moved = false;
  for (const { id, x, y, pinned } of delta.positions ?? []) {
    const node = nodes.get(id);
    if (!node) continue;
    nodes.set(id, { ...node, x, y, pinned });
    moved = true;
  }
  for (const { map: _, id, ...appearance } of delta.appearances ?? []) {
    const node = nodes.get(id);
    // An answer may be overtaken by what somebody else did after it.
    if (!node || (node.appearance?.revision ?? 0) > (appearance.revision ?? 0)) continue;
    nodes.set(id, { ...node, appearance });
    touched.add(id);
  }
  if (changesEdges) {
    for (const edge of edges.values()) if (!nodes.has(edge.from) || !nodes.has(edge.to)) edges.delete(edge.id);
  }

  const eventId = Math.max(graph.eventId, delta.id ?? 0);
  const isStructure = structure || added.length > 0;
  const isLook = touched.size > 0 || (delta.edges?.set?.length ?? 0) > 0;
  const change = isStructure ? "structure" : moved ? "positions" : isLook ? "look" : "none";
  const next = isStructure || (delta.edges?.set?.length ?? 0) > 0
    ? indexed(nodes, edges, eventId)
    : { nodes, edges, touching: graph.touching, eventId };
  return { graph: next, change, added, touched: [...touched] };
}

/**
 * The nodes one step away, without the node itself.
 *
 * @param {Graph} graph
 * @param {number} id
 * @returns {Set<number>}
 */
export function neighboursOf(graph, id) {
  const found = new Set();
  for (const edgeId of graph.touching.get(id) ?? []) {
    const edge = graph.edges.get(edgeId);
    if (edge) found.add(edge.from === id ? edge.to : edge.from);
  }
  found.delete(id);
  return found;
}

/**
 * Nodes that had no relation, that nobody placed, and that the delta joins to another.
 *
 * @param {Graph} graph  as it was before
 * @param {TopologyDelta} delta
 * @returns {Set<number>}
 */
export function newlyJoined(graph, delta) {
  const isLoose = (/** @type {number} */ id) =>
    graph.nodes.has(id) && !graph.nodes.get(id)?.pinned && !graph.touching.has(id);
  return new Set((delta.edges?.set ?? []).flatMap(({ from, to }) => [from, to]).filter(isLoose));
}

/**
 * Keeps the places people gave when a document is fetched anew and lacks them.
 *
 * @param {Graph} graph
 * @param {{ id: number, x: number, y: number, pinned: boolean }[]} positions
 * @returns {Graph}
 */
export const withPositions = (graph, positions) => applyDelta(graph, { positions }).graph;
