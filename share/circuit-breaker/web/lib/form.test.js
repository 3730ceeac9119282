import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { changesOf, fromInput, groupsOf, problemOf, problemsOf, toInput } from "./form.js";
import { setMessages } from "./i18n.js";

before(() => setMessages("en", JSON.parse(readFileSync(new URL("../locales/en.json", import.meta.url), "utf8"))));

const field = (type, more = {}) => ({ name: "x", type, ...more });

test("what is typed becomes what the API wants", () => {
  assert.equal(fromInput(field("text"), "  nas "), "nas");
  assert.equal(fromInput(field("text"), "   "), null);
  assert.equal(fromInput(field("integer"), "12"), 12);
  assert.equal(fromInput(field("number"), "1,5"), 1.5);
  assert.equal(fromInput(field("integer"), "12a"), "12a");
  assert.equal(fromInput(field("reference"), "7"), 7);
  assert.deepEqual(fromInput(field("json"), '[{"port": 80}]'), [{ port: 80 }]);
  assert.equal(fromInput(field("password"), " x "), " x ");
});

test("a value and its input are each other's way back", () => {
  for (
    const [type, value] of [["text", "a"], ["integer", 0], ["boolean", false], ["json", { a: [1] }], ["tags", ["a"]], [
      "reference",
      null,
    ]]
  ) {
    assert.deepEqual(fromInput(field(type), toInput(field(type), value)), value);
  }
});

test("all problems are found at once, with sentences", () => {
  const fields = [{ name: "name", type: "text", required: true }, {
    name: "vlan",
    type: "integer",
    minimum: 1,
    maximum: 4094,
  }, { name: "ip", type: "ip" }];
  assert.deepEqual(Object.keys(problemsOf(fields, { name: null, vlan: 5000, ip: "10.0.0.256" })), [
    "name",
    "vlan",
    "ip",
  ]);
  assert.deepEqual(problemsOf(fields, { name: "a", vlan: 20, ip: null }), {});
});

test("a number that is none is told", () => {
  assert.match(problemOf(field("integer"), "12a"), /whole number/);
  assert.match(problemOf(field("integer"), 1.5), /whole number/);
  assert.match(problemOf(field("json"), "{a"), /JSON/);
});

test("fields may look at each other", () => {
  const again = {
    name: "again",
    type: "password",
    required: true,
    check: (value, values) => (value === values.password ? null : "Differs."),
  };
  assert.deepEqual(problemsOf([again], { password: "a", again: "b" }), { again: "Differs." });
});

test("a fixed field is neither judged nor sent", () => {
  const fixed = { name: "id", type: "integer", read_only: true, required: true };
  assert.deepEqual(problemsOf([fixed], {}), {});
  assert.deepEqual(changesOf([fixed], { id: 1 }, { id: 2 }), {});
});

test("only what changed is sent, and cleared is null", () => {
  const fields = ["a", "b", "c", "d"].map((name) => ({ name, type: name === "d" ? "boolean" : "text" }));
  assert.deepEqual(changesOf(fields, { a: "1", b: "2", d: null }, { a: "1", b: null, c: null, d: false }), { b: null });
});

test("lists and objects are compared by what they hold", () => {
  const fields = [{ name: "ports", type: "json" }];
  assert.deepEqual(changesOf(fields, { ports: [{ port: 80 }] }, { ports: [{ port: 80 }] }), {});
  assert.deepEqual(changesOf(fields, { ports: [{ port: 80 }] }, { ports: [{ port: 81 }] }), { ports: [{ port: 81 }] });
});

test("groups keep the order in which they appear", () => {
  assert.deepEqual(
    groupsOf([{ name: "a", group: "G" }, { name: "b" }, { name: "c", group: "G" }]).map((
      [name, all],
    ) => [name, all.length]),
    [["G", 2], ["", 1]],
  );
});

test("an untouched form has no changes, whatever its fields", () => {
  const fields = ["text", "boolean", "tags", "references", "reference", "json"].map((type) => ({ name: type, type }));
  const untouched = { text: null, boolean: false, tags: [], references: [], reference: null, json: null };
  assert.deepEqual(changesOf(fields, {}, untouched), {});
  assert.deepEqual(changesOf(fields, { text: "" }, untouched), {}, "the daemon may tell no text as an empty one");
});
