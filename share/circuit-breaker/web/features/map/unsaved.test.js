import assert from "node:assert/strict";
import { test } from "node:test";

import { Unsaved } from "./unsaved.model.js";

const at = (id, x, y = 0) => ({ id, x, y, pinned: true });

test("others' word about what is on its way is older, and behind the echo it is newer", () => {
  const unsaved = new Unsaved();
  unsaved.put(at(1, 10));
  assert.equal(unsaved.heard(at(1, 5)), false);
  unsaved.take();
  assert.equal(unsaved.heard(at(1, 6)), false);
  assert.equal(unsaved.heard(at(1, 10)), true, "the echo itself is applied");
  assert.equal(unsaved.heard(at(1, 7)), true);
  assert.equal(unsaved.heard(at(2, 7)), true, "other nodes are not concerned");
});

test("what came in between is not forgotten when nothing is told back", () => {
  const unsaved = new Unsaved();
  unsaved.put(at(1, 10));
  const batch = unsaved.take();
  assert.equal(unsaved.overdue(batch), false);

  unsaved.put(at(1, 10));
  const again = unsaved.take();
  assert.equal(unsaved.heard(at(1, 3)), false);
  assert.equal(unsaved.overdue(again), true);
  assert.equal(unsaved.heard(at(1, 4)), true);
});

test("what did not arrive waits again, unless it was moved on meanwhile", () => {
  const unsaved = new Unsaved();
  unsaved.put(at(1, 10));
  unsaved.put(at(2, 20));
  const batch = unsaved.take();
  unsaved.put(at(2, 25));
  unsaved.failed(batch);

  assert.deepEqual(unsaved.take(), [at(2, 25), at(1, 10)]);
});

test("an older send that is told back late does not end the newer one", () => {
  const unsaved = new Unsaved();
  unsaved.put(at(1, 10));
  const first = unsaved.take();
  unsaved.put(at(1, 11));
  unsaved.take();
  assert.equal(unsaved.heard(at(1, 10)), false);
  assert.equal(unsaved.overdue(first), false);
  assert.deepEqual(unsaved.of(1), at(1, 11));
  assert.equal(unsaved.heard(at(1, 11)), true);
});

test("what is on its way is sent once more with what waits, each at its newest", () => {
  const unsaved = new Unsaved();
  unsaved.put(at(1, 10));
  unsaved.put(at(2, 20));
  unsaved.take();
  unsaved.put(at(2, 25));
  unsaved.again();

  assert.deepEqual(unsaved.take().sort((one, other) => one.id - other.id), [at(1, 10), at(2, 25)]);
});
