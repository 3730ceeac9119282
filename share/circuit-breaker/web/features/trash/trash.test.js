import assert from "node:assert/strict";
import { test } from "node:test";

import { each } from "./trash.api.js";
import { applyTrashEvent } from "./trash.model.js";

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
