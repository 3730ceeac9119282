import assert from "node:assert/strict";
import { test } from "node:test";

import { isCurrent, placesFor } from "./nav.js";
import { skyOf } from "./weather.model.js";

test("a place is current for everything below it, not for its namesakes", () => {
  assert.ok(isCurrent("/hardware", "/hardware/7"));
  assert.ok(!isCurrent("/hardware", "/hardware-lists"));
});

test("people see only the places they may open", () => {
  const viewer = { may: (permission) => permission === "inventory.view" };
  assert.ok(placesFor(viewer).some(({ href }) => href === "/hardware"));
  assert.ok(!placesFor(viewer).some(({ href }) => href === "/audit"));
});

test("weather codes become a word and a picture", () => {
  assert.deepEqual([0, 2, 3, 45, 61, 75, 80, 86, 95].map((code) => skyOf(code).word), [
    "clear",
    "partly",
    "cloudy",
    "fog",
    "rain",
    "snow",
    "rain",
    "snow",
    "storm",
  ]);
});
