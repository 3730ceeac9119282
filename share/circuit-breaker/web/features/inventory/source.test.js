import assert from "node:assert/strict";
import { test } from "node:test";

import { configureApi } from "../../lib/api.js";
import { ListSource } from "./list.source.js";
import { plainList } from "./query.model.js";

const kind = {
  name: "hardware",
  path: "hardware",
  label: "Hardware",
  plural: "Hardware",
  group: "inventory",
  fields: [],
};
const thing = (id, extra = {}) => ({
  id,
  kind: "hardware",
  name: `box ${String(id).padStart(3, "0")}`,
  revision: 1,
  ...extra,
});

/** Serves 250 objects in pages as big as asked for; what is asked is kept. */
function serve(asked = []) {
  const all = Array.from({ length: 250 }, (_, at) => thing(at + 1));
  configureApi({
    fetch: async (url) => {
      asked.push(url);
      const query = new URL(url, "http://x").searchParams;
      const from = Number(query.get("cursor") ?? 0);
      const size = Number(query.get("limit"));
      const next = from + size < all.length ? String(from + size) : null;
      return new Response(JSON.stringify({ items: all.slice(from, from + size), next, total: all.length }), {
        status: 200,
      });
    },
  });
  return asked;
}
const broken = () =>
  configureApi({ fetch: async () => new Response('{"code":"fault","message":"Broken."}', { status: 500 }) });

test("pages are read one after the other until the list is complete", async () => {
  serve();
  const source = new ListSource(kind, new AbortController().signal);

  await source.read({ sort: "name" });
  await source.more();
  await source.more();
  await source.more();

  const { items, total, isComplete } = source.view.current;
  assert.deepEqual([items.length, total, isComplete], [250, 250, true]);
});

test("a row far down brings all the pages before it, and no more", async () => {
  const asked = serve();
  const source = new ListSource(kind, new AbortController().signal);
  await source.read({});
  await source.more(70);
  assert.deepEqual([source.view.current.items.length, asked.length], [250, 2]);
});

test("an object that an event brought is not there twice when its page comes", async () => {
  serve();
  const source = new ListSource(kind, new AbortController().signal);
  await source.read({});

  source.happened({ subject: "inventory.hardware.created", payload: thing(150, { name: "box 000" }) }, plainList);
  await source.more();

  assert.equal(source.view.current.items.filter(({ id }) => id === 150).length, 1);
});

test("what is on screen survives a broken daemon", async () => {
  serve();
  const source = new ListSource(kind, new AbortController().signal);
  await source.read({});

  broken();
  await source.read({});

  assert.deepEqual([source.phase.current, source.view.current.items.length, source.error.message], [
    "failed",
    60,
    "Broken.",
  ]);
});

test("only the newest question counts", async () => {
  const asked = serve();
  const source = new ListSource(kind, new AbortController().signal);

  await Promise.all([source.read({ q: "a" }), source.read({ q: "b" })]);

  assert.equal(asked.length, 2);
  assert.equal(source.phase.current, "ready");
});
