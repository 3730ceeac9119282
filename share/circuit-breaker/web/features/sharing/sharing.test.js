import assert from "node:assert/strict";
import { test } from "node:test";

import { filterWords, mapAddress } from "./sharing.model.js";

test("a link leads its keeper to the same part of the map", () => {
  assert.equal(mapAddress({ map: 2, filter: {} }), "/map?map=2");
  assert.equal(mapAddress({ map: 2, filter: { kind: ["network", "cluster"], q: "a b" } }), "/map?map=2&kind=network%2Ccluster&q=a+b");
});

test("a filter is read as its values", () => {
  const word = (facet, value) => (facet === "kind" ? "Network" : value);
  assert.equal(filterWords({ kind: ["network"], tag: ["a", "b"], q: "x" }, word), "Network, a, b, x");
  assert.equal(filterWords({}, word), "");
});
