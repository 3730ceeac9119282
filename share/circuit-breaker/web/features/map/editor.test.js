import assert from "node:assert/strict";
import { test } from "node:test";

import { configureApi } from "../../lib/api.js";
import { MapEditor } from "./map.editor.js";
import { nextTo } from "./outline.model.js";

/** A map that knows what it is told, and a daemon that answers when it is let. */
function room() {
  /** @type {{ method: string, path: string, body: any, answer: (status?: number, told?: any) => void }[]} */
  const asked = [];
  configureApi({
    base: "https://lab.test/api/v1/",
    fetch: (url, { method, body }) =>
      new Promise((resolve) =>
        asked.push({
          method,
          path: new URL(url).pathname.replace("/api/v1/", ""),
          body: body ? JSON.parse(body) : null,
          answer: (status = 200, told = { id: 40, items: [] }) => resolve(Response.json(told, { status })),
        })
      ),
  });
  const nodes = new Map([1, 2].map((id) => [id, { id, kind: "hardware", name: `n${id}`, status: "up" }]));
  /** @type {any[]} */
  const moves = [];
  const store = { picture: { current: { graph: { nodes }, places: new Map() } }, own: null, place() {}, move: (some) => void moves.push(some) };
  const context = { session: { may: () => true } };
  const kinds = [{ name: "hardware", path: "hardware", fields: [{ name: "name" }, { name: "status" }, { name: "rack_id" }] }];
  const editor = new MapEditor({ context, kinds, store, view: {}, select() {}, onHistory() {} });
  /** @type {string[]} */
  const told = [];
  editor.tell = (label) => void told.push(label);
  /** The next request, as soon as it is there. */
  const next = async () => {
    while (asked.length === 0) await new Promise(setImmediate);
    return asked.shift();
  };
  return { editor, nodes, next, told, asked, store, moves };
}

test("a key that takes back waits for the change that is on its way", async () => {
  const { editor, next, told, asked } = room();
  const change = editor.looks.set([1], "status", "down");
  const first = await next();
  const undone = editor.history.undo();
  await new Promise(setImmediate);
  assert.deepEqual(asked, [], "nothing is taken back yet");
  first.answer();
  await change;
  assert.equal(told.length, 1);
  const second = await next();
  assert.deepEqual([first, second].map(({ body }) => body.patch), [{ status: "down" }, { status: "up" }]);
  second.answer();
  assert.match((await undone)?.label, /n1|map.edit.status/);
});

/** Answers what both machines say, and what hangs from them: a list of ids. */
async function tell(next, things, hanging = [[], []]) {
  for (const [at, thing] of things.entries()) {
    const asked = [await next(), await next()];
    assert.deepEqual(asked.map(({ path }) => path), [`hardware/${at + 1}`, `hardware/${at + 1}/consequences`]);
    asked[0].answer(...(thing ? [200, thing] : [404, { message: "gone" }]));
    asked[1].answer(200, { deletes: hanging[at].map((id) => ({ id })), clears: [], blocks: [] });
  }
}

/** Both were deleted and came back, with a cable between them. */
async function cameBack() {
  const { editor, nodes, next } = room();
  editor.things.isSure = async () => true;
  const removed = editor.things.remove([1, 2]);
  (await next()).answer();
  await removed;
  nodes.clear();
  const undone = editor.history.undo();
  for (const id of [1, 2]) {
    const one = await next();
    assert.equal(one.path, `trash/${id}/restore`);
    one.answer();
  }
  await tell(next, [{ id: 1, name: "n1" }, { id: 2, name: "n2" }], [[9], [9]]);
  await undone;
  return { redone: editor.history.redo(), next };
}

test("what came back from the trash is deleted again, though the map has not heard of it yet", async () => {
  const { redone, next } = await cameBack();
  await tell(next, [{ id: 1, name: "n1", status: "down" }, { id: 2, name: "n2" }], [[9], [9]]);
  const again = await next();
  assert.deepEqual([again.path, again.body.ids], ["hardware/bulk", [1, 2]]);
  again.answer();
  assert.equal((await redone)?.kept, 0);
});

