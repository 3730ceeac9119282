import assert from "node:assert/strict";
import { test } from "node:test";

import { orderedChecks } from "./health.model.js";

test("what needs a person stands first", () => {
  const checks = [{ id: "bus", severity: "ok" }, { id: "certificate", severity: "warning" }, {
    id: "audit",
    severity: "ok",
  }, { id: "database", severity: "critical" }];
  assert.deepEqual(orderedChecks(checks).map(({ id }) => id), ["database", "certificate", "audit", "bus"]);
});
