import assert from "node:assert/strict";
import { test } from "node:test";

import { portsOf, viewNamed, viewPart, VIEWS, withPorts } from "./view.model.js";

const node = (id, kind) => ({ id, kind, name: `n${id}` });
const edge = (id, type, from, to) => ({ id, type, from, to });
const part = {
  nodes: ["hardware", "hardware", "compute_unit", "service", "network", "service", "external_node"].map((kind, at) =>
    node(at + 1, kind)
  ),
  edges: [
    edge("connection:1", "connection", 1, 7),
    edge("hosts:3", "hosts", 1, 3),
    edge("runs:4", "runs", 3, 4),
    edge("in_network:1-5", "in_network", 1, 5),
    edge("depends:9", "depends", 4, 6),
  ],
};
const shown = (view) => [viewPart(part, view).nodes.map(({ id }) => id), viewPart(part, view).edges.map(({ id }) => id)];

test("each view has its own lines and who belongs to them", () => {
  assert.deepEqual(shown("physical"), [[1, 2, 7], ["connection:1"]]);
  assert.deepEqual(shown("logical"), [[1, 5], ["in_network:1-5"]]);
  assert.deepEqual(shown("workloads"), [[1, 3, 4, 6], ["hosts:3", "runs:4"]]);
  assert.deepEqual(shown("dependencies"), [[4, 6], ["depends:9"]]);
  assert.equal(viewPart(part, "all"), part);
});

test("an unknown view is everything", () => {
  assert.equal(viewNamed("__proto__"), "all");
  assert.equal(viewNamed(null), "all");
  assert.deepEqual(VIEWS, ["all", "physical", "logical", "workloads", "dependencies"]);
});

test("a cable says where it is plugged in", () => {
  const ports = portsOf([
    { id: 1, from_id: 7, from_kind: "interface", from_name: "eth0", from_port: null, to_id: 2, to_kind: "hardware", to_name: "sw", to_port: "12" },
    { id: 2, from_id: 3, from_kind: "hardware", from_name: "a", from_port: null, to_id: 4, to_kind: "hardware", to_name: "b", to_port: null },
  ]);
  assert.equal(withPorts(edge("connection:1", "connection", 1, 2), ports.get("connection:1")).label, "eth0 ⇄ 12");
  const plain = edge("connection:2", "connection", 3, 4);
  assert.equal(withPorts(plain, ports.get("connection:2")), plain);
});
