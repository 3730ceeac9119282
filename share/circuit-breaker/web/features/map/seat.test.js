import assert from "node:assert/strict";
import { test } from "node:test";

import { graphFrom } from "./graph.model.js";
import { seated } from "./seat.model.js";

const graphOf = (ids, pairs) =>
  graphFrom({
    event_id: 1,
    nodes: ids.map((id) => ({ id })),
    edges: pairs.map(([from, to], at) => ({ id: `connection:${at}`, type: "connection", from, to })),
  });

test("newcomers sit beside their relatives, nobody covers anybody, and nobody else moves", () => {
  const ids = Array.from({ length: 60 }, (_, at) => at + 1);
  const places = new Map([[1, { x: 0, y: 0 }], [2, { x: 400, y: 0 }]]);
  const graph = graphOf(ids, ids.slice(2).map((id) => [id <= 30 ? 1 : id <= 40 ? 2 : id - 1, id]));

  const all = seated(graph, places);

  assert.equal(all.size, 60);
  assert.deepEqual([all.get(1), all.get(2)], [{ x: 0, y: 0 }, { x: 400, y: 0 }]);
  const points = [...all.values()];
  for (const [at, one] of points.entries()) {
    for (const two of points.slice(at + 1)) {
      assert.ok(Math.abs(one.x - two.x) >= 100 || Math.abs(one.y - two.y) >= 80, `${one.x} ${one.y} ${two.x} ${two.y}`);
    }
  }
  assert.ok(Math.hypot(all.get(3).x, all.get(3).y) < 200);
});

test("who knows nobody sits below, and who is gone is forgotten", () => {
  const all = seated(graphOf([1, 5, 6], [[5, 6]]), new Map([[1, { x: 10, y: 20 }], [9, { x: 0, y: 0 }]]));

  assert.deepEqual([...all.keys()].sort(), [1, 5, 6]);
  assert.ok(all.get(5).y >= 20);
  assert.ok(Math.hypot(all.get(6).x - all.get(5).x, all.get(6).y - all.get(5).y) < 200);
});

test("the same newcomers get the same places, in whatever order they came", () => {
  const places = new Map([[1, { x: 0, y: 0 }]]);
  const edges = [[1, 2], [1, 3], [3, 4]];

  const one = seated(graphOf([1, 2, 3, 4], edges), places);
  const two = seated(graphOf([4, 3, 2, 1], edges), places);

  for (const id of [2, 3, 4]) assert.deepEqual(one.get(id), two.get(id));
});
