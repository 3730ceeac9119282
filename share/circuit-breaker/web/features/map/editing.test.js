import assert from "node:assert/strict";
import { test } from "node:test";

import { arranged } from "./arrange.model.js";
import { History, stillThere } from "./history.model.js";
import { endsOf, relatedKinds, waysBetween } from "./relate.model.js";
import { aloneIn, chosen, nothing, selectionFrom, selectionText } from "./selection.model.js";

const three = [{ id: 1, x: 0, y: 5 }, { id: 2, x: 10, y: 25 }, { id: 3, x: 100, y: 15 }];

test("nodes are put in line, and who stands there already does not move", () => {
  assert.deepEqual(arranged(three, "left"), [{ id: 2, x: 0, y: 25 }, { id: 3, x: 0, y: 15 }]);
  assert.deepEqual(arranged(three, "bottom").map(({ y }) => y), [25, 25]);
  assert.deepEqual(arranged(three, "middle").map(({ x }) => x), [50, 50, 50]);
});

test("distances become even, the outer two stay", () => {
  assert.deepEqual(arranged(three, "across"), [{ id: 2, x: 50, y: 25 }]);
  assert.deepEqual(arranged(three, "down"), []);
  assert.deepEqual(arranged(three.slice(0, 2), "across"), []);
});

test("steps are undone from the last and done again, until something new is done", async () => {
  const log = [];
  const history = new History();
  const step = (label) => ({ label, undo: async () => void log.push(`-${label}`), redo: async () => void log.push(`+${label}`) });
  history.add(step("a"));
  history.add(step("b"));

  assert.deepEqual(await history.undo(), { label: "b", kept: 0 });
  await history.redo();
  await history.undo();
  await history.undo();
  assert.equal(await history.undo(), null);
  history.add(step("c"));

  assert.equal(history.redoLabel, null);
  assert.deepEqual(log, ["-b", "+b", "-b", "-a"]);
});

test("a step that fails may be tried again", async () => {
  let fails = true;
  const history = new History();
  history.add({ label: "a", undo: async () => { if (fails) throw new Error("no"); }, redo: async () => {} });

  await assert.rejects(history.undo());
  fails = false;
  assert.equal((await history.undo())?.label, "a");
});

test("a step that can never be taken back holds up none before it", async () => {
  const history = new History();
  history.add({ label: "first", undo: async () => {}, redo: async () => {} });
  const refuse = (/** @type {number} */ status) => ({
    label: `${status}`, undo: async () => { throw Object.assign(new Error("no"), { status }); }, redo: async () => {},
  });
  for (const status of [404, 409, 412, 422]) {
    history.add(refuse(status));
    await assert.rejects(history.undo());
  }
  assert.equal(history.undoLabel, "first");
  for (const status of [0, 401, 429, 503]) {
    history.add(refuse(status));
    await assert.rejects(history.undo());
    assert.equal(history.undoLabel, `${status}`, "it may work later");
  }
});

test("steps that come while one is on its way wait for it, and of a key held down a few", async () => {
  /** @type {string[]} */
  const said = [];
  const history = new History();
  const slow = (/** @type {string} */ what) => async () => {
    await new Promise(setImmediate);
    said.push(what);
  };
  for (const label of ["a", "b"]) history.add({ label, undo: slow(`undo ${label}`), redo: slow(`redo ${label}`) });
  await Promise.all([history.undo(), history.redo(), history.undo(), history.undo()]);
  assert.deepEqual(said, ["undo b", "redo b", "undo b", "undo a"]);
  const held = await Promise.all(Array.from({ length: 30 }, () => history.redo()));
  assert.equal(held.filter(Boolean).length, 2);
  assert.equal(history.waiting, 0);
});

test("what is still on its way to the daemon is taken back, and not the step before it", async () => {
  const history = new History();
  const step = (/** @type {string} */ label) => ({ label, undo: async () => {}, redo: async () => {} });
  history.add(step("before"));
  const change = history.hold(async () => {
    await new Promise(setImmediate);
    history.add(step("just now"));
    return "done";
  });
  assert.equal((await history.undo())?.label, "just now");
  assert.equal(await change, "done");

  // One that fails stands in nobody's way.
  const failed = history.hold(() => Promise.reject(new Error("no")));
  assert.equal((await history.undo())?.label, "before");
  await assert.rejects(failed);
});

test("undo leaves alone what somebody else moved since", () => {
  const places = new Map([[1, { x: 50, y: 5 }], [2, { x: 70, y: 25 }]]);
  const put = [{ id: 1, x: 50, y: 5 }, { id: 2, x: 60, y: 25 }, { id: 3, x: 0, y: 0 }];
  assert.deepEqual(stillThere(three, put, (id) => places.get(id)).map(({ id }) => id), [1]);
});

test("clicking chooses one, with a key it adds and takes away", () => {
  const two = chosen(chosen(nothing, [4], "only"), [7], "toggle");
  assert.deepEqual([...two], [4, 7]);
  assert.deepEqual([...chosen(two, [4], "toggle")], [7]);
  assert.deepEqual([...chosen(two, [7, 9], "add")], [4, 7, 9]);
  assert.equal(aloneIn(two), null);
  assert.equal(aloneIn(new Set([4])), 4);
});

test("a selection goes into the address and comes back; nonsense does not", () => {
  assert.equal(selectionText(new Set([3, 5])), "3,5");
  assert.deepEqual([...selectionFrom("3,5,x,-1,1e99")], [3, 5]);
  assert.equal(selectionText(nothing), null);
  assert.equal(selectionText(new Set(Array.from({ length: 500 }, (_, at) => at + 1))), null);
});

test("machines are cabled first, guests are hosted first", () => {
  assert.equal(waysBetween("hardware", "hardware")[0].id, "connection");
  assert.deepEqual(waysBetween("hardware", "compute_unit")[0], { id: "hosted_on", holder: "to", field: "hardware_id" });
  assert.deepEqual(waysBetween("network", "hardware")[0], {
    id: "network_membership",
    kind: "network_membership",
    from: "network_id",
    to: "member_id",
  });
  assert.deepEqual(waysBetween("service", "storage").map(({ id }) => id), ["dependency"]);
  assert.deepEqual(waysBetween("misc_item", "network"), []);
});

test("the direction of a line is the direction of a need", () => {
  const ways = waysBetween("service", "service");
  assert.deepEqual(ways.map(({ id, from, to }) => [id, from, to]), [
    ["dependency", "from_id", "to_id"],
    ["needed_by", "to_id", "from_id"],
  ]);
});

test("what is offered beside a thing can be joined to it", () => {
  for (const kind of ["hardware", "compute_unit", "service", "storage", "network", "cluster", "external_node", "misc_item"]) {
    for (const { way } of relatedKinds(kind)) assert.ok("holder" in way || way.kind, kind);
  }
  assert.deepEqual(relatedKinds("compute_unit").map(({ kind }) => kind), ["service", "network"]);
});

test("only lines that are objects get another end", () => {
  assert.deepEqual(endsOf({ type: "connection" }), { from: "from_id", to: "to_id" });
  assert.equal(endsOf({ type: "hosts" }), null);
});
