import assert from "node:assert/strict";
import { test } from "node:test";

import { same } from "../../lib/form.js";
import { looseText, pointedAt } from "../../lib/values.js";
import { changedFields } from "./history.model.js";

test("history shows what changed and not what always changes", () => {
  const changes = changedFields({ name: "a", role: null, tags: [], revision: 1 }, {
    name: "b",
    role: "nas",
    tags: [],
    revision: 2,
  }, same);
  assert.deepEqual(changes, [{ name: "name", from: "a", to: "b" }, { name: "role", from: null, to: "nas" }]);
  assert.deepEqual(changedFields({ name: "a" }, null, same), []);
});

test("history says what something points to, and what has no field", () => {
  /** @type {any[]} */
  const fields = [{ name: "rack_id", type: "reference" }, { name: "member_ids", type: "references" }, { name: "height", type: "integer" }];
  assert.deepEqual(pointedAt([null, { rack_id: 3, height: 9 }, { rack_id: 3, member_ids: [4, 5] }], fields), [3, 4, 5]);
  assert.equal(looseText(["sample-lab", "critical"]), "sample-lab, critical");
  assert.equal(looseText({ "Inventory number": "0117-B", Insured: true }), "Inventory number: 0117-B, Insured: true");
  assert.equal(looseText({ deep: [1] }), '{"deep":[1]}');
});
