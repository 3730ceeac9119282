import assert from "node:assert/strict";
import { test } from "node:test";

import { byKind, marked, snippetWords, wantedWords } from "./search.model.js";

test("hits stand together by kind, the best kind first", () => {
  const hits = [{ kind: "service", id: 1 }, { kind: "hardware", id: 2 }, { kind: "service", id: 3 }];
  assert.deepEqual(byKind(hits).map(([kind, { length }]) => [kind, length]), [["service", 2], ["hardware", 1]]);
});

test("found words are marked, whatever their case", () => {
  assert.deepEqual(marked("Rack NAS nas", "nas rack").filter(({ isHit }) => isHit).map(({ text }) => text), [
    "Rack",
    "NAS",
    "nas",
  ]);
  assert.deepEqual(marked("abcd", "ab bc"), [{ text: "abc", isHit: true }, { text: "d", isHit: false }]);
  assert.deepEqual(marked("plain", ""), [{ text: "plain", isHit: false }]);
});

test("fields and what is left out are not marked", () => {
  assert.deepEqual(wantedWords('core role:switch -tag:old "rack 2" OR (nas 00:1b:21)'), ["core", "rack", "2", "nas", "00:1b:21"]);
});

test("what stands beside a hit says choices by their words", () => {
  /** @type {any} */
  const hardware = { fields: [{ name: "role", choices: [{ value: "access_point", label: "Access point" }] }, { name: "vendor" }] };
  assert.equal(snippetWords("access_point · Dell · 10.0.0.1", hardware), "Access point · Dell · 10.0.0.1");
  assert.equal(snippetWords(null, hardware), "");
  assert.equal(snippetWords("as · it is", null), "as · it is");
});
