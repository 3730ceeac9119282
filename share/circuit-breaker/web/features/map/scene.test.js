import assert from "node:assert/strict";
import { test } from "node:test";

import { relationOf, speedText, styleOf } from "./edges.model.js";
import { facetChoices, filterFrom, noFilter, toggled, visiblePart, wordsIn, writeFilter } from "./filter.model.js";
import { graphFrom } from "./graph.model.js";
import { placeLabels } from "./labels.model.js";
import { legendOf } from "./legend.model.js";
import { outline, outlineKey } from "./outline.model.js";
import { buildScene, detailAt, edgeAt, edgesIn, loopOf, moveNode, nodeAt, nodeBeside, nodesIn } from "./scene.model.js";

const nodes = [
  {
    id: 1,
    kind: "hardware",
    name: "router",
    status: "up",
    role: "router",
    ip: "10.0.0.1",
    environment: "home",
    tags: ["core"],
  },
  { id: 2, kind: "hardware", name: "nas", status: "down", ip: "10.0.0.2", tags: [] },
  { id: 3, kind: "service", name: "web", status: null, tags: ["core"] },
];
const edges = [
  { id: "connection:1", type: "connection", from: 1, to: 2, medium: "fiber" },
  { id: "connection:2", type: "connection", from: 2, to: 1, medium: "wifi" },
  { id: "runs:3", type: "runs", from: 2, to: 3 },
];
const places = new Map([[1, { x: 0, y: 0 }], [2, { x: 400, y: 0 }], [3, { x: 400, y: 300 }]]);
const scene = () => buildScene({ nodes, edges }, places);

test("a node is hit on its disc and not beside it", () => {
  assert.equal(nodeAt(scene(), 410, 5, 1), 2);
  assert.equal(nodeAt(scene(), 440, 5, 1), null);
});

test("far out a dot is still easy to hit", () => {
  assert.equal(nodeAt(scene(), 460, 5, 0.1), 2);
});

test("what is off the screen is not drawn", () => {
  assert.deepEqual(nodesIn(scene(), { left: 300, right: 500, top: 200, bottom: 400 }).map((at) => nodes[at].id), [3]);
  assert.equal(edgesIn(scene(), { left: -900, right: -500, top: -10, bottom: 10 }).length, 0);
});

test("two relations between the same nodes bow apart and are hit apart", () => {
  const [one, two] = scene().edges;
  assert.ok(one.bend !== 0 && two.bend !== 0);
  const above = edgeAt(scene(), 200, -11, 1);
  const below = edgeAt(scene(), 200, 11, 1);
  assert.notEqual(above?.edge.id, below?.edge.id);
  assert.equal(edgeAt(scene(), 200, 80, 1), null);
});

test("a cable between two ports of one device is a loop at its disc, hit on its line, and joins nothing", () => {
  const loops = [1, 2, 3, 4].map((id) => ({ id: `connection:1${id}`, type: "connection", from: 1, to: 1, medium: "ethernet" }));
  const looped = buildScene({ nodes, edges: [...edges, ...loops] }, places);
  const [first, second] = ["connection:11", "connection:12"].map((id) => loopOf(looped, looped.edges[looped.edgeIndex.get(id)], 1));
  assert.equal(looped.degree[0], scene().degree[0]);
  assert.equal(looped.touching[0].length, scene().touching[0].length + 4);
  assert.equal(edgeAt(looped, first.far.x, first.far.y, 1)?.edge.id, "connection:11");
  assert.equal(edgeAt(looped, second.far.x, second.far.y, 1)?.edge.id, "connection:12");
  assert.equal(edgeAt(looped, first.x, first.y, 1), null);
  assert.equal(nodeAt(looped, first.far.x, first.far.y, 1), null);
  // Far out it is as large as the disc still.
  const far = loopOf(looped, looped.edges[looped.edgeIndex.get("connection:14")], 0.3);
  assert.equal(edgeAt(looped, far.far.x, far.far.y, 0.3)?.edge.id, "connection:14");
  moveNode(looped, 1, -500, 0);
  assert.equal(edgeAt(looped, first.far.x - 500, first.far.y, 1)?.edge.id, "connection:11");
});

test("a moved node is found at its new place only", () => {
  const moved = scene();
  moveNode(moved, 3, -1000, -1000);
  assert.equal(nodeAt(moved, -1000, -1000, 1), 3);
  assert.equal(nodeAt(moved, 400, 300, 1), null);
});

test("the arrow keys walk to the nearest node in that direction", () => {
  assert.equal(nodeBeside(scene(), 1, "right"), 2);
  assert.equal(nodeBeside(scene(), 2, "down"), 3);
  assert.equal(nodeBeside(scene(), 1, "left"), null);
});

test("detail grows with zoom", () => {
  assert.deepEqual([0.1, 0.3, 0.5, 1, 2].map(detailAt), ["dots", "icons", "names", "addresses", "ports"]);
});

test("the more important name stands below, the other finds another side", () => {
  const label = { x: 50, y: 50, radius: 10, width: 80, height: 14 };
  const placed = placeLabels([{ id: 1, ...label, x: 55, priority: 1 }, { id: 2, ...label, priority: 9 }]);
  assert.deepEqual(placed.get(2), { x: 50, y: 66, align: "center" });
  assert.equal(placed.get(1)?.y, 20);
});

