import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { forgetEarly, takeEarly } from "./early.js";

let read = 0;
const answer = (ok) => ({ ok, text: async () => void (read += 1) });
const ask = (url, response) => void (globalThis.early = new Map([[url, Promise.resolve(response)]]));

afterEach(() => delete globalThis.early);

test("an answer that was asked for early is used once", async () => {
  const one = answer(true);
  ask("/api/v1/kinds", one);
  assert.equal(await takeEarly("/api/v1/kinds", {}, 100), one);
  assert.equal(await takeEarly("/api/v1/kinds", {}, 100), null);
});

test("what was refused, is old, changes something or was for somebody else is asked for anew", async () => {
  ask("/a", answer(false));
  assert.equal(await takeEarly("/a", {}, 100), null);
  assert.equal(read, 1, "it is read to its end all the same");
  ask("/a", null);
  assert.equal(await takeEarly("/a", {}, 100), null);
  ask("/a", answer(true));
  assert.equal(await takeEarly("/a", { method: "POST" }, 100), null);
  assert.equal(await takeEarly("/b", {}, 100), null);
  assert.equal(await takeEarly("/a", {}, 20_000), null);
  ask("/a", answer(true));
  forgetEarly();
  assert.equal(await takeEarly("/a", {}, 100), null);
});

test("without anything asked early nothing is taken, and an aborted reader is told", async () => {
  assert.equal(await takeEarly("/a", {}, 100), null);
  ask("/a", answer(true));
  await assert.rejects(takeEarly("/a", { signal: AbortSignal.abort() }, 100), { name: "AbortError" });
});
