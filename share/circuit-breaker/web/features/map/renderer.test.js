import assert from "node:assert/strict";
import { test } from "node:test";

import { piecesOf, Shelves } from "./glyphs.model.js";
import { Inertia } from "./inertia.model.js";
import { Marks } from "./marks.model.js";
import { EdgeNumbers, flagsOf, HUES, lookOf, NodeTexels, PICTURE, ROW } from "./pack.gl.model.js";
import { mostTelling, Pace } from "./pace.model.js";
import { buildScene, moveNode, patchNode } from "./scene.model.js";
import { SpatialTree } from "./spatial.model.js";
import { shortened } from "./wording.model.js";
import { WordPlan } from "./words.model.js";

const box = { left: 0, top: 0, right: 1000, bottom: 1000 };

function random(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function grid(count, step = 100) {
  const wide = Math.ceil(Math.sqrt(count));
  const nodes = Array.from({ length: count }, (_, at) => ({ id: at + 1, kind: at % 9 === 0 ? "network" : "service", name: `node ${at}`, status: "up" }));
  const places = new Map(nodes.map(({ id }, at) => [id, { x: (at % wide) * step, y: Math.floor(at / wide) * step }]));
  const edges = nodes.slice(1).map(({ id }) => ({ id: `runs:${id}`, type: "runs", from: 1 + Math.floor((id - 2) / 8) * 8, to: id }));
  return { nodes, edges, places };
}

test("the tree finds what a search through everything finds, also after moves", () => {
  const next = random(7);
  const tree = new SpatialTree(400, box);
  const boxes = [];
  const put = (item) => {
    const [x, y, w, h] = [next() * 1400 - 200, next() * 1400 - 200, next() ** 4 * 800, next() ** 4 * 800];
    boxes[item] = [x, y, x + w, y + h];
    tree.put(item, x, y, x + w, y + h);
  };
  for (let item = 0; item < 400; item += 1) put(item);
  for (let turn = 0; turn < 200; turn += 1) {
    put(Math.floor(next() * 400));
    const [x, y, w] = [next() * 1200 - 100, next() * 1200 - 100, next() * 300];
    const expected = boxes.flatMap(([l, t, r, b], item) => (l <= x + w && r >= x && t <= y + w && b >= y ? [item] : []));
    assert.deepEqual(tree.find(x, y, x + w, y + w).sort((a, b) => a - b), expected);
  }
});

test("what was taken out is not found", () => {
  const tree = new SpatialTree(2, box);
  tree.put(0, 10, 10, 20, 20);
  tree.put(1, 10, 10, 20, 20);
  tree.take(0);
  assert.deepEqual(tree.find(0, 0, 100, 100), [1]);
});

test("a moved node is one texel in one row, and nothing else is sent", () => {
  const { nodes, edges, places } = grid(1000);
  const scene = buildScene({ nodes, edges }, places);
  const texels = new NodeTexels(scene, () => 5);
  assert.deepEqual(texels.take(), { first: 0, count: 4 });
  assert.equal(texels.take(), null);

  moveNode(scene, 600, 7, 8);
  for (const at of scene.patches) texels.place(scene, at);

  assert.deepEqual(texels.take(), { first: Math.floor(599 / ROW), count: 1 });
  assert.deepEqual([...texels.data.slice(599 * 4, 599 * 4 + 2)], [7, 8]);
});

test("a changed state is a patch, and only another name or state makes words stale", () => {
  const { nodes, edges, places } = grid(20);
  const scene = buildScene({ nodes, edges }, places);
  patchNode(scene, { ...nodes[3], tags: ["new"] });
  assert.equal(scene.isRenamed, false);
  patchNode(scene, { ...nodes[3], status: "down" });
  assert.equal(scene.isRenamed, true);
  assert.deepEqual([...scene.patches], [3]);
});

test("marks become flags, and go when the mark goes", () => {
  const { nodes, edges, places } = grid(20);
  const scene = buildScene({ nodes, edges }, places);
  const texels = new NodeTexels(scene, () => 0);
  const marks = new Marks();
  marks.set({ selected: new Set([2]), primary: 2, lit: new Set([2, 3]) });
  texels.mark(scene, marks);
  assert.equal(texels.data[1 * 4 + 3], 16 * 255 + 1 + 2 + 8);
  assert.equal(texels.data[2 * 4 + 3], 16 * 255 + 1);
  marks.set({ selected: new Set(), primary: null, lit: null });
  texels.mark(scene, marks);
  assert.equal(texels.data[1 * 4 + 3], 16 * 255);
  assert.equal(flagsOf(9, marks), 16 * 255);
});

test("looks hold icon, hue and state without touching each other", () => {
  const parts = (look) => [look & 255, (look >> 8) & 7, (look >> 11) & 7, look >> 14];
  assert.deepEqual(parts(lookOf({ kind: "network", status: "down" }, 255)), [255, 5, 2, 0]);
  assert.deepEqual(parts(lookOf({ kind: "??", status: "??" }, 0)), [0, 7, 4, 0]);
  const own = { kind: "network", status: "up", appearance: { colour: "orange" } };
  assert.deepEqual(parts(lookOf(own, PICTURE + 9)), [9, HUES.indexOf("service"), 0, 1]);
  // A share of a texel holds whole numbers up to 2^24.
  assert.ok(lookOf({ kind: "??", status: "retired" }, PICTURE + 255) < 2 ** 24);
});

test("bent lines are gathered apart from straight ones", () => {
  const nodes = [1, 2, 3].map((id) => ({ id, kind: "hardware", name: `${id}` }));
  const edges = [["connection:1", 1, 2], ["connection:2", 2, 1], ["connection:3", 2, 3]].map(([id, from, to]) => ({ id, type: "connection", from, to }));
  const scene = buildScene({ nodes, edges }, new Map(nodes.map(({ id }) => [id, { x: id * 100, y: 0 }])));
  const { straight, bent } = new EdgeNumbers(scene).gather([0, 1, 2]);
  assert.deepEqual([straight.length / 4, bent.length / 4], [1, 2]);
  assert.deepEqual([...straight.slice(0, 2)], [1, 2]);
});

const view = (scene, zoom = 1, more = {}) => ({
  scene,
  camera: { x: 450, y: 450, zoom },
  size: { width: 1200, height: 1000 },
  marks: new Marks(),
  ...more,
});
const measure = (text, _face, size) => [...text].length * size * 0.55;

function finished(plan, about) {
  let slices = 0;
  while (plan.advance(about, () => true)) slices += 1;
  return slices;
}

test("words are planned in slices and then cost nothing while the map moves", () => {
  const { nodes, edges, places } = grid(100);
  const scene = buildScene({ nodes, edges }, places);
  const plan = new WordPlan(measure);
  const about = view(scene);
  assert.ok(finished(plan, about) > 3);
  const version = plan.version;
  assert.equal(plan.words.length, 100);

  about.marks.isMoving = true;
  about.camera = { ...about.camera, x: 500 };
  assert.equal(plan.advance(about, () => true), false);
  assert.equal(plan.version, version);
  about.camera = { ...about.camera, x: 1500 };
  finished(plan, about);
  assert.ok(plan.version > version);
});

test("where everything is in view, names stay on the screen, shorter where there is no room", () => {
  const names = ["a-name-that-is-rather-long", "another-long-name-here", "middle"];
  const nodes = names.map((name, at) => ({ id: at + 1, kind: "hardware", name, status: "up" }));
  const scene = buildScene({ nodes, edges: [] }, new Map([[1, { x: -150, y: 0 }], [2, { x: 150, y: 0 }], [3, { x: 0, y: 0 }]]));
  const about = { scene, camera: { x: 0, y: 0, zoom: 1 }, size: { width: 350, height: 300 }, marks: new Marks() };
  const plan = new WordPlan(measure);
  finished(plan, about);
  assert.equal(plan.words.length, 3);
  for (const { a, dx, align, text, face, size } of plan.words) {
    const [at, width] = [scene.x[a] + dx, measure(text, face, size)];
    const left = align === "center" ? at - width / 2 : align === "left" ? at : at - width;
    assert.ok(left >= -175 && left + width <= 175, `${text} from ${left}`);
  }
});

test("no two words lie over each other", () => {
  const { nodes, edges, places } = grid(400, 55);
  const scene = buildScene({ nodes, edges }, places);
  for (const zoom of [0.25, 0.5, 1, 1.6]) {
    const plan = new WordPlan(measure);
    finished(plan, view(scene, zoom));
    const boxes = plan.words.map(({ a, dx, dy, align, text, face, size }) => {
      const width = measure(text, face, size);
      const left = scene.x[a] * zoom + dx - (align === "center" ? width / 2 : align === "right" ? width : 0);
      return [left, scene.y[a] * zoom + dy, left + width, scene.y[a] * zoom + dy + size];
    });
    assert.ok(boxes.length > (zoom < 0.3 ? 0 : 10), `${boxes.length} words at ${zoom}`);
    boxes.forEach((one, at) => boxes.slice(at + 1).forEach((two) => {
      assert.ok(one[0] >= two[2] || two[0] >= one[2] || one[1] >= two[3] || two[1] >= one[3], `overlap at ${zoom}`);
    }));
  }
});

test("the selected one is named whatever stands around it", () => {
  const { nodes, edges, places } = grid(400, 30);
  const scene = buildScene({ nodes, edges }, places);
  const about = view(scene);
  about.marks.set({ primary: 190, selected: new Set([190]) });
  const plan = new WordPlan(measure);
  finished(plan, about);
  assert.ok(plan.words.some(({ a }) => scene.nodes[a].id === 190));
});

test("a long name is shortened by letters, not by halves of them", () => {
  assert.equal(shortened("🏠".repeat(30)), `${"🏠".repeat(13)}…${"🏠".repeat(8)}`);
  assert.equal(shortened("short"), "short");
});

test("letters that join stay one piece", () => {
  assert.deepEqual(piecesOf("nas-1").pieces, ["n", "a", "s", "-", "1"]);
  assert.deepEqual(piecesOf("خادم").pieces, ["خادم"]);
  assert.deepEqual(piecesOf("e\u0301").pieces, ["e\u0301"]);
  assert.equal(piecesOf("🖥 desk").hasPictures, true);
  assert.deepEqual(piecesOf("").pieces, []);
});

test("cells do not overlap, and a full atlas says so", () => {
  const shelves = new Shelves(100, 60);
  const places = [];
  for (;;) {
    const place = shelves.add(17, 19);
    if (!place) break;
    places.push(place);
  }
  assert.equal(places.length, 15);
  assert.equal(new Set(places.map(({ x, y }) => `${x} ${y}`)).size, 15);
  assert.equal(shelves.add(200, 5), null);
});

test("the map glides on and stops, and a hand that rested lets it stand", () => {
  const inertia = new Inertia();
  for (let time = 0; time <= 64; time += 16) inertia.moved(time, 10, 0);
  assert.equal(inertia.released(66), true);
  let [way, time] = [0, 66];
  for (; inertia.isMoving && time < 5000; time += 16) way += inertia.step(time)?.dx ?? 0;
  assert.ok(way > 20 && way < 400, `${way}`);
  assert.ok(time < 2500, `${time}`);

  inertia.moved(6000, 10, 0);
  inertia.moved(6010, 10, 0);
  assert.equal(inertia.released(6400), false);
});

test("three slow frames in a row make a card slow, one pause does not", () => {
  const pace = new Pace();
  for (const now of [100, 116, 4000, 4016, 4032]) pace.frame(now, true);
  assert.equal(pace.isSlow, false);
  for (const now of [4132, 4232, 4332]) pace.frame(now, true);
  assert.equal(pace.isSlow, true);
});

test("of too many lines, cables stay before needs", () => {
  const { nodes, places } = grid(50);
  const edges = nodes.slice(1).flatMap(({ id }) => [
    { id: `connection:${id}`, type: "connection", from: 1, to: id },
    { id: `depends:${id}`, type: "depends", from: id, to: 1 },
  ]);
  const scene = buildScene({ nodes, edges }, places);
  const taken = mostTelling(scene, 60);
  assert.equal(taken.length, 60);
  assert.equal(taken.filter((at) => scene.edges[at].edge.type === "connection").length, 49);
  assert.equal(mostTelling(scene, 1000).length, 98);
});
