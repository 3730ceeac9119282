import assert from "node:assert/strict";
import { test } from "node:test";

import { heard, MOST, signOf, word } from "./company.model.js";

test("people come, change and go, and what they let go of is named", () => {
  const first = heard(new Map(), { who: 3, name: "Ada", colour: 1, selected: [7], moving: [{ id: 7, x: 1, y: 2 }] });
  assert.deepEqual(first.peers.get(3), {
    who: 3,
    name: "Ada",
    colour: "blue",
    selected: [7],
    moving: [{ id: 7, x: 1, y: 2 }],
  });
  const both = heard(first.peers, { who: 4, name: "Bo", colour: 9, selected: [], moving: [{ id: 7, x: 5, y: 5 }] });
  assert.equal(both.peers.get(4).colour, "blue");
  assert.deepEqual(heard(both.peers, { who: 3, name: "Ada", selected: [7], moving: [] }).released, [], "Bo still holds it");
  assert.deepEqual(heard(first.peers, { who: 3, left: true }), { peers: new Map(), released: [7] });
});

test("a word is bounded and rounded", () => {
  const ids = Array.from({ length: 500 }, (_, at) => at + 1);
  const said = word(1, ids, [{ id: 1, x: 1.23456, y: -0.04 }]);
  assert.equal(said.selected.length, MOST);
  assert.deepEqual(said.moving, [{ id: 1, x: 1.2, y: -0 }]);
});

test("a sign is two letters, of any script, or a question mark", () => {
  assert.deepEqual(["Ada Lovelace", "root", "王 小明", "", "👩‍🔧 x"].map(signOf), ["AL", "R", "王小", "?", "👩X"]);
});
