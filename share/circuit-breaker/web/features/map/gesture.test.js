import assert from "node:assert/strict";
import { test } from "node:test";

import { idle, step } from "./gesture.model.js";

function play(...events) {
  let state = idle;
  const all = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    all.push(...next.intents);
  }
  return { state, intents: all };
}
const down = (x, y, target = null, pointer = 1, touch = false) => ({ type: "down", pointer, x, y, target, touch });
const move = (x, y, pointer = 1) => ({ type: "move", pointer, x, y });
const up = (x, y, pointer = 1) => ({ type: "up", pointer, x, y });

test("a press that barely moves is a tap", () => {
  assert.deepEqual(play(down(10, 10, 7), move(12, 11), up(12, 11)).intents, [{ type: "tap", id: 7, x: 12, y: 11, isAdding: false }]);
});

test("dragging the background moves the world", () => {
  const { intents, state } = play(down(10, 10), move(30, 10), move(35, 15), up(35, 15));
  assert.deepEqual(intents, [{ type: "pan", dx: 20, dy: 0 }, { type: "pan", dx: 5, dy: 5 }, { type: "release" }]);
  assert.deepEqual(state, idle);
});

test("dragging a node grabs, drags and drops it", () => {
  const { intents } = play(down(10, 10, 7), move(30, 10), move(31, 12), up(31, 12));
  assert.deepEqual(intents.map(({ type }) => type), ["grab", "drag", "drag", "drop"]);
});

test("two fingers zoom around their middle", () => {
  const { intents } = play(down(100, 100, null, 1, true), down(200, 100, null, 2, true), move(300, 100, 2));
  assert.deepEqual(intents, [{ type: "pan", dx: 50, dy: 0 }, { type: "zoom", factor: 2, x: 200, y: 100 }]);
});

test("lifting one finger goes on panning and is no tap", () => {
  const { intents, state } = play(
    down(0, 0, 7, 1, true),
    down(100, 0, null, 2, true),
    up(100, 0, 2),
    move(9, 9, 1),
    up(9, 9, 1),
  );
  assert.deepEqual(intents, [{ type: "pan", dx: 9, dy: 9 }, { type: "release" }]);
  assert.deepEqual(state, idle);
});

test("a cancelled drag is abandoned", () => {
  assert.equal(play(down(0, 0, 7), move(50, 0), { type: "cancel", pointer: 1 }).intents.at(-1)?.type, "abandon");
});

test("moving without pressing hovers", () => {
  assert.deepEqual(play(move(3, 4)).intents, [{ type: "hover", x: 3, y: 4 }]);
});

test("with the frame wished for, dragging the ground frames an area", () => {
  const { intents, state } = play({ ...down(50, 60), purpose: "frame", isAdding: true }, move(20, 90), up(10, 100));
  assert.deepEqual(intents.at(-1), { type: "framed", left: 10, top: 60, width: 40, height: 40, isAdding: true });
  assert.equal(intents[0].type, "frame");
  assert.deepEqual(state, idle);
});

test("a line is pulled from a node and let go somewhere", () => {
  const { intents } = play({ ...down(10, 10, 7), purpose: "link" }, move(60, 60), up(90, 90));
  assert.deepEqual(intents.map(({ type, id }) => [type, id]), [["link", 7], ["linked", 7]]);
});

test("a second finger gives up a frame and a line", () => {
  for (const [purpose, id] of [["frame", null], ["link", 7]]) {
    const { intents } = play({ ...down(0, 0, 7), purpose }, move(50, 50), down(90, 90, null, 2));
    assert.deepEqual(intents.at(-1), { type: "abandon", id });
  }
});

test("a second button of the same pointer changes nothing", () => {
  const { intents } = play(down(10, 10, 7), down(10, 10, 7), move(30, 10), up(30, 10));
  assert.deepEqual(intents.map(({ type }) => type), ["grab", "drag", "drop"]);
});

test("a pointer that was lifted unheard keeps what it dragged, and joins nothing", () => {
  const lost = { type: "lost", pointer: 1 };
  const dragged = play(down(0, 0, 7), move(50, 0), lost, move(90, 0));
  assert.deepEqual(dragged.intents.map(({ type }) => type), ["grab", "drag", "drop", "hover"]);
  const linked = play({ ...down(0, 0, 7), purpose: "link" }, move(50, 0), lost);
  assert.deepEqual(linked.intents.map(({ type }) => type), ["link", "abandon"]);
  assert.deepEqual(play(down(0, 0, 7), lost), { state: idle, intents: [] });
  assert.equal(play(down(0, 0, 7), move(50, 0), { ...lost, pointer: 2 }).state.mode, "dragging");
});
