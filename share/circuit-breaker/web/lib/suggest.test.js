import assert from "node:assert/strict";
import { test } from "node:test";

import { plainWords, written } from "./query.js";
import { completed, subjectsOf, subjectsOfAll, suggestionsFor, valueBegun, whole } from "./suggest.js";

const kind = {
  name: "hardware",
  fields: [
    { name: "role", label: "Role", type: "choice", choices: [{ value: "switch", label: "Switch" }, { value: "nas", label: "NAS" }] },
    { name: "vendor", label: "Vendor", type: "text", suggestions: ["Dell", "TP-Link", "Raspberry Pi"] },
    { name: "rack_id", label: "Rack", type: "reference", references: ["rack"] },
    { name: "memory_mb", label: "Memory", type: "integer" },
    { name: "is_full_depth", label: "Full depth", type: "boolean" },
  ],
};
const subjects = subjectsOf(kind, { tags: ["prod", "old stuff"], label: (name) => name.toUpperCase() });
const offered = (text, names) => suggestionsFor(text, subjects, names).map(({ insert }) => insert);

test("fields are completed by name and by label, with the sign in front", () => {
  assert.deepEqual(offered("ro"), ["role:"]);
  assert.deepEqual(offered("nas -me"), ["-memory_mb:"]);
  assert.deepEqual(offered("ful"), ["is_full_depth:"]);
  assert.deepEqual(offered("(ra"), ["rack:"]);
  assert.ok(offered("").length === 8);
  assert.ok(subjects.some(({ name }) => name === "vlan") && subjects.some(({ name }) => name === "updated"));
});

test("values are completed, also behind a comma and in quotes, and written as they have to be", () => {
  assert.deepEqual(offered("role:s"), ["role:switch ", "role:nas "]);
  assert.deepEqual(offered("nas role:switch,n"), ["role:switch,nas "]);
  assert.deepEqual(offered("vendor:rasp"), ['vendor:"Raspberry Pi" ']);
  assert.deepEqual(offered('vendor:"rasp'), ['vendor:"Raspberry Pi" ']);
  assert.deepEqual(offered("tag:"), ["tag:prod ", 'tag:"old stuff" ']);
  assert.deepEqual(offered("is_full_depth:"), ["is_full_depth:yes ", "is_full_depth:no "]);
  assert.deepEqual(offered("rack:2", ["rack 2", "rack 20"]), ['rack:"rack 2" ', 'rack:"rack 20" ']);
  assert.deepEqual(offered("role:switch"), []);
  assert.equal(valueBegun("rack:ra", subjects)?.subject.field?.type, "reference");
  assert.equal(valueBegun("nothing:x", subjects), null);
});

test("a value is found by what it is called too, and says so", () => {
  const role = { name: "role", label: "Role", type: "choice", choices: [{ value: "access_point", label: "Zugangspunkt" }] };
  const words = subjectsOf({ fields: [role] }, {
    status: (value) => value === "down" ? "Ausgefallen" : "",
  });
  const offer = (text) => suggestionsFor(text, words).map(({ insert, hint }) => [insert, hint]);
  assert.deepEqual(offer("role:zug"), [["role:access_point ", "Zugangspunkt"]]);
  assert.deepEqual(offer("role:acc"), [["role:access_point ", "Zugangspunkt"]]);
  assert.deepEqual(offer("status:ausge"), [["status:down ", "Ausgefallen"]]);
  const netz = { name: "role", label: "Role", type: "choice", choices: [{ value: "web", label: "Netz" }] };
  const both = subjectsOfAll([kind, { name: "service", fields: [netz] }]);
  assert.deepEqual(suggestionsFor("role:", both).map(({ hint }) => hint), ["", "", "Netz"], "nothing is said twice");
});

test("what is taken replaces what was begun, and nothing else", () => {
  assert.equal(completed("nas ro", "role:"), "nas role:");
  assert.equal(completed("nas -role:s", "-role:switch "), "nas -role:switch ");
  assert.equal(completed('a vendor:"ras', 'vendor:"Raspberry Pi" '), 'a vendor:"Raspberry Pi" ');
  assert.equal(completed("(role:switch,n", "role:switch,nas "), "(role:switch,nas ");
  assert.equal(completed("status:up ro", "role:"), "status:up role:");
});

test("a field without its value is not asked yet", () => {
  assert.equal(whole("role:", subjects), "");
  assert.equal(whole("nas -role:", subjects), "nas");
  assert.equal(whole("role:s", subjects), "role:s");
  assert.equal(whole("role:switch,", subjects), "role:switch,");
  assert.equal(whole(" nothing: ", subjects), "nothing:");
});

test("a name that was typed is words, not language", () => {
  assert.equal(plainWords('sw-1 (old) "x" x:y OR -y'), "sw-1  old   x  x y or y");
  assert.equal(plainWords("00:1b:21"), "00:1b:21");
  assert.equal(written("Dell"), "Dell");
  assert.equal(written("a, b"), '"a, b"');
  assert.equal(written('5" disk'), '"5\\" disk"');
  assert.equal(written(">5"), '">5"');
});

test("several kinds offer each field once, with the values of all", () => {
  const service = { name: "service", fields: [{ name: "role", label: "Role", type: "choice", choices: [{ value: "web", label: "Web" }] }] };
  const both = subjectsOfAll([kind, service]);
  assert.equal(both.filter(({ name }) => name === "role").length, 1);
  assert.deepEqual(suggestionsFor("role:", both).map(({ label }) => label), ["switch", "nas", "web"]);
  assert.ok(both.some(({ name }) => name === "vendor"));
});
