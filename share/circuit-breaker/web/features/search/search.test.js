import assert from "node:assert/strict";
import { test } from "node:test";

import { byKind, marked, wantedWords } from "./search.model.js";

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
