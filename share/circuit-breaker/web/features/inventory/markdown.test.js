import assert from "node:assert/strict";
import { test } from "node:test";

import { same } from "../../lib/form.js";
import { changedFields } from "./history.model.js";
import { blocks, inline, isSafe } from "./markdown.model.js";

test("notes: headings, lists, code and quotes", () => {
  const found = blocks(
    "# Boot\nPress **F2**\nthen wait\n\n- one\n- two\n\n```\nrm -rf <x>\n```\n> careful\n1. a\n2. b",
  );
  assert.deepEqual(found.map(({ type }) => type), ["heading", "paragraph", "list", "code", "quote", "list"]);
  assert.equal(found[3].text, "rm -rf <x>");
  assert.equal(found[5].ordered, true);
});

test("an open code block runs to the end", () => {
  assert.deepEqual(blocks("```\nabc"), [{ type: "code", text: "abc" }]);
});

test("links that would run something stay text", () => {
  assert.ok(!isSafe("javascript:alert(1)") && !isSafe("//evil") && isSafe("/hardware/7"));
  assert.deepEqual(inline("[x](javascript:alert(1))").some(({ type }) => type === "link"), false);
  assert.deepEqual(inline("see https://nas.lan/x now")[1], {
    type: "link",
    text: "https://nas.lan/x",
    href: "https://nas.lan/x",
  });
});

test("history shows what changed and not what always changes", () => {
  const changes = changedFields({ name: "a", role: null, tags: [], revision: 1 }, {
    name: "b",
    role: "nas",
    tags: [],
    revision: 2,
  }, same);
  assert.deepEqual(changes, [{ name: "name", from: "a", to: "b" }, { name: "role", from: null, to: "nas" }]);
  assert.deepEqual(changedFields({ name: "a" }, null, same), []);
});