test("a name does not cover a disc, and without room it is left out", () => {
  const label = { id: 1, x: 50, y: 50, radius: 10, width: 40, height: 14, priority: 1 };
  const around = [[50, 75], [50, 25], [85, 50], [15, 50]].map(([x, y]) => ({ x, y, radius: 12 }));
  assert.equal(placeLabels([label], around).size, 0);
  assert.equal(placeLabels([label], around.slice(0, 1)).get(1)?.y, 20);
});

test("medium decides the line", () => {
  assert.equal(styleOf({ type: "connection", medium: "fiber" }).line, "double");
  assert.equal(styleOf({ type: "connection", medium: "wireless" }).line, "dotted");
  assert.equal(styleOf({ type: "connection", medium: "wireguard" }).line, "dashed");
  assert.equal(styleOf({ type: "connection", medium: null }).name, "ethernet");
  assert.equal(styleOf({ type: "depends" }).arrow, true);
  assert.equal(speedText(2500), "2.5 Gbit/s");
});

test("a filter goes into the URL and comes back", () => {
  const params = new URLSearchParams("select=12");
  writeFilter({ ...noFilter, kind: ["hardware", "service"], q: "10.0 " }, params);
  assert.equal(params.toString(), "select=12&kind=hardware%2Cservice&q=10.0");
  assert.deepEqual(filterFrom(params), { ...noFilter, kind: ["hardware", "service"], q: "10.0" });
});

test("filters narrow together and take their edges along", () => {
  const graph = graphFrom({ nodes, edges });
  const hardware = visiblePart(graph, toggled(noFilter, "kind", "hardware"));
  assert.deepEqual(hardware.nodes.map(({ id }) => id), [1, 2]);
  assert.equal(hardware.edges.length, 2);
  assert.deepEqual(visiblePart(graph, { ...noFilter, q: "10.0 CORE" }, ({ id }) => id === 1).nodes.map(({ id }) => id), [1]);
  assert.deepEqual(visiblePart(graph, { ...noFilter, status: ["unknown"] }).nodes.map(({ id }) => id), [3]);
});

test("words are found in a picture of the past; anything of the language is for the daemon", () => {
  const graph = graphFrom({ nodes, edges });
  const ids = (text) => visiblePart(graph, { ...noFilter, q: text }, wordsIn(text)).nodes.map(({ id }) => id);
  assert.deepEqual(ids("10.0 CORE"), [1]);
  assert.deepEqual(ids("n-"), []);
  for (const text of ["role:nas", "-nas", '"nas"', "nas OR web", "(nas)"]) assert.equal(wordsIn(text), null, text);
});

test("choices are counted", () => {
  assert.deepEqual(facetChoices(nodes, "kind"), [{ value: "hardware", count: 2 }, { value: "service", count: 1 }]);
});

test("the legend explains what is on screen and nothing else", () => {
  const legend = legendOf(scene(), { left: 300, right: 500, top: -50, bottom: 350 });
  assert.deepEqual(legend.kinds, [{ value: "hardware", count: 1 }, { value: "service", count: 1 }]);
  assert.deepEqual(legend.states, [{ value: "down", count: 1 }, { value: "unknown", count: 1 }]);
  assert.deepEqual(legend.lines, ["belongs", "fibre", "wifi"]);
  assert.deepEqual(legend.changes, []);
});

test("signs of changes are explained where they are on screen, in their order, and things counted", () => {
  const changes = {
    nodes: new Map([[1, "moved"], [2, "changed"], [3, "removed"], [9, "added"]]),
    edges: [{ from: 1, to: 2, change: "changed" }, { from: 1, to: 9, change: "added" }, { from: 3, to: 1, change: "moved" }],
  };
  const legend = legendOf(scene(), { left: 300, right: 500, top: -50, bottom: 350 }, changes);
  assert.deepEqual(legend.changes, [{ value: "removed", count: 1 }, { value: "moved", count: 0 }, { value: "changed", count: 1 }]);
});

test("the outline is a tree in reading order, and keys walk it", () => {
  const rows = outline({ nodes, edges }, new Set());
  assert.deepEqual(rows.map(({ node, level }) => [node.name, level]), [["router", 1], ["nas", 2], ["web", 3]]);
  assert.deepEqual(outlineKey(rows, 1, "ArrowRight"), { focus: 2 });
  assert.deepEqual(outlineKey(rows, 1, "ArrowLeft"), { close: 1 });
  assert.deepEqual(outlineKey(rows, 3, "ArrowLeft"), { focus: 2 });
  assert.equal(outline({ nodes, edges }, new Set([2])).length, 2);
});

test("a connection can be opened, what follows from a reference cannot", () => {
  assert.deepEqual(relationOf({ id: "connection:12", type: "connection" }), { kind: "connection", id: 12 });
  assert.equal(relationOf({ id: "hosts:12", type: "hosts" }), null);
  assert.equal(relationOf({ id: "in_network:3-4", type: "in_network" }), null);
});
