import assert from "node:assert/strict";
import { test } from "node:test";

import { bytes, duration, exactTime, initials, instantOf, percent, relativeTime, sentenceList, speed, wallTime } from "./format.js";
import { setMessages, t, tOr } from "./i18n.js";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const plain = (text) => text.replaceAll("\u00a0", " ");

test("times are told from now", () => {
  const ago = (text) => relativeTime(text, NOW);
  assert.equal(ago("2026-11-24T11:59:55Z"), "just now");
  assert.equal(ago("2026-11-24T11:57:00Z"), "3 minutes ago");
  assert.equal(ago("2026-11-23T11:00:00Z"), "yesterday");
  assert.equal(ago("2026-12-24T12:00:00Z"), "next month");
  assert.equal(ago(null), "—");
  assert.equal(ago("rubbish"), "—");
});

test("exact times name their zone", () => {
  assert.match(exactTime("2026-11-24T01:02:03.456Z", "Europe/Zurich"), /24 Nov 2026, 02:02:03 (CET|GMT\+1)/);
  assert.match(exactTime("2026-11-24T01:02:03.456Z", "No/Where"), /2026/);
});

test("sizes, speeds and durations have units", () => {
  assert.deepEqual([0, 1536, 8e12].map((value) => plain(bytes(value))), ["0 B", "1.5 KiB", "7.3 TiB"]);
  assert.deepEqual([100, 2500, 10_000].map((value) => plain(speed(value))), ["100 Mbit/s", "2.5 Gbit/s", "10 Gbit/s"]);
  assert.deepEqual([250, 1500, 90_000, 90_061_000].map((value) => plain(duration(value))), [
    "250 ms",
    "1.5 s",
    "1 min",
    "1 d 1 h",
  ]);
  assert.equal(plain(percent(7.25)), "7.3 %");
});

test("lists and names", () => {
  assert.equal(sentenceList(["a", "b", "c"]), "a, b and c");
  assert.deepEqual(["Ada Byron", "ada@lab.lan", "ada.byron@lab.lan", ""].map(initials), ["AB", "A", "AB", "?"]);
});

test("sentences are filled in and counted", () => {
  setMessages("en", { a: { hello: "Hello {name}", n: { one: "{n} thing", other: "{n} things" } } });
  assert.equal(t("a.hello", { name: "Ada" }), "Hello Ada");
  assert.deepEqual([t("a.n", { n: 1 }), t("a.n", { n: 2 })], ["1 thing", "2 things"]);
  assert.equal(t("a.missing"), "a.missing");
  assert.equal(tOr("a.missing", "x"), "x");
});

test("a time on the wall leads back to its instant, also around the change of the clocks", () => {
  for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"]) {
    for (const text of ["2026-03-29T00:59:59Z", "2026-03-29T01:30:00Z", "2026-07-01T23:30:00Z", "2026-10-25T03:30:00Z", "2026-12-31T23:59:59Z"]) {
      const instant = Date.parse(text);
      assert.equal(instantOf(wallTime(instant, zone), zone), instant, `${zone} ${text}`);
    }
  }
  assert.equal(wallTime(Date.parse("2026-11-24T23:30:00Z"), "Europe/Berlin"), "2026-11-25T00:30:00");
  assert.ok(Number.isNaN(instantOf("soon", "UTC")));
});
