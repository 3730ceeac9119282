import assert from "node:assert/strict";
import { test } from "node:test";

import { counts, grouped, shownFields, words } from "./discovery.model.js";

const proposal = (key, group, action, fields = {}) => ({ key, kind: "hardware", name: key, group, action, fields });

test("groups come in the order a person reads a machine", () => {
  const groups = grouped([
    proposal("a", "Storage", "add"),
    proposal("b", "networks", "same"),
    proposal("c", "machine", "change"),
    proposal("d", "Weird", "add"),
  ]);
  assert.deepEqual(groups.map(({ name }) => name), ["machine", "networks", "Storage", "Weird"]);
  assert.deepEqual(groups.map(({ open, same }) => [open.length, same.length]), [[1, 0], [0, 1], [1, 0], [1, 0]]);
});

test("a difference shows only what differs, a new thing what is known", () => {
  const fields = {
    name: { observed: "x", documented: "x" },
    cpu: { observed: "N100", documented: "N95" },
    serial: { observed: null, documented: null },
  };
  assert.deepEqual(shownFields(proposal("x", "g", "change", fields)).map(({ name }) => name), ["cpu"]);
  assert.deepEqual(shownFields(proposal("x", "g", "add", fields)).map(({ name }) => name), ["cpu"]);
});

test("counts and words", () => {
  assert.deepEqual(counts([proposal("a", "g", "add"), proposal("b", "g", "add"), proposal("c", "g", "same")]), {
    add: 2,
    change: 0,
    same: 1,
  });
  assert.equal(words([{ port: 443, protocol: "tcp" }, null]), "443 tcp, —");
});
