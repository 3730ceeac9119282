import assert from "node:assert/strict";
import { test } from "node:test";

import { noFilter } from "./filter.model.js";
import { draftOf, drawnOf, neighbours, pictureOf, secretOf } from "./share.model.js";

test("a link is asked for with what the page shows, and nothing that was not said", () => {
  const filter = { ...noFilter, kind: ["network"], q: " lan " };
  assert.deepEqual(draftOf({ label: "Ada", hours: "168", hide_names: true }, 3, filter), {
    label: "Ada",
    expires_in_hours: 168,
    map: 3,
    hide: ["names"],
    filter: { kind: ["network"], q: "lan" },
  });
  const whole = draftOf({ label: "Ada", hours: 24, part: "whole" }, null, filter);
  assert.deepEqual(whole, { label: "Ada", expires_in_hours: 24, hide: [] });
  assert.equal("filter" in draftOf({ label: "x", hours: 24 }, 1, noFilter), false);
});

test("the secret is what stands behind the mark, also when it was mangled", () => {
  assert.equal(secretOf("#abc"), "abc");
  assert.equal(secretOf("#abc%20"), "abc");
  assert.equal(secretOf("#%E0%A4%A"), "");
  assert.equal(secretOf(""), "");
});

test("hidden names are numbers of their kind, and lines without ends are not drawn", () => {
  const { nodes, edges, places } = pictureOf({
    nodes: [
      { id: 1, kind: "hardware", number: 4, x: 1, y: 2 },
      { id: 2, kind: "network", name: "lan", x: 3, y: 4 },
    ],
    edges: [{ id: "a", from: 1, to: 2 }, { id: "b", from: 1, to: 9 }],
  }, (kind) => kind.toUpperCase());
  assert.deepEqual(nodes.map(({ name }) => name), ["HARDWARE 4", "lan"]);
  assert.deepEqual(edges.map(({ id }) => id), ["a"]);
  assert.deepEqual(places.get(2), { x: 3, y: 4 });
});

test("neighbours go both ways", () => {
  const beside = neighbours([{ from: 1, to: 2 }, { from: 3, to: 1 }]);
  assert.deepEqual([...beside(1)], [2, 3]);
  assert.deepEqual([...beside(2)], [1]);
  assert.deepEqual([...beside(7)], []);
});

test("titles stand over their boundaries; a boundary without one is a line and no word", () => {
  const corners = [{ x: -10, y: 5 }, { x: 30, y: -7 }, { x: 30, y: 40 }];
  const { hulls, words } = drawnOf({
    boundaries: [{ title: "Rack", colour: "teal", corners }, { colour: "blue", corners }],
    labels: [{ text: "Cellar", colour: "grey", x: 1, y: 2 }],
  });
  assert.equal(hulls.length, 2);
  assert.deepEqual(words, [
    { text: "Rack", colour: "teal", isLabel: false, x: 10, y: -7 },
    { text: "Cellar", colour: "grey", isLabel: true, x: 1, y: 2 },
  ]);
});
