import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsOf, isSameTime, litBy, marksOf, timeFrom, timeQuery, together, within } from "./time.model.js";

const of = (text) => timeFrom(new URLSearchParams(text));

test("the address says one moment, two, or now", () => {
  assert.equal(of("q=nas"), null);
  for (const text of ["yesterday", "0", "-1", "2026-02-30", "2026-13-01", "275760-09-13", "2026-11-24T"]) {
    assert.equal(of(`at=${text}`), null, text);
  }
  assert.deepEqual(of("at=2026-11-24T08:00:00Z"), { at: "2026-11-24T08:00:00.000Z", from: null, to: null });
  assert.deepEqual(of("at=2026-11-24&from=2026-11-20"), { at: null, from: "2026-11-20T00:00:00.000Z", to: null });
  assert.deepEqual(of("from=2026-11-24&to=2026-11-20"), of("from=2026-11-20&to=2026-11-24"));
  const both = of("from=2026-11-20&to=2026-11-24");
  assert.deepEqual(timeQuery(both), { at: null, from: "2026-11-20T00:00:00.000Z", to: "2026-11-24T00:00:00.000Z" });
  assert.ok(isSameTime(both, of("from=2026-11-20&to=2026-11-24")) && !isSameTime(both, null));
  assert.deepEqual(timeQuery(null), { at: null, from: null, to: null });
});

test("a step stays between the first moment and now", () => {
  assert.deepEqual([within(5, 10, 20), within(15, 10, 20), within(25, 10, 20)], [10, 15, 20]);
});

const field = { field: "hardware_id", label: "Runs on", is_place: true, before: 1, after: 2 };
const changes = {
  objects: [
    { id: 3, kind: "hardware", name: "old", change: "removed", on: 3, fields: [] },
    { id: 4, kind: "compute_unit", name: "guest", change: "moved", on: 4, fields: [field] },
    { id: 9, kind: "interface", name: "eth0", change: "added", on: 4, fields: [] },
    { id: 8, kind: "interface", name: "eth1", change: "added", on: 5, fields: [] },
  ],
  relations: [
    { id: "hosts:4", type: "hosts", from: 2, to: 4, from_name: "b", to_name: "guest", change: "moved", is_implied: true, fields: [] },
    { id: "connection:7", type: "connection", from: 2, to: 6, from_name: "b", to_name: "c", change: "added", is_implied: false, fields: [] },
  ],
};

test("a device is marked by what happened to it, or to what it has", () => {
  const marks = marksOf(changes);
  assert.deepEqual([...marks.nodes], [[3, "removed"], [4, "moved"], [5, "changed"]]);
  assert.equal(marks.edges.length, 2);
  assert.deepEqual(marks.ghosts, []);
  assert.deepEqual([...litBy(marks)].sort(), [2, 3, 4, 5, 6]);
});

test("a node that was moved leaves a ghost where it stood, if it had a place", () => {
  const place = (before) => ({ field: "place", label: "Place on the map", is_place: true, before, after: { x: 9, y: 9 } });
  const moved = (id, before) => ({ id, kind: "hardware", name: "", change: "moved", on: id, fields: [place(before)] });
  const marks = marksOf({ objects: [moved(1, { x: 3, y: -4 }), moved(2, null)], relations: [] });
  assert.deepEqual(marks.ghosts, [{ id: 1, x: 3, y: -4 }]);
  assert.deepEqual([...marks.nodes.values()], ["moved", "moved"]);
});

test("the list leaves out what follows from an object", () => {
  const groups = groupsOf(changes).map(({ verb, objects, relations }) => [verb, objects.length, relations.length]);
  assert.deepEqual(groups, [["removed", 1, 0], ["added", 2, 1], ["moved", 1, 0]]);
});

test("two moments make one picture, the later one over the earlier", () => {
  const node = (id, name) => ({ id, kind: "hardware", name });
  const edge = (id, from, to) => ({ id, type: "connection", from, to });
  const both = together(
    { nodes: [node(1, "a"), node(2, "gone")], edges: [edge("connection:5", 1, 2)] },
    { nodes: [node(1, "b"), node(3, "new")], edges: [edge("connection:6", 1, 3)] },
  );
  assert.deepEqual(both.nodes.map(({ name }) => name), ["b", "new", "gone"]);
  assert.deepEqual(both.edges.map(({ id }) => id), ["connection:6", "connection:5"]);
});
