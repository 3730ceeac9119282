import assert from "node:assert/strict";
import { test } from "node:test";

import { fitOf, fittingItems } from "./palette.js";
import { Marks } from "./table.marks.js";
import { fitting, moved, nextSort, parseSort, scrolledTo, sortedBy, sortParameter, windowOf } from "./table.model.js";

test("only rows in sight are drawn, whatever there is", () => {
  const { first, last } = windowOf({ top: 180_000, height: 720, count: 10_000 });
  assert.ok(first > 4_980 && last < 5_040 && last - first < 60);
  assert.deepEqual(windowOf({ top: 0, height: 720, count: 3 }), { first: 0, last: 3 });
  assert.deepEqual(windowOf({ top: 99_999, height: 720, count: 0 }), { first: 0, last: 0 });
});

test("keys move within the rows", () => {
  assert.equal(moved("j", -1, 5, 3), 0);
  assert.equal(moved("k", 0, 5, 3), 0);
  assert.equal(moved("PageDown", 3, 5, 3), 4);
  assert.equal(moved("End", 0, 5, 3), 4);
  assert.equal(moved("q", 0, 5, 3), null);
  assert.equal(moved("j", 0, 0, 3), null);
});

test("a row is scrolled into sight and not further", () => {
  assert.equal(scrolledTo(0, 100, 360), 0);
  assert.equal(scrolledTo(5, 0, 360), 0);
  assert.equal(scrolledTo(10, 0, 360), 36);
});

test("sorting goes up, then down, and through the address", () => {
  const up = nextSort(null, "name");
  assert.deepEqual([up, nextSort(up, "name"), nextSort(up, "role")], [{ id: "name", descending: false }, {
    id: "name",
    descending: true,
  }, { id: "role", descending: false }]);
  assert.deepEqual(parseSort(sortParameter({ id: "name", descending: true })), { id: "name", descending: true });
});

test("names with numbers sort as people count, and nothing comes last", () => {
  const rows = ["nas-10", "nas-2", null, "NAS-1"].map((name) => ({ name }));
  assert.deepEqual(sortedBy(rows, ({ name }) => name, false).map(({ name }) => name), [
    "NAS-1",
    "nas-2",
    "nas-10",
    null,
  ]);
  assert.equal(sortedBy(rows, ({ name }) => name, true)[3].name, null);
});

test("columns give way on narrow screens", () => {
  assert.deepEqual(fitting([{ id: "a" }, { id: "b", from: 700 }], 390).map(({ id }) => id), ["a"]);
});

test("the palette puts the best fit first", () => {
  assert.deepEqual(["hardware", "my hardware", "oldhardware", "h-a-r-d", "rack"].map((label) => fitOf(label, "hard")), [
    0,
    1,
    2,
    3,
    null,
  ]);
  assert.deepEqual(
    fittingItems([{ label: "Storage" }, { label: "Racks" }, { label: "Map" }], "ra").map(({ label }) => label),
    ["Racks", "Storage"],
  );
});

test("marks: one, a range to it, all and none", () => {
  let told = 0;
  const marks = new Marks(({ id }) => id, () => void (told += 1));
  // The fourth is not loaded yet.
  const rows = [{ id: 1 }, { id: 2 }, { id: 3 }, undefined, { id: 5 }];
  marks.toggle(rows, 1);
  assert.deepEqual([...marks.selected], [2]);
  marks.toggle(rows, 4, true);
  assert.deepEqual([...marks.selected], [2, 3, 5]);
  marks.toggle(rows, 2);
  assert.deepEqual([marks.has(rows[2]), marks.has(rows[4])], [false, true]);
  marks.toggle(rows, 0, true);
  assert.deepEqual([...marks.selected].sort(), [1, 2, 3, 5]);
  marks.clear();
  marks.toggle(rows, 4, true);
  assert.deepEqual([[...marks.selected], told], [[5], 6]);
});

test("a window of taller rows has fewer of them", () => {
  assert.deepEqual(windowOf({ top: 5_800, height: 580, count: 1_000, rowHeight: 58, margin: 2 }), { first: 98, last: 112 });
});
