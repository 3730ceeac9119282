import assert from "node:assert/strict";
import { test } from "node:test";

import { COLOURS, bandAround, drawn, heard, hullAround, hullsOf, roleOf } from "./drawing.model.js";

const boundary = (more) => ({ id: 1, map: 1, kind: "boundary", text: "Rack", colour: "teal", grouping: null, x: 0, y: 0, revision: 1, members: [], ...more });
const places = new Map([[1, { x: 0, y: 0 }], [2, { x: 100, y: 0 }], [3, { x: 50, y: 80 }], [4, { x: 50, y: 20 }]]);
const placeOf = (id) => places.get(id) ?? null;
const isInside = (corners, { x, y }) =>
  corners.every((a, at) => {
    const b = corners[(at + 1) % corners.length];
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) >= -1e-6;
  });

test("a hull goes around every disc with room, and is convex", () => {
  const corners = hullAround([...places.values()]);
  for (const { x, y } of places.values()) {
    for (const [dx, dy] of [[0, 0], [40, 0], [-40, 0], [0, 40], [0, -40]]) assert.ok(isInside(corners, { x: x + dx, y: y + dy }));
  }
  assert.ok(!isInside(corners, { x: 160, y: 0 }));
  assert.equal(hullAround([{ x: 5, y: 5 }]).length, 16);
  assert.deepEqual(hullAround([]), []);
});

test("it follows its nodes, and forgets those that are not shown", () => {
  const [hull] = hullsOf([boundary({ members: [1, 2, 99] })], new Map(), placeOf);
  assert.equal(hull.title, "Rack");
  assert.equal(hull.middle, 50);
  assert.equal(hull.top, -46);
  assert.deepEqual(hullsOf([boundary({ members: [99] })], new Map(), placeOf), []);
});

test("a layout by group brings bands below what people drew, and no other layout does", () => {
  const known = [boundary({ id: 7, members: [1, 2] })];
  const groups = new Map([["lane", [{ id: 9, name: "servers", members: [1, 2, 3] }]]]);
  for (const layout of ["lanes", "clusters"]) {
    const hulls = hullsOf(drawn(known, layout), groups, placeOf);
    assert.deepEqual(hulls.map(({ title }) => title), ["servers", "Rack"]);
    // Nobody drew it, so nobody can change it.
    assert.equal(hulls[0].drawing.id, 0);
  }
  for (const layout of ["force", "tree", null]) assert.deepEqual(drawn(known, layout), known);
});

test("bands are rectangles: lanes as wide as the widest of them, blocks as wide as what is in them", () => {
  const groups = new Map([["lane", [{ id: 8, name: "a", members: [1, 2] }, { id: 9, name: "b", members: [3, 4] }]]]);
  const reach = (layout) => hullsOf(drawn([], layout), groups, placeOf).map(({ corners }) => [corners.map(({ x }) => x), corners.map(({ y }) => y)]
    .map((all) => [Math.min(...all), Math.max(...all)]));
  assert.deepEqual(reach("lanes"), [[[-46, 146], [-46, 66]], [[-46, 146], [-26, 146]]]);
  assert.deepEqual(reach("clusters"), [[[-46, 146], [-46, 66]], [[4, 96], [-26, 146]]]);
  const corners = bandAround([{ x: 0, y: 0 }, { x: 100, y: 50 }], { left: 0, right: 0 });
  assert.ok(isInside(corners, { x: 130, y: -30 }) && !isInside(corners, { x: 145, y: -45 }), "round corners");
});

test("groups have a hull each, with their own name, from two nodes on", () => {
  const groups = new Map([["network", [{ id: 7, name: "lan", members: [1, 2] }, { id: 8, name: "dmz", members: [3, 99] }]]]);
  const hulls = hullsOf([boundary({ grouping: "network" }), boundary({ id: 2, kind: "label" })], groups, placeOf);
  assert.deepEqual(hulls.map(({ key, title }) => [key, title]), [["1 7", "lan"]]);
});

test("what is told late or twice changes nothing", () => {
  const known = new Map();
  assert.ok(heard(known, "created", boundary({ revision: 2 })));
  assert.ok(!heard(known, "changed", boundary({ revision: 2, text: "again" })));
  assert.ok(!heard(known, "created", boundary({ revision: 1, text: "older" })));
  assert.equal(known.get(1).text, "Rack");
  assert.ok(heard(known, "deleted", boundary({})));
  assert.ok(!heard(known, "deleted", boundary({})));
});

test("every colour is a role of the theme", () => {
  assert.equal(Object.keys(COLOURS).length, 8);
  assert.equal(roleOf("teal"), "hue-network");
  assert.equal(roleOf("<script>"), "hue-misc");
});
