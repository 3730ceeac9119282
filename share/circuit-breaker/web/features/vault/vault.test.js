// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf } from "../../ui/key-card.js";
import { inCode, isRotating, keyState, mayRetire, progressOf, severityOf } from "./vault.model.js";

const key = {
  id: "a",
  version: 1,
  source: "data_file",
  in_use: true,
  held: true,
  values: 1,
  created_at: "",
  confirmed_at: null,
  retired_at: null,
};
/** @param {any} changes @returns {any} */
const vault = (changes = {}) => ({
  state: "unlocked",
  needs_confirmation: false,
  keys: [key],
  rotation: null,
  left: 0,
  ...changes,
});

test("a vault that is not open, or not whole, is a warning", () => {
  assert.equal(severityOf(vault()), "ok");
  assert.equal(severityOf(vault({ needs_confirmation: true })), "notice");
  for (const state of ["locked", "partly_locked", "uninitialised"]) assert.equal(severityOf(vault({ state })), "warning");
});

test("earlier keys go only when nothing is left under them", () => {
  const former = { ...key, id: "b", in_use: false };
  assert.equal(mayRetire(vault()), false);
  assert.equal(mayRetire(vault({ keys: [key, former] })), true);
  assert.equal(mayRetire(vault({ keys: [key, former], left: 1 })), false);
  assert.equal(mayRetire(vault({ keys: [key, former], rotation: { running: true } })), false);
  assert.equal(mayRetire(vault({ keys: [key, former], state: "locked" })), false);
  assert.equal(mayRetire(vault({ keys: [key, { ...former, retired_at: "2026" }] })), false);
});

test("progress is what is no longer left", () => {
  const running = vault({ rotation: { running: true, total: 10 }, left: 4 });
  assert.deepEqual(progressOf(running), { done: 6, total: 10 });
  assert.equal(isRotating(running), true);
  assert.deepEqual(progressOf(vault()), { done: 0, total: 0 });
});

test("a key says how it stands", () => {
  assert.equal(keyState(key), "in_use");
  assert.equal(keyState({ ...key, held: false }), "lost");
  assert.equal(keyState({ ...key, in_use: false }), "kept");
  assert.equal(keyState({ ...key, in_use: false, held: false }), "gone");
  assert.equal(keyState({ ...key, in_use: false, retired_at: "2026" }), "retired");
});

test("the key is shown in groups, none of it lost", () => {
  const shown = { id: "x", key: "A".repeat(43) + "=", group_length: 4, asked: [1, 6] };
  assert.equal(groupsOf(shown).length, 11);
  assert.equal(groupsOf(shown).join(""), shown.key);
});

test("what is to be typed stands out of the sentence", () => {
  assert.deepEqual(inCode("Put it back with `cb vault rekey-from FILE`; or ask."), [
    { text: "Put it back with ", isCode: false },
    { text: "cb vault rekey-from FILE", isCode: true },
    { text: "; or ask.", isCode: false },
  ]);
  assert.deepEqual(inCode("`cb`"), [{ text: "cb", isCode: true }]);
});
