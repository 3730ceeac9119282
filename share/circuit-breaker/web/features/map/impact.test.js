import assert from "node:assert/strict";
import { test } from "node:test";

import { impactFrom, impactText, litBy, placesIn, statesOf, stepKey, stillOn } from "./impact.model.js";

const impact = {
  failed: ["1", "connection:9", "rack:20"],
  parts: [
    { failed: "1", nodes: [1], edges: [] },
    { failed: "connection:9", nodes: [], edges: ["connection:9"] },
    { failed: "rack:20", kind: "rack", name: "rack 1", nodes: [12, 13], edges: [] },
  ],
  counts: { down: 2, degraded: 1 },
  down: [2, 3],
  degraded: [4],
  affected: [{ id: 3, kind: "service", name: "web", state: "down", cut_off: true, path: [] }],
  is_complete: true,
};

test("the address keeps what fails, each once, and nothing else", () => {
  assert.deepEqual(impactFrom("3,connection:4,3,in_network:5-6,x:,<b>,"), ["3", "connection:4", "in_network:5-6"]);
  assert.deepEqual(impactFrom(null), []);
  assert.equal(impactFrom(Array.from({ length: 300 }, (_, at) => at + 1).join(",")).length, 100);
  assert.equal(impactText(["3", "hosts:4"]), "3,hosts:4");
  assert.equal(impactText([]), null);
});

test("what was deleted since is not asked about", () => {
  const graph = { nodes: new Map([[3, {}]]), edges: new Map([["connection:9", {}], ["in_network:5-6", {}]]) };
  const failed = ["3", "4", "9", "connection:9", "connection:8", "in_network:5-6", "rack:4", "rack:5", "cluster:4"];
  const there = ["3", "9", "connection:9", "in_network:5-6", "rack:4"];
  assert.deepEqual(stillOn(failed, graph, new Map([[4, "rack 1"]])), there);
});

test("racks, locations and interfaces are asked for by id", () => {
  assert.deepEqual(placesIn(["3", "rack:4", "cluster:5", "interface:6", "location:7", "rack:8-9"]), [4, 6, 7]);
});

test("each node is marked by the worst that is known of it", () => {
  assert.deepEqual([...statesOf(impact)], [[4, "degraded"], [2, "down"], [3, "cut_off"], [1, "failed"], [12, "failed"], [13, "failed"]]);
});

test("the ends of a line that failed stay lit", () => {
  const edges = [{ id: "connection:9", from: 7, to: 8 }, { id: "connection:5", from: 10, to: 11 }];
  assert.deepEqual([...litBy(impact, edges)].sort((a, b) => a - b), [1, 2, 3, 4, 7, 8, 12, 13]);
});

test("a step of several says how many are left", () => {
  assert.equal(stepKey({ from: 1, from_name: "a", to: 2, to_name: "b", reason: "power", left: 1, of: 2 }), "some");
  assert.equal(stepKey({ from: 1, from_name: "a", to: 2, to_name: "b", reason: "host", left: 0, of: 1 }), "one");
});
