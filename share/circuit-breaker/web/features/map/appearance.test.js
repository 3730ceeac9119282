import assert from "node:assert/strict";
import { test } from "node:test";

import { configureApi } from "../../lib/api.js";
import { changesTo, fullName, hueName, iconName, pictureAddress, shownName } from "./appearance.model.js";
import { matcher, noFilter } from "./filter.model.js";
import { applyDelta, graphFrom } from "./graph.model.js";
import { MapDresser } from "./map.dresser.js";
import { MapEditor } from "./map.editor.js";
import { MapStore } from "./map.store.js";
import { outline } from "./outline.model.js";
import { pictureOf } from "./share.model.js";

const node = (id, more = {}) => ({ id, kind: "hardware", name: `n${id}`, ...more });
const graph = (...nodes) => graphFrom({ nodes, edges: [], event_id: 1 });

test("what is read is the alias; the name stays, and both are found", () => {
  const one = node(1, { name: "srv-0815", appearance: { alias: "Kitchen", revision: 1 } });

  assert.equal(shownName(one), "Kitchen");
  assert.equal(fullName(one), "Kitchen (srv-0815)");
  assert.equal(fullName(node(2)), "n2");
  for (const q of ["kitchen", "0815", "kitchen 0815"]) assert.ok(matcher({ ...noFilter, q }, () => false)(one), q);
  assert.equal(matcher({ ...noFilter, q: "cellar" }, () => false)(one), false);
  const children = [node(2, { name: "a", appearance: { alias: "z" } }), node(3, { name: "m" })];
  const edges = [2, 3].map((to) => ({ id: `hosts:${to}`, type: "hosts", from: 1, to }));
  assert.deepEqual(outline({ nodes: [node(1), ...children], edges }, new Set()).map((row) => row.node.id), [1, 3, 2]);
});

test("icon and colour are the map's, the object's, its role's, its kind's; a picture has ours to stand in", () => {
  const role = { role: "router" };
  assert.equal(iconName(node(1, { ...role, icon: "globe", appearance: { icon: "lock" } })), "lock");
  assert.equal(iconName(node(1, { ...role, icon: "globe", appearance: { icon: "upload-3" } })), "globe");
  assert.equal(iconName(node(1, { ...role, icon: "upload-3" })), "router");
  assert.equal(pictureAddress(node(1, { icon: "upload-3" })), "/api/v1/icons/3/picture");
  assert.equal(pictureAddress(node(1, { icon: "upload-3", appearance: { icon: "lock" } })), null);
  for (const icon of ["upload-3/../../x", "upload-", "javascript:alert(1)", "//evil", "upload-1e3"]) {
    assert.equal(pictureAddress(node(1, { icon, appearance: { icon } })), null, icon);
  }
  assert.equal(hueName(node(1, { appearance: { colour: "teal" } })), "network");
  for (const colour of ["red; x", "__proto__", "constructor"]) assert.equal(hueName(node(1, { appearance: { colour } })), null, colour);
  assert.equal(hueName(node(1)), null);
});

test("a difference changes the look of what is there; an older one, and a new state, leave it", () => {
  let now = graph(node(1), node(2));
  const play = (delta) => {
    const { graph: next, change, touched } = applyDelta(now, delta);
    now = next;
    return { change, touched };
  };

  assert.deepEqual(play({ appearances: [{ map: 1, id: 1, alias: "x", revision: 2 }, { map: 1, id: 9, alias: "y", revision: 1 }] }), {
    change: "look",
    touched: [1],
  });
  assert.equal(play({ appearances: [{ map: 1, id: 1, alias: "old", revision: 1 }] }).change, "none");
  play({ nodes: { set: [node(1, { status: "down" })] } });
  assert.deepEqual(now.nodes.get(1).appearance, { alias: "x", revision: 2 });
  play({ appearances: [{ map: 1, id: 1, revision: 3 }] });
  assert.deepEqual(now.nodes.get(1).appearance, { revision: 3 });
});

test("only what is different is asked for, with the revision that was seen", () => {
  const nodes = [node(1), node(2, { appearance: { colour: "teal", alias: "two", revision: 4 } }), undefined];
  assert.deepEqual(changesTo(nodes, () => ({ colour: "teal", icon: null })), [{ id: 1, colour: "teal", revision: 0 }]);
  assert.deepEqual(changesTo(nodes, () => ({ alias: null, colour: null, icon: null })), [
    { id: 2, alias: null, colour: null, revision: 4 },
  ]);
});

/** A daemon that keeps looks, and counts their revisions. */
async function room() {
  const sent = [];
  const revisions = new Map();
  configureApi({
    fetch: async (url, { method, body }) => {
      const answer = (value) => new Response(JSON.stringify(value), { status: 200 });
      if (url.endsWith("/maps")) return answer({ items: [{ id: 4, name: "Main" }] });
      if (url.includes("topology/layout")) return answer({ layout: "force", places: [1, 2].map((id) => ({ id, x: id, y: 0 })) });
      if (method !== "PATCH") return answer({ event_id: 1, nodes: [node(1), node(2)], edges: [] });
      const { items } = JSON.parse(body);
      sent.push([url, items]);
      return answer({
        items: items.map(({ revision, ...one }) => {
          revisions.set(one.id, (revisions.get(one.id) ?? 0) + 1);
          return { ...one, revision: revisions.get(one.id) };
        }),
      });
    },
  });
  const ended = new AbortController();
  const store = new MapStore({ live: { subscribe() {} }, signal: ended.signal, map: null });
  await store.load();
  const session = { may: () => true };
  const editor = new MapEditor({ context: { session }, kinds: [], store, view: {}, select() {}, onHistory() {} });
  // There is no page to say it on.
  editor.tell = () => {};
  return { sent, store, history: editor.history, nodeOf: (id) => editor.node(id), dresser: new MapDresser({ editor, store }) };
}

test("a step is one request, and taken back leaves alone what somebody else changed since", async () => {
  const { sent, store, history, nodeOf, dresser } = await room();
  await dresser.dress([1, 2], { colour: "pink" });
  assert.deepEqual(sent, [["/api/v1/maps/4/appearances", [{ id: 1, colour: "pink", revision: 0 }, { id: 2, colour: "pink", revision: 0 }]]]);
  assert.equal(nodeOf(2).appearance.colour, "pink");

  store.changed({ appearances: [{ map: 4, id: 2, colour: "blue", revision: 7 }] });
  assert.equal((await history.undo()).kept, 1);
  assert.deepEqual(sent.at(-1)[1], [{ id: 1, colour: null, revision: 1 }]);
  assert.equal(nodeOf(2).appearance.colour, "blue");
  // What happens on another map is nothing here.
  store.changed({ appearances: [{ map: 5, id: 1, alias: "elsewhere", revision: 9 }] });
  assert.equal(nodeOf(1).appearance.alias ?? null, null);
});

test("a shared map has its pictures in itself, or none", () => {
  const good = "data:image/png;base64,AAAA";
  const { nodes } = pictureOf({
    pictures: [good, "https://evil.example/x.png", "data:image/svg+xml;base64,AAAA"],
    nodes: [0, 1, 2, 3].map((picture) => ({ id: picture, kind: "hardware", name: "x", picture, x: 0, y: 0, alias: "a", colour: "teal" })),
    edges: [],
  }, String);
  assert.deepEqual(nodes.map(pictureAddress), [good, null, null, null]);
  assert.deepEqual(nodes[0].appearance, { alias: "a", colour: "teal" });
});
