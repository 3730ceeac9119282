import assert from "node:assert/strict";
import { test } from "node:test";

import { anchors, isSafe, steps, withoutTicks, withStep } from "../../ui/markdown.model.js";
import { arranged, changesOf, filledIn, foldersOf } from "./notes.model.js";

const note = (id, name, more = {}) => ({ id, name, type: "note", folder: null, is_pinned: false, ...more });

test("pinned, loose, by folder, templates last", () => {
  const all = [
    note(1, "b"), note(2, "a", { folder: "Net" }), note(3, "z", { is_pinned: true, folder: "Net" }),
    note(4, "t", { type: "template", is_pinned: true }), note(5, "note 10", { folder: "net" }), note(6, "note 9", { folder: "net" }),
  ];
  const { pinned, loose, folders, templates } = arranged(all);
  assert.deepEqual(pinned.map(({ id }) => id), [3]);
  assert.deepEqual(loose.map(({ id }) => id), [1]);
  assert.deepEqual(folders.map(({ name, notes }) => [name, notes.map(({ id }) => id)]), [["Net", [2]], ["net", [6, 5]]]);
  assert.deepEqual(templates.map(({ id }) => id), [4]);
  assert.deepEqual(foldersOf(all), ["Net", "net"]);
});

test("steps are lines of a list, not of a code block", () => {
  const text = "- [ ] one\n```\n- [ ] code\n```\n1. [x] two\n  * [X] three\n- [] none\n-[ ] none";
  assert.deepEqual(steps(text), [{ line: 0, done: false }, { line: 4, done: true }, { line: 5, done: true }]);
  assert.equal(withStep(text, 0, true).split("\n")[0], "- [x] one");
  assert.equal(withStep(text, 2, false).split("\n")[5], "  * [ ] three");
  assert.equal(withStep(text, 9, true), text);
  assert.deepEqual(steps(withoutTicks(text)).map(({ done }) => done), [false, false, false]);
});

test("only addresses that run nothing are links", () => {
  for (const href of ["https://a.example", "HTTP://a", "mailto:a@b", "ssh://nas", "/notes/1", "#top"]) assert.ok(isSafe(href), href);
  for (const href of ["javascript:alert(1)", " javascript:x", "data:text/html,x", "//evil", "/\\evil", "vbscript:x", "file:///x", "x.md", ""]) {
    assert.ok(!isSafe(href), href);
  }
});

test("a template fills in what it knows, and nothing else", () => {
  const values = { date: "2026-11-29", time: "10:00", author: "Ada", about: "nas-1" };
  assert.equal(filledIn("{date} {about} {author} {time} {other} {date", values), "2026-11-29 nas-1 Ada 10:00 {other} {date");
});

test("only what is different is sent; nothing and an empty text are the same", () => {
  const before = { name: "a", folder: null, tags: ["x"], notes: "text" };
  assert.deepEqual(changesOf(before, { name: "a", folder: "", tags: ["x"], notes: "text" }), {});
  assert.deepEqual(changesOf(before, { name: "b", folder: "F", tags: [], notes: "" }), { name: "b", folder: "F", tags: [], notes: "" });
});

test("headings are called as links of other programs call them", () => {
  assert.deepEqual(
    anchors(["Set up", "Set up", "1. What's new? (v2)", "日本語 見出し", "", "Set up", "a_b-c"]),
    ["set-up", "set-up-1", "1-whats-new-v2", "日本語-見出し", "", "set-up-2", "a_b-c"],
  );
});
