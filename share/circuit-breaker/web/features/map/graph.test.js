import assert from "node:assert/strict";
import { test } from "node:test";

import { applyDelta, graphFrom, neighboursOf, newlyJoined } from "./graph.model.js";

const node = (id, extra = {}) => ({
  id,
  kind: "hardware",
  name: `node ${id}`,
  x: null,
  y: null,
  pinned: false,
  ...extra,
});
const edge = (id, from, to) => ({ id: `connection:${id}`, type: "connection", from, to });
const lab = () => graphFrom({ nodes: [node(1), node(2), node(3)], edges: [edge(1, 1, 2), edge(2, 2, 3)], event_id: 7 });

test("an edge to a node that is not there is left out", () => {
  const graph = graphFrom({ nodes: [node(1)], edges: [edge(1, 1, 99)] });
  assert.equal(graph.edges.size, 0);
});

test("neighbours are found in both directions", () => {
  assert.deepEqual([...neighboursOf(lab(), 2)].sort(), [1, 3]);
});

test("a changed name is a change of look and keeps the place", () => {
  const placed = applyDelta(lab(), { positions: [{ id: 1, x: 5, y: 6, pinned: true }] }).graph;
  const { x: _x, y: _y, pinned: _p, ...bare } = node(1, { name: "renamed" });
  const { graph, change } = applyDelta(placed, { id: 8, nodes: { set: [bare] } });
  assert.equal(change, "look");
  assert.deepEqual(graph.nodes.get(1), { ...bare, x: 5, y: 6, pinned: true });
  assert.equal(graph.eventId, 8);
});

test("a removed node takes its edges with it", () => {
  const { graph, change } = applyDelta(lab(), { nodes: { removed: [2] } });
  assert.equal(change, "structure");
  assert.equal(graph.edges.size, 0);
  assert.equal(neighboursOf(graph, 1).size, 0);
});

test("a new node and its edge are a change of structure", () => {
  const { graph, change, added } = applyDelta(lab(), { nodes: { set: [node(4)] }, edges: { set: [edge(3, 4, 1)] } });
  assert.equal(change, "structure");
  assert.deepEqual(added, [4]);
  assert.deepEqual([...neighboursOf(graph, 4)], [1]);
});

test("a delta leaves the graph it came from as it was", () => {
  const before = lab();
  applyDelta(before, { nodes: { removed: [1, 2, 3] } });
  assert.equal(before.nodes.size, 3);
});

test("a node that stood alone may move when it is joined, unless somebody placed it", () => {
  const alone = graphFrom({ nodes: [node(1), node(2), node(3, { pinned: true, x: 1, y: 1 })], edges: [] });
  assert.deepEqual([...newlyJoined(alone, { edges: { set: [edge(1, 1, 3)] } })], [1]);
  assert.equal(newlyJoined(lab(), { edges: { set: [edge(9, 1, 3)] } }).size, 0);
});
