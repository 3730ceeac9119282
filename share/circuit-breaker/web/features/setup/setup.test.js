import assert from "node:assert/strict";
import { test } from "node:test";

import { detailOf, groupsOf, nextStep, previousStep, stepOf, strengthOf } from "./setup.model.js";

test("a stranger starts with the code, whatever the daemon remembers", () => {
  assert.equal(stepOf({ needed: true, step: "region" }, false), "code");
  assert.equal(stepOf({ needed: true, step: "account" }, true), "account");
});

test("leaving half-way resumes where it stopped", () => {
  assert.equal(stepOf({ needed: false, step: "first-look" }, false), "first-look");
  assert.equal(stepOf({ needed: false, step: "account" }, false), "look");
});

test("steps follow each other, and the account cannot be taken back", () => {
  assert.equal(nextStep("region"), "mail");
  assert.equal(nextStep("mail"), "vault");
  assert.equal(nextStep("vault"), "first-look");
  assert.equal(nextStep("done"), "done");
  assert.equal(previousStep("look"), null);
  assert.equal(previousStep("first-look"), "vault");
  assert.equal(previousStep("vault"), "mail");
});

test("proposals keep the order of their groups", () => {
  const grouped = groupsOf([{ key: "a", group: "Machine" }, { key: "b", group: "Services" }, {
    key: "c",
    group: "Machine",
  }]);
  assert.deepEqual(grouped.map(([name, all]) => [name, all.length]), [["Machine", 2], ["Services", 1]]);
});

test("a proposal is told apart by its most telling fields", () => {
  assert.equal(detailOf({ fields: { cidr: { observed: "10.0.0.0/24" }, notes: { observed: "x" } } }), "10.0.0.0/24");
  assert.equal(detailOf({}), "");
});

test("a short password is never called good", () => {
  assert.equal(strengthOf("aB3$").word, "too_short");
  assert.equal(strengthOf("aaaaaaaaaa").level, 1);
  assert.equal(strengthOf("correct horse battery").level, 3);
});
