import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { api, ApiError, configureApi, everything, pages, urlOf } from "./api.js";

let calls, answers, signedOut, setupNeeded;

function answer(status, body, headers = {}) {
  answers.push(new Response(body === null ? null : JSON.stringify(body), { status, headers }));
}

beforeEach(() => {
  calls = [];
  answers = [];
  signedOut = setupNeeded = 0;
  configureApi({
    fetch: async (url, init) => {
      calls.push({ url, ...init });
      return answers.shift();
    },
    signedOut: () => signedOut++,
    setupNeeded: () => setupNeeded++,
  });
});

test("a query leaves out what is empty and repeats lists", () => {
  assert.equal(
    urlOf("hardware", { q: "", tag: ["a", "b"], limit: 5, x: null }),
    "/api/v1/hardware?tag=a&tag=b&limit=5",
  );
});

test("a revision becomes If-Match, a body JSON", async () => {
  answer(200, { id: 1 });
  assert.deepEqual(await api.patch("hardware/1", { name: "a" }, { revision: 3 }), { id: 1 });
  assert.equal(calls[0].headers["if-match"], '"3"');
  assert.equal(calls[0].body, '{"name":"a"}');
  assert.equal(calls[0].headers["content-type"], "application/json");
});

test("an answer without a body is undefined", async () => {
  answer(204, null);
  assert.equal(await api.delete("hardware/1"), undefined);
});

test("a refusal carries everything the daemon said", async () => {
  answer(409, { code: "conflict", message: "Held.", fields: { ip: "Held." }, holders: [{ id: 2 }], request_id: "r1" });
  await assert.rejects(api.post("hardware", {}), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.code, error.fields.ip, error.holders[0].id, error.requestId], [
      409,
      "conflict",
      "Held.",
      2,
      "r1",
    ]);
    return true;
  });
});

test("too many tries say how long to wait", async () => {
  answer(429, { code: "too_many", message: "Wait." }, { "retry-after": "30" });
  await assert.rejects(api.get("x"), (error) => error.retryAfter === 30);
});

test("nobody signed in leads to the sign-in page, unless the caller wants to know", async () => {
  answer(401, { code: "unauthenticated", message: "Sign in." });
  await assert.rejects(api.get("x"));
  answer(401, { code: "unauthenticated", message: "Sign in." });
  await assert.rejects(api.get("x", { open: true }));
  assert.equal(signedOut, 1);
});

test("a daemon that is not set up leads to the wizard", async () => {
  answer(403, { code: "setup_needed", message: "Set up." });
  await assert.rejects(api.get("x"));
  answer(403, { code: "forbidden", message: "No." });
  await assert.rejects(api.get("x"));
  assert.equal(setupNeeded, 1);
});

test("a daemon that does not answer is an error with a sentence", async () => {
  configureApi({
    fetch: async () => {
      throw new TypeError("fetch failed");
    },
  });
  await assert.rejects(
    api.get("x"),
    (error) => error.status === 0 && error.code === "offline" && /does not answer/.test(error.message),
  );
});

test("an answer that is not JSON still tells its status", async () => {
  answers.push(new Response("<html>", { status: 502 }));
  await assert.rejects(api.get("x"), (error) => error.status === 502 && error.message.includes("502"));
});

test("a list is read page by page, one request at a time", async () => {
  answer(200, { items: [1, 2], next: "c2", total: 3 });
  answer(200, { items: [3], next: null });
  const list = pages("hardware", { count: true });
  await Promise.all([list.more(), list.more()]);
  assert.deepEqual([calls.length, list.items, list.total, list.done], [1, [1, 2], 3, false]);
  await list.more();
  assert.deepEqual([list.items, list.total, list.done], [[1, 2, 3], 3, true]);
  assert.deepEqual(await list.more(), []);
  assert.match(calls[1].url, /cursor=c2/);
  assert.doesNotMatch(calls[1].url, /count/);
});

test("everything stops at its limit", async () => {
  for (let page = 0; page < 5; page += 1) answer(200, { items: [page], next: `c${page}` });
  assert.deepEqual(await everything("hardware", {}, undefined, 3), [0, 1, 2]);
});
