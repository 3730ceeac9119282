import assert from "node:assert/strict";
import { test } from "node:test";

import { expiryOf, isExpired, SCOPE_AREAS } from "./tokens.model.js";

test("a lifetime becomes an instant, none stays none", () => {
  assert.equal(expiryOf(30, 0), "1970-01-31T00:00:00.000Z");
  assert.equal(expiryOf(0), null);
});

test("a token ends at its instant", () => {
  assert.equal(isExpired({ expires_at: "2026-01-01T00:00:00.000Z" }, Date.parse("2026-01-01T00:00:00.000Z")), true);
  assert.equal(isExpired({ expires_at: null }), false);
});

test("no token can be given what belongs to persons only", () => {
  assert.ok(!SCOPE_AREAS.flatMap(([, scopes]) => scopes).includes("account.own"));
});
