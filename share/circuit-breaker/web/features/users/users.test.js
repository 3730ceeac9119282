import assert from "node:assert/strict";
import { test } from "node:test";

import { isLastAdmin, readablePassword, stateOf } from "./users.model.js";

const ada = { id: 1, role: "admin", active: true };
const grace = { id: 2, role: "editor", active: true };

test("a deactivated person is inactive, even while locked", () => {
  assert.equal(stateOf({ active: false, locked_until: "2999-01-01T00:00:00Z" }), "inactive");
});

test("a lock ends by itself", () => {
  const person = { active: true, locked_until: "2026-01-01T00:00:00Z" };
  assert.equal(stateOf(person, Date.parse("2025-12-31T23:59:00Z")), "locked");
  assert.equal(stateOf(person, Date.parse("2026-01-01T00:01:00Z")), "active");
});

test("the last active administrator is known", () => {
  assert.equal(isLastAdmin([ada, grace], ada), true);
  assert.equal(isLastAdmin([ada, grace, { id: 3, role: "admin", active: false }], ada), true);
  assert.equal(isLastAdmin([ada, { id: 3, role: "admin", active: true }], ada), false);
  assert.equal(isLastAdmin([ada, grace], grace), false);
});

test("a made password has four groups of letters that cannot be confused", () => {
  assert.match(readablePassword(), /^[a-km-zA-HJ-NP-Z2-9]{5}(-[a-km-zA-HJ-NP-Z2-9]{5}){3}$/);
  assert.notEqual(readablePassword(), readablePassword());
});
