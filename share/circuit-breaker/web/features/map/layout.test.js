import assert from "node:assert/strict";
import { test } from "node:test";

import { layout } from "./layout.model.js";
import { QuadTree } from "./quadtree.model.js";
import { balloon, spanningTrees } from "./tree.model.js";

/** A lab: a router, switches, machines with guests, services on the guests. */
function lab(machines, guests, services) {
  const nodes = [{ id: 1, kind: "hardware", role: "router" }];
  const edges = [];
  let id = 1;
  for (let s = 0; s < Math.ceil(machines / 12); s += 1) {
    const sw = (id += 1);
    nodes.push({ id: sw, kind: "hardware", role: "switch" });
    edges.push({ type: "connection", from: 1, to: sw });
    for (let m = 0; m < Math.min(12, machines - s * 12); m += 1) {
      const machine = (id += 1);
      nodes.push({ id: machine, kind: "hardware", role: "server" });
      edges.push({ type: "connection", from: sw, to: machine });
      for (let g = 0; g < guests; g += 1) {
        const guest = (id += 1);
        nodes.push({ id: guest, kind: "compute_unit" });
        edges.push({ type: "hosts", from: machine, to: guest });
        for (let k = 0; k < services; k += 1) {
          nodes.push({ id: id += 1, kind: "service" });
          edges.push({ type: "runs", from: guest, to: id });
        }
      }
    }
  }
  return { nodes, edges };
}

function closest(places) {
  const points = [...places.values()];
  let least = Infinity;
  for (let i = 0; i < points.length; i += 1) {
    for (let j = i + 1; j < points.length; j += 1) {
      least = Math.min(least, Math.hypot(points[i].x - points[j].x, points[i].y - points[j].y));
    }
  }
  return least;
}

function crossings(edges, places) {
  const side = (a, b, c) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  let count = 0;
  edges.forEach((one, i) =>
    edges.slice(i + 1).forEach((two) => {
      if (new Set([one.from, one.to, two.from, two.to]).size < 4) return;
      const [a, b, c, d] = [one.from, one.to, two.from, two.to].map((id) => places.get(id));
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) count += 1;
    })
  );
  return count;
}

test("a lab of thirty has no crossing, no overlap, and its gateway in the middle", () => {
  const input = lab(6, 2, 1);
  const places = layout(input);
  assert.equal(places.size, input.nodes.length);
  assert.equal(crossings(input.edges, places), 0);
  assert.ok(closest(places) > 70, `closest ${closest(places)}`);
});

test("a dozen services stand around their machine, all equally near", () => {
  const nodes = Array.from({ length: 14 }, (_, i) => ({ id: i + 1, kind: i < 2 ? "hardware" : "service" }));
  const runs = nodes.slice(2).map(({ id }) => ({ type: "runs", from: 1, to: id }));
  const places = layout({ nodes, edges: [...runs, { type: "in_network", from: 1, to: 2 }] });
  const far = nodes.slice(2).map(({ id }) =>
    Math.hypot(places.get(id).x - places.get(1).x, places.get(id).y - places.get(1).y)
  );
  assert.ok(Math.max(...far) / Math.min(...far) < 1.25, `${Math.min(...far)} to ${Math.max(...far)}`);
});

test("the same input gives the same picture, in any order", () => {
  const { nodes, edges } = lab(14, 2, 2);
  const one = layout({ nodes, edges });
  const two = layout({ nodes: [...nodes].reverse(), edges: [...edges].reverse() });
  for (const [id, place] of one) assert.deepEqual(two.get(id), place);
});

test("a saved place stays exactly where it is", () => {
  const { nodes, edges } = lab(6, 2, 1);
  nodes[3] = { ...nodes[3], x: 900, y: -400, pinned: true };
  assert.deepEqual(layout({ nodes, edges }).get(nodes[3].id), { x: 900, y: -400 });
});

test("moving one node leaves the others as they were", () => {
  const { nodes, edges } = lab(6, 2, 1);
  const before = layout({ nodes, edges });
  const moved = nodes.map((node) => (node.id === 4 ? { ...node, x: 900, y: -400, pinned: true } : node));
  const after = layout({ nodes: moved, edges });
  for (const [id, place] of before) if (id !== 4) assert.deepEqual(after.get(id), place);
});

