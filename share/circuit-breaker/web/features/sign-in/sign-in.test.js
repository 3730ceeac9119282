import assert from "node:assert/strict";
import { test } from "node:test";

import { backTo, codeKey, stepOf } from "./sign-in.model.js";

test("after signing in one is where one wanted to be", () => {
  assert.equal(backTo("/hardware/7?tab=history"), "/hardware/7?tab=history");
});

test("a link cannot lead to another site", () => {
  for (const bad of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "", null,
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example"]) {
    assert.equal(backTo(bad), "/map");
  }
});

test("signing in does not lead back to signing in", () => {
  for (const bad of ["/sign-in", "/sign-in?return=/x", "/setup", "/"]) assert.equal(backTo(bad), "/map");
});

test("the page shows the step the daemon waits for", () => {
  assert.equal(stepOf(null), "first");
  assert.equal(stepOf({ next: "second_factor", ways: ["totp"] }), "second_factor");
  assert.equal(stepOf({ user: { id: 1 }, permissions: [] }), "in");
});

test("the help at the code names what there is", () => {
  assert.equal(codeKey(["totp", "recovery_code"]), "code_help");
  assert.equal(codeKey(["totp"]), "code_help_app");
  assert.equal(codeKey(["passkey", "recovery_code"]), "code_help_recovery");
});
