import assert from "node:assert/strict";
import { test } from "node:test";

import { differencesOf, parametersOf, placeOf, shownValue } from "./audit.model.js";

test("only what differs is shown, and how", () => {
  const rows = differencesOf({ name: "a", notes: null, cpu: "x", revision: 1 }, {
    name: "b",
    notes: "n",
    cpu: null,
    revision: 2,
  });
  assert.deepEqual(rows.map(({ field, kind }) => `${field} ${kind}`), ["cpu removed", "name changed", "notes added"]);
});

test("objects inside are compared by their own fields, lists as a whole", () => {
  const rows = differencesOf({ custom: { a: 1, b: 2 }, tags: ["x"] }, { custom: { a: 1, b: 3 }, tags: ["x", "y"] });
  assert.deepEqual(rows.map(({ field }) => field), ["custom.b", "tags"]);
});

test("a created thing shows everything it was made with", () => {
  assert.deepEqual(differencesOf(null, { name: "nas", revision: 1 }).map(({ field }) => field), ["name", "revision"]);
});

test("values read as one line", () => {
  assert.equal(shownValue(["a", "b"]), "a, b");
  assert.equal(shownValue([]), "—");
  assert.equal(shownValue(false), "no");
  assert.equal(shownValue(null), "—");
});

test("the last day of a filter counts whole", () => {
  const { from, to } = parametersOf(new URLSearchParams("from=2026-11-24&to=2026-11-24&actor="));
  assert.equal(new Date(to).getTime() - new Date(from).getTime(), 86_400_000 - 1);
});

test("an entry leads to what it is about", () => {
  const paths = new Map([["compute_unit", "compute-units"]]);
  assert.equal(placeOf({ entity: "compute_unit", entity_id: 7 }, paths), "/compute-units/7");
  assert.equal(placeOf({ entity: "user", entity_id: 2 }, paths), "/settings/users/2");
  assert.equal(placeOf({ entity: "settings", entity_id: null }, paths), null);
});
