import assert from "node:assert/strict";
import { test } from "node:test";

import { configureApi } from "../../lib/api.js";
import { createMap, listMaps } from "./map.api.js";
import { MapStore } from "./map.store.js";

const node = (id, extra = {}) => ({ id, kind: "hardware", name: `n${id}`, x: null, y: null, pinned: false, ...extra });
const answer = (body) => new Response(JSON.stringify(body), { status: 200 });

/** A daemon with one map of three nodes, and a layout that has them in a row; what was sent is kept. */
function daemon({ isBroken = () => false, x = () => null } = {}) {
  const sent = [];
  configureApi({
    fetch: async (url, { method, body }) => {
      if (isBroken()) return new Response('{"message":"Broken."}', { status: 500 });
      sent.push([method, url, body ? JSON.parse(body) : null]);
      if (url.endsWith("/maps")) return answer({ items: [{ id: 4, name: "Main" }] });
      if (method === "PUT") return new Response(null, { status: 204 });
      if (method === "PATCH") return answer({ id: 4 });
      if (url.includes("topology/layout")) {
        const places = [1, 2, 3].map((id) => ({ id, x: id * 200, y: 0 })).filter(({ id }) => x(id) === null);
        return answer({ layout: "radial", places });
      }
      const edges = [{ id: "connection:1", type: "connection", from: 1, to: 2 }];
      return answer({ event_id: 10, nodes: [1, 2, 3].map((id) => node(id, { x: x(id), y: x(id) })), edges });
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

test("document and places are asked for at once, and shown", async () => {
  const sent = daemon();
  const { store } = stage();

  await store.load();

  assert.equal(store.progress.current.phase, "ready");
  assert.deepEqual(store.picture.current.places.get(2), { x: 400, y: 0 });
  assert.equal(store.layout, "radial");
  assert.deepEqual(sent.map(([, url]) => url).sort(), [
    "/api/v1/maps",
    "/api/v1/topology",
    "/api/v1/topology/layout?pins=placed",
  ]);
});

test("a saved place is where the node stands, whatever the layout says", async () => {
  daemon({ x: (id) => (id === 2 ? 55 : null) });
  const { store } = stage();

  await store.load();

  assert.deepEqual([...store.picture.current.places].sort(([a], [b]) => a - b), [
    [1, { x: 200, y: 0 }],
    [2, { x: 55, y: 55 }],
    [3, { x: 600, y: 0 }],
  ]);
});

test("a layout is remembered for the map, and its places are no pins", async () => {
  const sent = daemon();
  const { store } = stage();
  await store.load();

  const places = await store.laidOut("tree", { pins: "keep" });
  store.move(places.map((one) => ({ ...one, pinned: false })), { isEased: true });
  await store.choose("tree");
  await store.flush();

  assert.ok(sent.some(([, url]) => url === "/api/v1/topology/layout?map=4&layout=tree&pins=keep"));
  assert.deepEqual(sent.find(([method]) => method === "PATCH")?.[2], { layout: "tree" });
  const put = sent.find(([method]) => method === "PUT")?.[2].positions;
  assert.deepEqual(put[0], { id: 1, x: 200, y: 0, pinned: false });
  assert.equal(store.picture.current.graph.nodes.get(1).pinned, false);
});

test("who may only look moves nodes for themselves", async () => {
  const sent = daemon();
  const { store } = stage();
  await store.load();

  store.move([{ id: 1, x: 9, y: 9 }], { isSaved: false });
  await store.flush();

  assert.deepEqual(store.picture.current.places.get(1), { x: 9, y: 9 });
  assert.equal(sent.some(([method]) => method === "PUT"), false);
});

test("more places than one request takes go in several", async () => {
  const sent = daemon();
  const { store } = stage();
  await store.load();

  store.move(Array.from({ length: 5001 }, (_, at) => ({ id: at + 1, x: at, y: 0 })));
  await store.flush();

  assert.deepEqual(sent.filter(([method]) => method === "PUT").map(([, , { positions }]) => positions.length), [5000, 1]);
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

test("the others stay among what one node is arranged: their places go along, once", async () => {
  const sent = daemon();
  const { store, play } = stage();
  await store.load();

  store.move([{ id: 1, x: 9, y: 9 }]);
  await store.flush();
  play({ id: 11, positions: [{ map: 4, id: 2, x: 400, y: 0, pinned: false }] });
  store.move([{ id: 1, x: 10, y: 9 }]);
  await store.flush();

  // The third has no relation: it will be seated beside its first one.
  const others = sent.filter(([method]) => method === "PUT").map(([, , body]) => body.others);
  assert.deepEqual(others, [[{ id: 2, x: 400, y: 0 }], []]);
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

test("two that ask for the maps at once share an answer, and nobody is given one from before a change", async () => {
  const sent = daemon();
  const { signal } = new AbortController();
  const [one, other] = await Promise.all([listMaps(signal), listMaps(signal)]);
  assert.deepEqual([one, other, sent.length], [[{ id: 4, name: "Main" }], one, 1]);
  const before = listMaps(signal);
  await createMap("Garage");
  await Promise.all([before, listMaps(signal)]);
  assert.deepEqual(sent.map(([method]) => method), ["GET", "GET", "POST", "GET"]);
  await assert.rejects(listMaps(AbortSignal.abort()), { name: "AbortError" });
});
