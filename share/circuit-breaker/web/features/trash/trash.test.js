import assert from "node:assert/strict";
import { test } from "node:test";

import { each } from "./trash.api.js";
import { applyTrashEvent, inOrder, withThem } from "./trash.model.js";

const item = (id) => ({ id, kind: "hardware", name: `nas-${id}`, deleted_at: "2026-11-24T00:00:00.000Z" });
const now = () => "2026-11-24T01:00:00.000Z";

test("what is restored or removed for good leaves the trash", () => {
  for (const verb of ["restored", "purged"]) {
    assert.deepEqual(
      applyTrashEvent([item(1), item(2)], { subject: `inventory.hardware.${verb}`, payload: { id: 1 } }, now),
      [item(2)],
    );
  }
});

test("what is deleted comes in at the top, once", () => {
  const event = { subject: "inventory.rack.deleted", payload: { id: 9, name: "left" } };
  const after = applyTrashEvent([item(1)], event, now);
  assert.deepEqual(after[0], { id: 9, name: "left", kind: "rack", deleted_at: now() });
  assert.equal(applyTrashEvent(after, event, now), after);
});

test("other events leave the very same list", () => {
  const items = [item(1)];
  assert.equal(applyTrashEvent(items, { subject: "inventory.hardware.changed", payload: { id: 1 } }, now), items);
});

test("one refusal does not stop the others", async () => {
  const result = await each([item(1), item(2), item(3)], async (id) => {
    if (id === 2) throw Object.assign(new Error("Its name is taken."), { status: 409 });
    if (id === 3) throw Object.assign(new Error("gone"), { status: 404 });
  });
  assert.deepEqual([result.done.map(({ id }) => id), result.failed.map(({ item: { id } }) => id)], [[1, 3], [2]]);
});

test("what went with something goes its way, owners first when they come back and last when they go for good", () => {
  const item = (/** @type {number} */ id, /** @type {string} */ at, /** @type {any} */ root = null) => ({
    id, kind: "hardware", name: `n${id}`, deleted_at: `2026-01-01T00:00:0${at}Z`, deleted_with: root,
  });
  const port = item(1, "1"), machine = item(2, "2"), card = item(3, "2", { id: 2 }), other = item(4, "0", { id: 99 });
  const items = [machine, card, port, other];
  const numbers = (/** @type {{ first: any[], along: any[] }} */ { first, along }) => [first.map(({ id }) => id), along.map(({ id }) => id)];

  assert.deepEqual(numbers(inOrder(items, "purge")), [[4, 1, 2], [3]]);
  assert.deepEqual(numbers(inOrder(items, "restore")), [[2, 1, 4], [3]]);
  assert.deepEqual(withThem([card], [machine]).map(({ id }) => id), [2, 3]);
  assert.deepEqual(withThem([card], [port]).map(({ id }) => id), [1]);
});
