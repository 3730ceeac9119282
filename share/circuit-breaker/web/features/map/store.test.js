import assert from "node:assert/strict";
import { test } from "node:test";

import { configureApi } from "../../lib/api.js";
import { MapStore } from "./map.store.js";

const node = (id, extra = {}) => ({ id, kind: "hardware", name: `n${id}`, x: null, y: null, pinned: false, ...extra });
const answer = (body) => new Response(JSON.stringify(body), { status: 200 });

/** A daemon with one map of three nodes; what was sent is kept. */
function daemon({ isBroken = () => false } = {}) {
  const sent = [];
  configureApi({
    fetch: async (url, { method, body }) => {
      if (isBroken()) return new Response('{"message":"Broken."}', { status: 500 });
      sent.push([method, url, body ? JSON.parse(body) : null]);
      if (url.endsWith("/maps")) return answer({ items: [{ id: 4, name: "Main" }] });
      if (method === "PUT") return new Response(null, { status: 204 });
      const edges = [{ id: "connection:1", type: "connection", from: 1, to: 2 }];
      return answer({ event_id: 10, nodes: [node(1), node(2), node(3)], edges });
    },
  });
  return sent;
}

/** The live connection, played by hand. */
function stage() {
  const readers = new Map();
  const live = { subscribe: (pattern, run) => readers.set(pattern, run) };
  const ended = new AbortController();
  const store = new MapStore({ live, signal: ended.signal, map: null });
  return { store, ended, play: (delta) => readers.get("topology.delta")({ payload: delta }) };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the map is read, laid out and shown", async () => {
  daemon();
  const { store } = stage();

  await store.load();

  assert.equal(store.progress.current.phase, "ready");
  assert.equal(store.picture.current.places.size, 3);
});

test("a newcomer gets a place and nobody else moves", async () => {
  daemon();
  const { store, play } = stage();
  await store.load();
  const before = store.picture.current.places;

  const edge = { id: "connection:9", type: "connection", from: 2, to: 9 };
  play({ id: 11, nodes: { set: [node(9)] }, edges: { set: [edge] } });
  await settled();

  const { places, change } = store.picture.current;
  for (const id of [1, 2, 3]) assert.deepEqual(places.get(id), before.get(id));
  assert.ok(places.has(9));
  assert.deepEqual(change, { kind: "structure", added: [9] });
});

test("two deltas in a row both arrive", async () => {
  daemon();
  const { store, play } = stage();
  await store.load();

  play({ id: 11, nodes: { set: [node(9)] } });
  play({ id: 12, nodes: { set: [node(10)] } });
  await settled();

  assert.deepEqual([...store.picture.current.graph.nodes.keys()], [1, 2, 3, 9, 10]);
  assert.equal(store.picture.current.places.size, 5);
});

test("a dragged node stays where it was put while others come", async () => {
  daemon();
  const { store, play } = stage();
  await store.load();

  store.move([{ id: 2, x: 777, y: 888 }]);
  play({
    id: 11,
    nodes: { set: [node(9)] },
    edges: { set: [{ id: "connection:9", type: "connection", from: 2, to: 9 }] },
  });
  await settled();
  await store.flush();

  assert.deepEqual(store.picture.current.places.get(2), { x: 777, y: 888 });
});

test("moves of a moment are saved in one request", async () => {
  const sent = daemon();
  const { store } = stage();
  await store.load();

  store.move([{ id: 1, x: 1, y: 1 }]);
  store.move([{ id: 1, x: 5.04, y: 6 }, { id: 2, x: 7, y: 8 }]);
  await store.flush();

  const puts = sent.filter(([method]) => method === "PUT");
  assert.deepEqual(puts.map(([, url, body]) => [url, body.positions]), [["/api/v1/maps/4/positions", [
    { id: 1, x: 5, y: 6, pinned: true },
    { id: 2, x: 7, y: 8, pinned: true },
  ]]]);
  assert.equal(store.saving.current, "saved");
});

test("a place that could not be saved is kept and saved again", async () => {
  let isBroken = false;
  const sent = daemon({ isBroken: () => isBroken });
  const { store } = stage();
  await store.load();

  isBroken = true;
  store.move([{ id: 1, x: 1, y: 2 }]);
  await store.flush();
  const first = store.saving.current;
  isBroken = false;
  await store.flush();

  assert.deepEqual([first, store.saving.current], ["failed", "saved"]);
  assert.equal(sent.filter(([method]) => method === "PUT").length, 1);
});

test("a daemon that does not answer is told, and asked again", async () => {
  let isBroken = true;
  daemon({ isBroken: () => isBroken });
  const { store } = stage();

  await store.load();
  const first = store.progress.current.phase;
  isBroken = false;
  await store.load();

  assert.deepEqual([first, store.progress.current.phase], ["failed", "ready"]);
});

test("places of another map and forgotten places move nothing", async () => {
  daemon();
  const { store, play } = stage();
  await store.load();
  const before = store.picture.current.places;

  play({ id: 11, positions: [{ map: 9, id: 1, x: 500, y: 500, pinned: true }] });
  play({ id: 12, positions: [{ map: 4, id: 2, x: null, y: null, pinned: false }] });
  play({ id: 13, positions: [{ map: 4, id: 3, x: 70, y: 80, pinned: true }] });

  const { places } = store.picture.current;
  assert.deepEqual([places.get(1), places.get(2)], [before.get(1), before.get(2)]);
  assert.deepEqual(places.get(3), { x: 70, y: 80 });
});
