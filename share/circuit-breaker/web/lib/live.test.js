import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { backoff, Live, matches, streamOf, worst } from "./live.js";

let sockets, timers, live;

class FakeSocket {
  constructor(url) {
    this.url = url;
    this.sent = [];
    sockets.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close(code) {
    this.closedWith = code;
  }
  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

beforeEach(() => {
  sockets = [];
  timers = [];
  live = new Live({
    socket: (url) => new FakeSocket(url),
    random: () => 0.5,
    url: (stream) => stream,
    after: (ms, run) => {
      const timer = { ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
});

/** A subscription on an open stream; returns what arrives. */
function open(pattern = "inventory.>", options = undefined, signal = undefined) {
  const seen = [];
  live.subscribe(pattern, (event) => seen.push(event), signal, options);
  const socket = sockets[sockets.length - 1];
  socket.onopen();
  return { seen, socket };
}

const event = (id, subject = "inventory.hardware.changed") => ({ type: "event", id, subject, payload: { id } });

test("patterns match word by word", () => {
  assert.ok(matches("inventory.*.changed", "inventory.hardware.changed"));
  assert.ok(matches("inventory.>", "inventory.hardware.changed"));
  assert.ok(!matches("inventory.*", "inventory.hardware.changed"));
  assert.ok(!matches("inventory.hardware.changed.>", "inventory.hardware.changed"));
});

test("a pattern finds its stream", () => {
  assert.deepEqual(["inventory.>", "topology.delta", "discovery.>", "status.health"].map(streamOf), [
    "topology",
    "topology",
    "discovery",
    "status",
  ]);
});

test("one connection serves all readers of a stream", () => {
  const { seen, socket } = open();
  const other = [];
  live.subscribe("inventory.rack.*", (one) => other.push(one));
  socket.say({ type: "hello", event_id: 5 });
  socket.say(event(6));
  socket.say(event(7, "inventory.rack.created"));
  assert.equal(sockets.length, 1);
  assert.deepEqual([seen.length, other.length], [2, 1]);
});

test("after a break it goes on from the last event, later and later", () => {
  const { seen, socket } = open();
  socket.say({ type: "hello", event_id: 5 });
  socket.say(event(9));
  socket.onclose({ code: 1006 });
  assert.equal(live.state.current, "waiting");
  timers.shift().run();
  sockets[1].onopen();
  assert.deepEqual(sockets[1].sent, [{ type: "subscribe", after: 9 }]);
  sockets[1].onclose({ code: 1006 });
  assert.ok(timers[0].ms > backoff(0, 0.5));
  assert.equal(seen.length, 1);
});

test("a break between the frames of one event neither loses nor repeats", () => {
  const { seen, socket } = open(">");
  socket.say({ type: "hello", event_id: 5 });
  socket.say({ ...event(6), more: true });
  socket.onclose({ code: 1006 });
  timers.shift().run();
  sockets[1].onopen();
  assert.deepEqual(sockets[1].sent, [{ type: "subscribe", after: 5 }]);
  sockets[1].say({ ...event(6), more: true });
  sockets[1].say({ type: "delta", id: 6 });
  assert.deepEqual(seen.map(({ id, type }) => `${type} ${id}`), ["hello null", "event 6", "delta 6"]);
  assert.equal(live.stream("topology").lastId, 6);
});

test("hello makes the next wait short again", () => {
  const { socket } = open();
  socket.onclose({ code: 1006 });
  timers.shift().run();
  sockets[1].onclose({ code: 1006 });
  timers.shift().run();
  sockets[2].say({ type: "hello", event_id: 1 });
  sockets[2].onclose({ code: 1006 });
  assert.equal(timers[0].ms, backoff(0, 0.5));
});

test("data that holds an event already does not get it again", () => {
  const { seen, socket } = open("inventory.>", { after: 7 });
  assert.deepEqual(socket.sent, [{ type: "subscribe", after: 7 }]);
  socket.say({ type: "hello", event_id: 9 });
  socket.say(event(7));
  socket.say(event(8));
  assert.deepEqual(seen.map(({ id }) => id), [8]);
});

test("a later reader gets what came between its data and now", () => {
  const { socket } = open();
  socket.say({ type: "hello", event_id: 5 });
  for (let id = 6; id < 10; id += 1) socket.say(event(id));
  const late = [];
  live.subscribe("inventory.>", (one) => late.push(one.id), undefined, { after: 7 });
  assert.deepEqual(late, [8, 9]);
});

test("what is not an event has the stream's name", () => {
  const { seen, socket } = open("topology.delta");
  socket.say({ type: "delta", id: 6, nodes: { set: [], removed: [1] } });
  assert.deepEqual([seen[0].subject, seen[0].payload.nodes.removed], ["topology.delta", [1]]);
});

test("a reset moves the place to go on from", () => {
  const { seen, socket } = open("topology.reset");
  socket.say({ type: "hello", event_id: 5 });
  socket.say({ type: "reset", event_id: 900 });
  socket.onclose({ code: 1006 });
  timers.shift().run();
  sockets[1].onopen();
  assert.equal(seen.length, 1);
  assert.deepEqual(sockets[1].sent, [{ type: "subscribe", after: 900 }]);
});

test("a reader that leaves hears nothing, and the last one closes the connection", () => {
  const end = new AbortController();
  const { seen, socket } = open("inventory.>", undefined, end.signal);
  end.abort();
  socket.say(event(6));
  timers.shift().run();
  assert.deepEqual([seen.length, socket.closedWith, live.state.current], [0, 1000, "idle"]);
});

test("a reader that fails does not stop the others", () => {
  const failed = [];
  const error = console.error;
  console.error = (...words) => failed.push(words);
  live.subscribe("inventory.>", () => {
    throw new Error("x");
  });
  const { seen } = { seen: [] };
  live.subscribe("inventory.>", (one) => seen.push(one));
  sockets[0].say(event(6));
  console.error = error;
  assert.deepEqual([seen.length, failed.length], [1, 1]);
});

test("a refused session is not tried again by itself", () => {
  let refused = 0;
  live.onRefused = () => {
    refused += 1;
  };
  const { socket } = open();
  socket.onclose({ code: 4401 });
  assert.deepEqual([refused, timers.length, live.state.current], [1, 0, "refused"]);
  // Who has signed in again in another tab comes back to this one.
  live.retry();
  assert.deepEqual([sockets.length, live.state.current], [2, "connecting"]);
});

test("a connection that is doubted is made anew", () => {
  open().socket.say({ type: "hello", event_id: 1 });
  live.doubt();
  assert.deepEqual([live.state.current, timers.length], ["waiting", 1]);
  live.doubt();
  assert.deepEqual([live.state.current, timers.length], ["waiting", 1]);
  live.retry();
  assert.deepEqual([sockets.length, timers.length], [2, 0]);
});

test("waiting at once when asked", () => {
  const { socket } = open();
  socket.onclose({ code: 1006 });
  live.retry();
  assert.deepEqual([sockets.length, timers.length], [2, 0]);
});

test("the worst state of all streams is shown", () => {
  assert.equal(worst(["open", "waiting", "idle"]), "waiting");
  assert.equal(worst(["idle"]), "idle");
});

test("waits stay bounded", () => {
  assert.ok(backoff(50, 1) <= 30_000);
  assert.ok(backoff(0, 0) >= 250);
});