test("what somebody changed, or joined something to, since it came back is not deleted again", async () => {
  const cases = [
    [[{ id: 1, name: "theirs" }, { id: 2, name: "n2" }], [[9], [9]], [2]],
    [[{ id: 1, name: "n1" }, { id: 2, name: "n2" }], [[9], [9, 30]], [1]],
    [[null, { id: 2, name: "n2", deleted_at: "2026-11-30T02:00:00Z" }], [[9], [9]], []],
  ];
  for (const [things, hanging, wanted] of cases) {
    const { redone, next } = await cameBack();
    await tell(next, things, hanging);
    if (wanted.length > 0) {
      const again = await next();
      assert.deepEqual(again.body.ids, wanted);
      again.answer();
    }
    assert.equal((await redone)?.kept, 2 - wanted.length);
  }
});

test("a key pressed twice asks once", async () => {
  const { editor } = room();
  let questions = 0;
  editor.things.isSure = async () => {
    questions += 1;
    await new Promise(setImmediate);
    return false;
  };
  await Promise.all([editor.things.remove([1, 2]), editor.things.remove([1, 2])]);
  assert.equal(questions, 1);
  await editor.things.remove([1, 2]);
  assert.equal(questions, 2);
});

test("a row that is gone leaves its place to the one below it, the last one to the one above", () => {
  const rows = [1, 2, 3, 4].map((id) => ({ node: { id } }));
  assert.equal(nextTo(2, rows, new Set([1, 3, 4])), 3);
  assert.equal(nextTo(2, rows, new Set([1, 4])), 4);
  assert.equal(nextTo(4, rows, new Set([1, 3])), 3);
  assert.equal(nextTo(4, rows, new Set()), null);
  assert.equal(nextTo(9, rows, new Set([1])), null);
});

test("what was made here and changed by somebody else since stays", async () => {
  const made = { id: 7, name: "new", status: "unknown", rack_id: { id: 3, name: "R" } };
  /** @type {[string, any[], any][]} */
  const cases = [
    ["another name", [[200, { ...made, name: "theirs", revision: 2 }]], { kept: 1 }],
    ["in the trash", [[200, { ...made, deleted_at: "2026-11-29T10:00:00Z" }]], { kept: 1 }],
    ["gone", [[404, { message: "gone" }]], { kept: 1 }],
    ["joined to something", [[200, { ...made, revision: 1 }], [409, { message: "holders" }]], { kept: 1 }],
    ["as it was", [[200, { ...made, status: "up", rack_id: { id: 3, name: "Renamed" }, revision: 4 }], [200, {}]], { kept: 0 }],
  ];
  for (const [what, answers, wanted] of cases) {
    const { editor, next, asked } = room();
    await editor.things.created("hardware", made, { x: 0, y: 0 }, null, null);
    const undone = editor.history.undo();
    for (const [status, told] of answers) (await next()).answer(status, told);
    assert.equal((await undone)?.kept, wanted.kept, what);
    assert.equal(asked.length, 0, what);
  }
});

test("a node that nobody had pinned is not pinned by taking a drag back", async () => {
  const { editor, nodes, store, moves } = room();
  nodes.get(2).pinned = true;
  const before = [1, 2].map((id) => ({ id, x: 0, y: 0 }));
  const put = before.map((one) => ({ ...one, x: 50 }));
  editor.places.move(put, before);
  for (const one of put) store.picture.current.places.set(one.id, one);
  await editor.history.undo();
  assert.deepEqual(moves.at(-1).map(({ pinned }) => pinned), [false, true]);
});

test("several are changed though one of them was deleted meanwhile", async () => {
  const { editor, next, told } = room();
  const change = editor.looks.set([1, 2], "status", "down");
  (await next()).answer(200, { items: [{ id: 1, ok: true }, { id: 2, ok: false, code: "not_found", message: "n2 is in the trash." }] });
  await change;
  assert.equal(told.length, 1, "it is one step, to be taken back");
});

test("what cannot come back is not said to have come back", async () => {
  const { editor, next } = room();
  editor.things.isSure = async () => true;
  const removed = editor.things.remove([1, 2]);
  (await next()).answer();
  await removed;
  const undone = editor.history.undo();
  (await next()).answer(404, { message: "gone" });
  const looked = await next();
  assert.equal(looked.path, "hardware/1");
  looked.answer(404, { message: "gone" });
  (await next()).answer();
  await tell(next, [null, { id: 2, name: "n2" }]);
  assert.equal((await undone)?.kept, 1);
});