test("a newcomer sits next to its machine and nobody else moves", () => {
  const { nodes, edges } = lab(6, 2, 1);
  const before = layout({ nodes, edges });
  const machine = nodes.find(({ role }) => role === "server").id;
  const after = layout({
    nodes: [...nodes, { id: 999, kind: "service" }],
    edges: [...edges, { type: "runs", from: machine, to: 999 }],
    known: [...before],
  });
  for (const [id, place] of before) assert.deepEqual(after.get(id), place);
  const [a, b] = [after.get(machine), after.get(999)];
  assert.ok(Math.hypot(a.x - b.x, a.y - b.y) < 300);
});

test("a newcomer without relatives gets a place of its own", () => {
  const { nodes, edges } = lab(2, 1, 1);
  const before = layout({ nodes, edges });
  const after = layout({ nodes: [...nodes, { id: 999, kind: "misc_item" }], edges, known: [...before] });
  assert.ok(closest(after) > 60);
});

test("unconnected nodes stand in rows below", () => {
  const places = layout({ nodes: Array.from({ length: 9 }, (_, i) => ({ id: i + 1, kind: "misc_item" })), edges: [] });
  assert.ok(closest(places) >= 100);
});

test("nothing in, nothing out", () => {
  assert.equal(layout({ nodes: [], edges: [] }).size, 0);
});

test("3,700 nodes settle in a few seconds without overlap", () => {
  const input = lab(200, 5, 2.5);
  const started = performance.now();
  const places = layout(input);
  const took = performance.now() - started;
  assert.ok(input.nodes.length > 3500);
  assert.ok(took < 8000, `${took} ms`);
  assert.ok(closest(places) > 30, `closest ${closest(places)}`);
});

test("a guest hangs from its machine, not from its network", () => {
  const nodes = [1, 2, 3].map((id) => ({ id, kind: id === 3 ? "network" : "hardware" }));
  const edges = [{ type: "in_network", from: 2, to: 3 }, { type: "in_network", from: 1, to: 3 }, {
    type: "hosts",
    from: 1,
    to: 2,
  }];
  const [tree] = spanningTrees(nodes, edges);
  const guests = [...tree.children].find(([, children]) => children.includes(2))?.[0];
  assert.equal(guests ?? tree.root, 1);
});

test("a tree's circles keep apart", () => {
  const { nodes, edges } = lab(30, 3, 4);
  const [tree] = spanningTrees(nodes, edges);
  assert.ok(closest(balloon(tree, 100)) > 55);
});

test("far bodies as one push nearly as each alone", () => {
  const n = 400;
  const x = Float64Array.from({ length: n }, (_, i) => Math.cos(i * 2.4) * Math.sqrt(i) * 40);
  const y = Float64Array.from({ length: n }, (_, i) => Math.sin(i * 2.4) * Math.sqrt(i) * 40);
  const mass = new Float64Array(n).fill(1);
  const tree = new QuadTree(n);
  tree.build(x, y, mass, n);
  const [exact, rough] = [0, 0.9].map((theta) => {
    const [vx, vy] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i += 1) tree.push(i, x, y, vx, vy, 900, 1e9, theta);
    return Math.hypot(vx[50], vy[50]);
  });
  assert.ok(Math.abs(exact - rough) / exact < 0.1, `${exact} ${rough}`);
});

test("bodies at one place do not hang the tree", () => {
  const tree = new QuadTree(50);
  const same = new Float64Array(50).fill(3);
  tree.build(same, same, new Float64Array(50).fill(1), 50);
  assert.equal(tree.mass[0], 50);
});

test("many machines in a mesh stay within reach, however deep the tree", () => {
  const nodes = [];
  const edges = [];
  for (let n = 1; n <= 300; n += 1) {
    nodes.push({ id: n, kind: "hardware" });
    edges.push({ id: `connection:${n}`, type: "connection", from: n, to: (n % 300) + 1 });
    edges.push({ id: `connection:x${n}`, type: "connection", from: n, to: ((n * 7 + 3) % 300) + 1 });
    for (const guest of [n * 10 + 1000, n * 10 + 1001]) {
      nodes.push({ id: guest, kind: "compute_unit" });
      edges.push({ id: `hosts:${guest}`, type: "hosts", from: n, to: guest });
    }
  }

  const places = layout({ nodes, edges });

  const farthest = Math.max(...[...places.values()].map(({ x, y }) => Math.hypot(x, y)));
  assert.ok(farthest < 104 * 5 * Math.sqrt(nodes.length), `${farthest}`);
});
