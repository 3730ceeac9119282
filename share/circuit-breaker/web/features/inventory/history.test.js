import assert from "node:assert/strict";
import { test } from "node:test";

import { same } from "../../lib/form.js";
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
