import assert from "node:assert/strict";
import { test } from "node:test";

import { addressNumber, blockOf, partsOf, planOf, rowsOf, treeMove } from "./plan.model.js";

let next = 0;
const network = (cidr, more = {}) => ({ id: ++next, kind: "network", name: cidr ?? "none", cidr, ...more });
const shape = (nodes) => nodes.map(({ network, children }) => [network.name, ...(children.length ? [shape(children)] : [])]);
const all = { closed: new Set(), parts: new Map(), isWanted: () => true };

test("addresses are numbers, of either family, or nothing", () => {
  assert.equal(addressNumber("10.0.0.1"), 167772161n);
  assert.equal(addressNumber("::1"), 1n);
  assert.equal(addressNumber("fd00::"), 0xfd00n << 112n);
  for (const wrong of ["10.0.0", "10.0.0.256", "1::2::3", "x", ":"]) assert.equal(addressNumber(wrong), null, wrong);
  assert.equal(blockOf("10.0.0.0/33"), null);
  assert.equal(blockOf(null), null);
  assert.deepEqual(blockOf("10.0.0.0/30"), { first: 167772160n, last: 167772163n, bits: 30, family: 4 });
});

test("each prefix stands below the narrowest that holds it", () => {
  const cidrs = [
    "10.0.1.0/24", "10.0.0.0/8", null, "10.0.0.0/16", "192.168.0.0/24", "fd00::/8", "fd00:1::/64", "10.1.0.0/16",
  ];
  const plan = planOf(cidrs.map((one) => network(one)));
  assert.deepEqual(shape(plan), [
    ["10.0.0.0/8", [["10.0.0.0/16", [["10.0.1.0/24"]]], ["10.1.0.0/16"]]],
    ["192.168.0.0/24"],
    ["fd00::/8", [["fd00:1::/64"]]],
    ["none"],
  ]);
});

test("the same prefix twice is said at both, and what is in it stands once", () => {
  const [a, b, c] = [network("10.0.0.0/24", { name: "a" }), network("10.0.0.0/24", { name: "b" }), network("10.0.0.0/25", { name: "c" })];
  const third = network("10.0.0.0/24", { name: "d" });
  const plan = planOf([a, b, c, third]);
  assert.deepEqual(plan.map(({ network: one, twins }) => [one.name, twins.map(({ name }) => name).sort()]), [
    ["a", ["b", "d"]], ["b", ["a", "d"]], ["d", ["a", "b"]],
  ]);
  assert.deepEqual(shape(plan), [["a", [["c"]]], ["b"], ["d"]]);
});

test("closed networks hide what is in them; what is asked for brings what is around it", () => {
  const [wide, mid, low] = ["10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24"].map((one) => network(one));
  const plan = planOf([wide, mid, low, network("172.16.0.0/12")]);
  const parts = partsOf([{ id: 90, network_id: mid.id, address: "10.1.0.9" }, { id: 91, network_id: mid.id, first: "10.1.0.2" }, { id: 92 }]);
  const keys = (look) => rowsOf(plan, { ...all, parts, ...look }).map(({ key, level }) => `${level}${key}`);
  assert.deepEqual(keys({ isWanted: ({ id }) => id === low.id }), [`1n${wide.id}`, `2n${mid.id}`, "3p91", "3p90", `3n${low.id}`]);
  assert.deepEqual(keys({ closed: new Set([mid.id]), isWanted: ({ id }) => id === low.id }), [`1n${wide.id}`, `2n${mid.id}`]);
});

test("the keys of a tree", () => {
  const plan = planOf(["10.0.0.0/8", "10.1.0.0/16", "11.0.0.0/8"].map((one) => network(one)));
  const rows = rowsOf(plan, all);
  assert.deepEqual(treeMove("ArrowDown", rows, 2), { to: 2 });
  assert.deepEqual(treeMove("ArrowRight", rows, 0), { to: 1 });
  assert.deepEqual(treeMove("ArrowLeft", rows, 1), { to: 0 });
  assert.deepEqual(treeMove("ArrowLeft", rows, 0), { toggle: true });
  assert.equal(treeMove("ArrowRight", rows, 2), null);
  assert.equal(treeMove("x", rows, 0), null);
});
