import assert from "node:assert/strict";
import { test } from "node:test";

import { backTo } from "./sign-in.model.js";

test("after signing in one is where one wanted to be", () => {
  assert.equal(backTo("/hardware/7?tab=history"), "/hardware/7?tab=history");
});

test("a link cannot lead to another site", () => {
  for (const bad of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "", null]) {
    assert.equal(backTo(bad), "/map");
  }
});

test("signing in does not lead back to signing in", () => {
  for (const bad of ["/sign-in", "/sign-in?return=/x", "/setup", "/"]) assert.equal(backTo(bad), "/map");
});
