// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, groupsOf, severityOf, subjectOf, verdictOf } from "./go-live.model.js";

/** @param {string} id @param {any} state */
const line = (id, state) => ({ id, state, why: "", mend: null });

test("every line has a subject, unknown ones too", () => {
  assert.equal(subjectOf("access.anonymous.proxy"), "access");
  assert.equal(subjectOf("history.visible"), "history");
  assert.equal(subjectOf("clock.daemon"), "machine");
  assert.equal(subjectOf("something.new"), "machine");
});

test("the worst line of a subject stands first, and no line is lost", () => {
  const groups = groupsOf([
    line("files", "ok"), line("files", "bad"), line("disk", "warn"), line("vault", "unknown"), line("new", "ok"),
  ]);

  assert.deepEqual(groups.map(({ subject, worst }) => [subject, worst]), [["access", "unknown"], ["machine", "bad"]]);
  assert.deepEqual(groups[1].findings.map(({ state }) => state), ["bad", "warn", "ok", "ok"]);
});

test("the verdict is that of the worst line", () => {
  const at = "2026-11-29T01:00:00Z";
  assert.equal(verdictOf({ at: null, ok: true, findings: [] }), "never");
  assert.equal(verdictOf({ at, ok: true, findings: [line("a", "ok")] }), "fit");
  assert.equal(verdictOf({ at, ok: true, findings: [line("a", "ok"), line("b", "unknown")] }), "nearly");
  assert.equal(verdictOf({ at, ok: false, findings: [line("a", "warn"), line("b", "bad")] }), "bad");
  assert.deepEqual(countsOf([line("a", "ok"), line("b", "ok"), line("c", "bad")]), { bad: 1, warn: 0, unknown: 0, ok: 2 });
  assert.equal(severityOf("bad"), "failing");
});
