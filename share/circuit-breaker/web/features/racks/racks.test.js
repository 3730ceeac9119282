import assert from "node:assert/strict";
import { test } from "node:test";
import { firstFree, refusalOf, rowsOf, seenFrom, steered, sumsOf, unitAtRow } from "./racks.model.js";

const rack = { height_units: 10, numbered_from_top: false };
const device = (id, unit, more = {}) => ({ id, name: `d${id}`, rack_unit: unit, ...more });

test("a device takes its units on both sides unless it is known to be shallow", () => {
  const server = device(1, 4, { height_units: 2 });
  const half = (id, unit, face) => device(id, unit, { is_full_depth: false, rack_face: face });
  assert.equal(refusalOf(device(2), { unit: 3, face: "front" }, [server], 10), null);
  assert.equal(refusalOf(device(2), { unit: 5, face: "rear" }, [server], 10)?.other, server);
  assert.equal(refusalOf(half(2), { unit: 5, face: "rear" }, [server], 10)?.problem, "taken");
  const panel = half(3, 7, "rear");
  assert.equal(refusalOf(half(2), { unit: 7, face: "front" }, [panel], 10), null);
  assert.equal(refusalOf(half(2), { unit: 7, face: "rear" }, [panel], 10)?.other, panel);
  assert.equal(refusalOf(device(2), { unit: 7, face: "front" }, [panel], 10)?.other, panel);
});

test("a device does not stand in its own way and stays inside", () => {
  const tall = device(1, 4, { height_units: 3 });
  assert.equal(refusalOf(tall, { unit: 5, face: "front" }, [tall], 10), null);
  assert.deepEqual(refusalOf(tall, { unit: 9, face: "front" }, [tall], 10), { problem: "too_high", top: 11 });
  assert.equal(refusalOf(tall, { unit: 0, face: "front" }, [tall], 10)?.problem, "too_high");
});

test("the lowest free place is found, or none", () => {
  const devices = [device(1, 1), device(2, 3, { height_units: 8 })];
  assert.deepEqual(firstFree(device(9), devices, 10), { unit: 2, face: "front" });
  assert.equal(firstFree(device(9, null, { height_units: 2 }), devices, 10), null);
  assert.equal(firstFree(device(9, null, { height_units: 11 }), [], 10), null);
});

test("units become rows and rows units, from either end", () => {
  assert.deepEqual(rowsOf(1, 1, rack), { first: 10, last: 11 });
  assert.deepEqual(rowsOf(9, 2, rack), { first: 1, last: 3 });
  const top = { height_units: 10, numbered_from_top: true };
  assert.deepEqual(rowsOf(9, 2, top), { first: 9, last: 11 });
  for (const one of [rack, top]) {
    for (let unit = 1; unit <= 8; unit += 1) assert.equal(unitAtRow(rowsOf(unit, 3, one).first - 1, 3, one), unit);
    assert.ok([1, 8].includes(unitAtRow(-5, 3, one)) && [1, 8].includes(unitAtRow(50, 3, one)));
  }
});

test("each face shows its own and the backs of what reaches through", () => {
  const shown = seenFrom([
    device(1, 2), device(2, 5, { is_full_depth: false, rack_face: "rear" }), device(3, 7, { rack_face: "rear" }), device(4),
  ], "front");
  assert.deepEqual(shown.map(({ device: { id }, isBack }) => [id, isBack]), [[3, true], [1, false]]);
});

test("sums say what is not known", () => {
  const sums = sumsOf([
    device(1, 1, { height_units: 2, weight_kg: 10.25, power_max_watts: 300, power_watts: 90 }),
    device(2, 1, { is_full_depth: false, weight_kg: 0.3, power_watts: 20 }), device(3, null),
  ], { ...rack, max_weight_kg: 10, max_power_watts: null });
  assert.deepEqual(sums.units, { total: 2, limit: 10, unknown: 0 });
  assert.deepEqual(sums.weight, { total: 10.55, limit: 10, unknown: 1 });
  assert.deepEqual(sums.power, { total: 320, limit: null, unknown: 1 });
});

test("the keys carry a device and stop at the ends", () => {
  const at = { unit: 9, face: "front" };
  assert.deepEqual(steered("ArrowUp", at, 2, rack), { unit: 9, face: "front" });
  assert.deepEqual(steered("ArrowDown", at, 2, rack), { unit: 8, face: "front" });
  assert.deepEqual(steered("PageDown", at, 2, rack), { unit: 4, face: "front" });
  assert.deepEqual(steered("End", at, 2, rack), { unit: 1, face: "front" });
  assert.deepEqual(steered("ArrowRight", at, 2, rack), { unit: 9, face: "rear" });
  assert.deepEqual(steered("ArrowUp", at, 2, { ...rack, numbered_from_top: true }), { unit: 8, face: "front" });
  assert.equal(steered("x", at, 2, rack), null);
});
