import assert from "node:assert/strict";
import { test } from "node:test";

import { changedQuery, compile, matchRoute } from "./router.js";

const routes = [{ path: "/settings/users/:id?" }, { path: "/settings/:section?" }, { path: "/docs/:page*" }, {
  path: "/:kind/:id",
}];

test("the first route that fits wins", () => {
  assert.equal(matchRoute(routes, "/settings/users/7").route, routes[0]);
  assert.equal(matchRoute(routes, "/settings/look").route, routes[1]);
});

test("a parameter may be absent, and is decoded", () => {
  assert.deepEqual(matchRoute(routes, "/settings").params, {});
  assert.deepEqual(matchRoute(routes, "/tags/caf%C3%A9").params, { kind: "tags", id: "café" });
  assert.deepEqual(matchRoute(routes, "/tags/%E0%A4%A").params, { kind: "tags", id: "%E0%A4%A" });
});

test("the rest of a path is one parameter", () => {
  assert.deepEqual(matchRoute(routes, "/docs/a/b").params, { page: "a/b" });
});

test("a slash at the end does not matter, more of a path does", () => {
  assert.ok(matchRoute(routes, "/settings/look/"));
  assert.equal(matchRoute(routes, "/settings/users/7/more"), null);
});

test("a dot in a path is a dot", () => {
  assert.equal(compile("/ca.crt").pattern.test("/caxcrt"), false);
});

test("a query changes name by name", () => {
  assert.equal(changedQuery(new URLSearchParams("q=a&sort=name"), { q: "", page: 2 }), "?sort=name&page=2");
  assert.equal(changedQuery(new URLSearchParams("q=a"), { q: null }), "");
});
