import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { configureApi } from "./api.js";
import { readPref, writePref } from "./prefs.js";
import { offsetOf, timezones } from "./region.js";
import { Session } from "./session.js";
import { computed, Signal } from "./signal.js";

let answer;

beforeEach(() => configureApi({ fetch: async () => answer() }));

const json = (status, body) => () => new Response(JSON.stringify(body), { status });

test("a session knows who and what they may", async () => {
  answer = json(200, { user: { id: 1, email: "a@b" }, permissions: ["inventory.view"] });
  const session = new Session();
  await session.load();
  assert.deepEqual([session.user.id, session.may("inventory.view"), session.may("inventory.edit")], [1, true, false]);
});

test("nobody signed in is not an error", async () => {
  answer = json(401, { code: "unauthenticated", message: "Sign in." });
  const session = new Session();
  assert.equal(await session.load(), null);
  assert.deepEqual([session.user, session.may("inventory.view"), await session.check()], [null, false, false]);
});

test("a daemon that is not set up, or away, is told apart from nobody", async () => {
  answer = json(403, { code: "setup_needed", message: "Set up." });
  await assert.rejects(new Session().load(), (error) => error.code === "setup_needed");
  answer = () => {
    throw new TypeError("away");
  };
  assert.equal(await new Session().check(), true);
});

test("a signal tells its readers, once per change, until they leave", () => {
  const signal = new Signal(1), end = new AbortController(), seen = [];
  signal.watch((value) => seen.push(value), end.signal);
  signal.set(1);
  signal.set(2);
  end.abort();
  signal.set(3);
  assert.deepEqual(seen, [1, 2]);
});

test("a reader that changes the readers does not break the round", () => {
  const signal = new Signal(0), seen = [], end = new AbortController();
  signal.watch((value) => value === 1 && end.abort());
  signal.watch((value) => seen.push(value), end.signal);
  signal.set(1);
  signal.set(2);
  assert.deepEqual(seen, [0, 1]);
});

test("a computed signal follows its sources", () => {
  const a = new Signal(1), b = new Signal(2), sum = computed([a, b], () => a.current + b.current);
  a.set(5);
  assert.equal(sum.current, 7);
});

test("choices are kept even without a storage", () => {
  writePref("x", [1]);
  assert.deepEqual(readPref("x", null), [1]);
  assert.equal(readPref("y", "fallback"), "fallback");
});

test("zones are known with their offset", () => {
  assert.ok(timezones().includes("UTC"));
  assert.match(offsetOf("Asia/Kolkata"), /05:30/);
  assert.equal(offsetOf("No/Where"), "");
});
