import assert from "node:assert/strict";
import { test } from "node:test";

import { mappingText, parsedMapping, redirectOf, sentOf, usual } from "./providers.model.js";

test("groups and roles are a line each, and come back the same", () => {
  const roles = [{ group: "lab-admins", role: "admin" }, { group: "cn=staff,dc=lab", role: "editor" }];
  assert.deepEqual(parsedMapping(mappingText(roles)), roles);
  assert.deepEqual(parsedMapping("  a=viewer \n\n b = admin"), [{ group: "a", role: "viewer" }, { group: "b", role: "admin" }]);
  assert.deepEqual(parsedMapping(null), []);
});

test("a line without a group or with an unknown role is refused", () => {
  for (const bad of ["admin", "= admin", "a = root", "a ="]) assert.equal(parsedMapping(bad), null);
});

test("the redirect address has the origin the page was opened at", () => {
  assert.equal(redirectOf("https://lab:8443", "oidc"), "https://lab:8443/api/v1/auth/oauth/oidc/callback");
});

test("an empty secret is not sent, domains become a list", () => {
  assert.deepEqual(sentOf({ client_secret: null, allowed_domains: "a.org, b.org", name: "x" }), { name: "x", allowed_domains: ["a.org", "b.org"] });
  assert.deepEqual(sentOf({ client_secret: "s" }), { client_secret: "s" });
  assert.deepEqual(sentOf({ allowed_domains: null }), { allowed_domains: [] });
});

test("a generic provider has no address to begin with", () => {
  assert.equal(usual("oidc").issuer, "");
  assert.equal(usual("github").issuer, "https://github.com");
});
