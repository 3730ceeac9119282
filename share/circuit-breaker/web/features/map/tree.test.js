import assert from "node:assert/strict";
import { test } from "node:test";

import { spanningTrees } from "./tree.model.js";

test("a guest hangs from its machine, not from its network", () => {
  const nodes = [1, 2, 3].map((id) => ({ id, kind: id === 3 ? "network" : "hardware" }));
  const edges = [
    { type: "in_network", from: 2, to: 3 },
    { type: "in_network", from: 1, to: 3 },
    { type: "hosts", from: 1, to: 2 },
  ];
  const [tree] = spanningTrees(nodes, edges);
  const above = [...tree.children].find(([, children]) => children.includes(2))?.[0];
  assert.equal(above ?? tree.root, 1);
});

test("what hangs together is one tree, the largest first, whatever the order", () => {
  const nodes = [1, 2, 3, 4, 5].map((id) => ({ id, kind: "hardware" }));
  const edges = [[4, 5], [3, 4], [1, 2]].map(([from, to]) => ({ type: "connection", from, to }));
  const trees = spanningTrees(nodes, edges);
  assert.deepEqual(trees.map(({ members }) => members), [[3, 4, 5], [1, 2]]);
  assert.deepEqual(spanningTrees([...nodes].reverse(), [...edges].reverse()), trees);
});
