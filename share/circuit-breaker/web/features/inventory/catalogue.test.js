import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, hintOf, portCount, portWords, valuesOf } from "./catalogue.model.js";

const model = {
  id: "acme-sw", vendor: "Acme", model: "SW-26", part_number: "SW26P", role: "switch", units: 1, depth: "half",
  weight_kg: null, power_max_watts: 450, power_supplies: 1,
  ports: [
    { kind: "rj45", speed_mbps: 1000, count: 24, poe: "out", management: null },
    { kind: "sfp+", speed_mbps: 10_000, count: 2, poe: null, management: null },
    { kind: "console", speed_mbps: null, count: 1, poe: null, management: null },
  ],
  source: { repository: "a/b", commit: "00000000", path: "x" },
};

test("a model fills in what it knows and nothing else", () => {
  assert.deepEqual(valuesOf(model), {
    vendor: "Acme", model: "SW-26", role: "switch", height_units: 1, is_full_depth: false, power_max_watts: 450,
    power_supplies: 1, port_count: 26,
  });
  const little = valuesOf({ ...model, units: 0.5, depth: null, power_max_watts: null, power_supplies: null, ports: null });
  assert.deepEqual(little, { vendor: "Acme", model: "SW-26", role: "switch" });
});

test("what was emptied after it was filled in stays empty", () => {
  const draft = draftOf(model, { name: "core", vendor: "Acme", model: "SW-26", role: "other", height_units: 1 });
  assert.equal(draft.role, "other");
  assert.equal(draft.power_max_watts, null);
  assert.equal(draft.is_full_depth, null);
  assert.ok(!("weight_kg" in draft));
});

test("ports are counted and worded", () => {
  assert.equal(portCount(model), 27);
  assert.equal(portCount({ ...model, ports: null }), 0);
  assert.equal(portWords(model.ports[0]), "24× RJ45 1G PoE");
  assert.equal(portWords({ kind: "rj45", speed_mbps: 2500, count: 1, poe: null }), "1× RJ45 2.5G");
  assert.equal(portWords({ kind: "rj45", speed_mbps: 100, count: 2, poe: null }), "2× RJ45 100M");
  assert.equal(hintOf(model, (n) => `${n} U`), "SW26P · 1 U · 24× RJ45 1G PoE · 2× SFP+ 10G");
  assert.equal(hintOf({ ...model, part_number: "sw-26", units: null, ports: null }, String), "");
});
