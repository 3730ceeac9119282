import assert from "node:assert/strict";
import { test } from "node:test";
import {
  inputsOf, isConfirmed, partsOf, placeOf, readTime, runningOf, scheduleOf, scheduleValues, severityOf, shareOf, stateOf, timeOf,
} from "./backups.model.js";

const schedule = { rhythm: "weekly", every_hours: 6, hour: 4, minute: 5, weekdays: [2, 5], month_day: 31 };

test("a schedule goes through its form and back", () => {
  const values = scheduleValues("drill", schedule);
  assert.equal(values.drill_time, "04:05");
  assert.deepEqual(scheduleOf("drill", values, schedule), schedule);
  assert.deepEqual(scheduleOf("drill", { ...values, drill_weekday: "7" }, schedule).weekdays, [7]);
  assert.equal(scheduleOf("drill", { ...values, drill_time: "23:59" }, schedule).hour, 23);
  assert.equal(scheduleOf("drill", { ...values, drill_time: "nonsense" }, schedule).hour, 4);
});

test("times are read as people write them, and nothing else", () => {
  assert.deepEqual(readTime("2:30"), { hour: 2, minute: 30 });
  assert.deepEqual(readTime(" 23:59 "), { hour: 23, minute: 59 });
  for (const bad of ["24:00", "1:60", "1", "", null, "a:30"]) assert.equal(readTime(bad), null);
  assert.equal(timeOf({ ...schedule, hour: 0, minute: 0 }), "00:00");
});

test("each rhythm shows what it needs", () => {
  assert.deepEqual(inputsOf("daily"), ["time"]);
  assert.deepEqual(inputsOf("timer"), []);
  assert.deepEqual(inputsOf("monthly"), ["time", "day"]);
});

test("a backup is as good as its worst copy", () => {
  const copy = { target_id: 1, size: 1, verified_at: "2026-01-01T00:00:00Z", problem: null };
  assert.equal(stateOf({ copies: [copy], verified: true }), "verified");
  assert.equal(stateOf({ copies: [copy, { ...copy, problem: "cut off" }], verified: true }), "damaged");
  assert.equal(stateOf({ copies: [{ ...copy, verified_at: null }], verified: false }), "unverified");
});

test("progress is between 0 and 100, or unknown", () => {
  assert.equal(shareOf(null), null);
  assert.equal(shareOf({ phase: "writing", done: 5, total: null, note: null }), null);
  assert.equal(shareOf({ phase: "checking", done: 1, total: 3, note: null }), 33);
  assert.equal(shareOf({ phase: "checking", done: 9, total: 3, note: null }), 100);
});

test("only the whole name confirms a restore", () => {
  const backup = { name: "circuit-breaker-20260921T141320Z-3f2a91.cbbackup" };
  assert.ok(isConfirmed(` ${backup.name} `, backup));
  assert.ok(!isConfirmed("circuit-breaker", backup) && !isConfirmed("", backup));
});

test("the parts of an upload are the file, and go on where it broke off", () => {
  assert.deepEqual(partsOf(10, 4), [[0, 4], [4, 8], [8, 10]]);
  assert.deepEqual(partsOf(10, 4, 8), [[8, 10]]);
  assert.deepEqual(partsOf(8, 4, 8), []);
});

test("jobs and places have words", () => {
  assert.equal(runningOf([{ state: "done" }, { state: "running", id: 2 }]).id, 2);
  assert.equal(severityOf({ state: "failed" }), "error");
  assert.equal(placeOf({ kind: "s3", endpoint: "https://s3", bucket: "b", folder: "lab/" }), "https://s3/b/lab/");
  assert.equal(placeOf({ kind: "local" }), "");
});
