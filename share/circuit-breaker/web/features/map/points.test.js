import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf, kindOf, kindsFrom, mapAddress, ranked, toggledKind } from "./points.model.js";

test("what stops as much shares a rank, and the next one counts on", () => {
  const rows = ranked([[9, 1], [4, 2], [4, 2], [4, 1], [1, 0]].map(([down, degraded]) => ({ down, degraded })));
  assert.deepEqual(rows.map(({ rank }) => rank), [1, 2, 2, 4, 5]);
  assert.deepEqual(ranked([]), []);
});

test("kinds come from the address and go back as they are chosen", () => {
  assert.deepEqual(kindsFrom(new URLSearchParams("kind=hardware,<b>,network")), ["hardware", "network"]);
  assert.deepEqual(kindsFrom(new URLSearchParams("")), []);
  assert.deepEqual(toggledKind(["a"], "b"), ["a", "b"]);
  assert.deepEqual(toggledKind(["a", "b"], "a"), ["b"]);
});

test("most first, and a chosen kind of which there is none can be let go", () => {
  const choices = choicesOf({ network: 1, hardware: 4, cluster: 1 }, ["service"]);
  assert.deepEqual(choices.map(({ kind, count }) => `${kind} ${count}`), ["hardware 4", "cluster 1", "network 1", "service 0"]);
});

test("a line is a connection, and the map is told what fails", () => {
  assert.equal(kindOf({ edge: "connection:4" }), "connection");
  assert.equal(kindOf({ kind: "network" }), "network");
  assert.equal(mapAddress("connection:4"), "/map?impact=connection%3A4");
});
