import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fit, toScreen } from "./camera.model.js";
import { Marks } from "./marks.model.js";
import { buildScene, loopOf } from "./scene.model.js";
import { changeSigns, drawnSigns } from "./signs.model.js";
import { shortened } from "./wording.model.js";
import { WordPlan } from "./words.model.js";

const measure = (text, _face, size) => [...text].length * size * 0.55;
const KINDS = {
  "external-nodes": "external_node",
  hardware: "hardware",
  networks: "network",
  clusters: "cluster",
  "compute-units": "compute_unit",
  storage: "storage",
  services: "service",
};
const SCREENS = {
  390: { size: { width: 390, height: 742 }, covers: [[0, 0, 390, 86], [326, 410, 390, 742], [0, 690, 100, 742]], cover: { right: 36 } },
  1440: { size: { width: 1384, height: 852 }, covers: [[0, 0, 900, 46], [0, 330, 190, 852], [1330, 450, 1384, 852]], cover: { top: 36, right: 40 } },
};

/** A sample lab with its nodes evenly spread over a disc, backbone among them: closer than a layout would place them. */
function lab(size) {
  const { rows } = JSON.parse(readFileSync(new URL(`../../samples/lab-${size}.json`, import.meta.url), "utf8"));
  const nodes = Object.entries(KINDS).flatMap(([path, kind]) => (rows[path] ?? []).map(({ name, role }) => ({ kind, name, role, status: "up" })));
  nodes.forEach((node, at) => (node.id = at + 1));
  const order = nodes.map((_, at) => at).sort((a, b) => ((a * 7919) % nodes.length) - ((b * 7919) % nodes.length) || a - b);
  const places = new Map(order.map((at, turn) => {
    const [radius, angle] = [62 * Math.sqrt(turn + 0.5), turn * 2.39996];
    return [nodes[at].id, { x: radius * Math.cos(angle), y: radius * Math.sin(angle) }];
  }));
  // Whoever carries something has lines: access points, switches and the gateway.
  const hubs = nodes.filter(({ role }) => ["router", "switch", "access_point"].includes(role));
  const edges = hubs.flatMap((hub) => nodes.filter(({ id }) => id !== hub.id && id % hubs.length === hub.id % hubs.length).slice(0, 6)
    .map(({ id }) => ({ id: `runs:${hub.id}-${id}`, type: "runs", from: hub.id, to: id })));
  return { scene: buildScene({ nodes, edges }, places), hubs };
}

function worded(scene, { size, covers, cover }, marks = new Marks(), signs = () => []) {
  const camera = fit(scene.box, size, { margin: 28, ...cover });
  const plan = new WordPlan(measure);
  const boxes = covers.map(([left, top, right, bottom]) => ({ left, top, right, bottom }));
  while (plan.advance({ scene, camera, size, marks, covers: () => boxes, signs: () => signs(camera.zoom) }, () => true));
  return { camera, covers: boxes, words: plan.words.map((word) => {
    const { x, y } = toScreen(camera, size, scene.x[word.a], scene.y[word.a]);
    const width = measure(word.text, word.face, word.size);
    const left = x + word.dx - (word.align === "center" ? width / 2 : word.align === "right" ? width : 0);
    return { ...word, node: scene.nodes[word.a], box: { left, top: y + word.dy, right: left + width, bottom: y + word.dy + word.size } };
  }) };
}

const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

for (const [name, screen] of Object.entries(SCREENS)) {
  for (const [size, least] of [[12, 11], [40, name === "390" ? 16 : 25], [150, name === "390" ? 20 : 70], [300, name === "390" ? 15 : 50]]) {
    test(`${size} nodes in ${name} pixels: names lie over no other, below no tool and on the screen`, () => {
      const { scene } = lab(size);
      const { words, covers } = worded(scene, screen);
      assert.ok(words.length >= least, `${words.length} words`);
      words.forEach(({ box, text }, at) => {
        assert.ok(box.left >= 0 && box.top >= 0 && box.right <= screen.size.width && box.bottom <= screen.size.height, `${text} is cut`);
        for (const cover of covers) assert.ok(!touch(box, cover), `${text} below a tool`);
        for (const other of words.slice(at + 1)) assert.ok(!touch(box, other.box), `${text} over ${other.text}`);
      });
    });
  }
}

test("on a small screen what a lab hangs from is named before anything else", () => {
  const { scene, hubs } = lab(150);
  const { words } = worded(scene, SCREENS[390]);
  const named = new Set(words.map(({ node }) => node.id));
  const first = hubs.filter(({ role, id }) => role !== "access_point" && scene.degree[scene.index.get(id)] > 2);
  assert.ok(first.length > 3 && first.filter(({ id }) => named.has(id)).length >= first.length - 1, `${first.length}`);
});

test("who is pointed at is named in full, on a plate, within the screen", () => {
  const nodes = [{ id: 1, kind: "service", name: "a-name-as-long-as-nobody-should-ever-give-one", status: "up" }];
  const scene = buildScene({ nodes, edges: [] }, new Map([[1, { x: 180, y: 0 }]]));
  const size = { width: 390, height: 300 };
  const marks = new Marks();
  marks.set({ hovered: 1 });
  const plan = new WordPlan(measure);
  while (plan.advance({ scene, camera: { x: 0, y: 0, zoom: 1 }, size, marks }, () => true));
  const [word, ...others] = plan.words.filter(({ face }) => face === "name");
  assert.equal(others.length, 0);
  assert.equal(word.text, nodes[0].name);
  assert.equal(word.plate, true);
  const [middle, half] = [195 + 180 + word.dx, measure(word.text, "name", word.size) / 2];
  assert.ok(middle - half >= 0 && middle + half <= 390, `${middle} ± ${half}`);
});

test("pointing at somebody moves no other name", () => {
  const { scene } = lab(40);
  const before = worded(scene, SCREENS[1440]).words;
  const marks = new Marks();
  marks.set({ focused: scene.nodes[30].id });
  const after = worded(scene, SCREENS[1440], marks).words;
  const line = ({ a, dx, dy, text }) => `${a} ${dx} ${dy} ${text}`;
  const known = new Set(before.map(line));
  for (const word of after) assert.ok(word.a === 30 || known.has(line(word)), word.text);
  assert.ok(after.some(({ a }) => a === 30) && after.length > before.length - 4);
});

test("a long name keeps its end, which tells it from its neighbours", () => {
  assert.equal(shortened("smart-tv-kitchen-4", 13), "smart-tv…en-4");
  assert.notEqual(shortened("smart-tv-kitchen-4", 8), shortened("smart-tv-kitchen-5", 8));
});

/** A switch above a boundary's title, in a map that is shown at a zoom of 1. */
const one = (edges = []) =>
  buildScene({ nodes: [{ id: 1, kind: "hardware", name: "core-switch", ip: "10.0.0.2", status: "up" }], edges }, new Map([[1, { x: 0, y: 0 }]]));
const NEAR = { size: { width: 600, height: 400 }, covers: [], cover: {} };
const boxesOf = (signs, { zoom, x, y }, { width, height }) =>
  signs.map((sign) => {
    const at = toScreen({ zoom, x, y }, { width, height }, sign.x, sign.y);
    return { left: at.x + sign.left, right: at.x + sign.right, top: at.y + sign.top, bottom: at.y + sign.bottom };
  });

test("a name keeps off the title of a boundary below its node, and off a label", () => {
  for (const isLabel of [false, true]) {
    const signs = (zoom) => drawnSigns([{ text: "Rack in the cellar", x: 0, y: 50, isLabel }], zoom, measure);
    const plain = worded(one(), NEAR);
    const { camera, words } = worded(one(), NEAR, new Marks(), signs);
    const [title] = boxesOf(signs(camera.zoom), camera, NEAR.size);
    assert.ok(plain.words.some(({ box }) => touch(box, title)), "nothing to keep off");
    assert.equal(words.length, 2);
    for (const { box, text } of words) assert.ok(!touch(box, title), text);
  }
});

test("names keep off the signs of what changed: of nodes, of lines and of where a node stood", () => {
  const scene = one([{ id: "connection:7", type: "connection", from: 1, to: 1 }]);
  const changes = {
    nodes: new Map([[1, "changed"]]), edges: [{ id: "connection:7", from: 1, to: 1, change: "added" }], ghosts: [{ id: 1, x: 0, y: 45 }],
  };
  const { camera, words } = worded(scene, NEAR, new Marks(), (zoom) => changeSigns(changes, scene, zoom));
  const signs = boxesOf(changeSigns(changes, scene, camera.zoom), camera, NEAR.size);
  assert.equal(signs.length, 3);
  assert.equal(words.length, 2);
  for (const { box, text } of words) for (const sign of signs) assert.ok(!touch(box, sign), text);
});

test("a loop says its ports beside its disc, and the name of its node keeps off both", () => {
  const scene = one([{ id: "connection:7", type: "connection", from: 1, to: 1, label: "p1 ⇄ p2" }]);
  const marks = new Marks();
  marks.set({ primary: 1 });
  const { camera, words } = worded(scene, NEAR, marks);
  const [said] = words.filter(({ text }) => text === "p1 ⇄ p2");
  const { x, y, radius } = loopOf(scene, scene.edges[0], camera.zoom);
  const middle = toScreen(camera, NEAR.size, x, y);
  const reach = radius * camera.zoom;
  const circle = { left: middle.x - reach, right: middle.x + reach, top: middle.y - reach, bottom: middle.y + reach };
  assert.ok(said.box.right <= circle.left && said.box.right > circle.left - 6 && said.box.top < middle.y && said.box.bottom > middle.y);
  const names = words.filter((word) => word !== said);
  assert.equal(names.length, 2);
  for (const { box } of names) assert.ok(!touch(box, circle) && !touch(box, said.box));
});

test("lines run through no name that has room beside them, as below what others hang from", () => {
  const nodes = ["root", "left", "middle", "right"].map((name, at) => ({ id: at + 1, kind: "hardware", name, ip: `10.0.0.${at}`, status: "up" }));
  const edges = [2, 3, 4].map((to) => ({ id: `connection:${to}`, type: "connection", from: 1, to }));
  // A cable of others runs past `left`, below it.
  nodes.push({ id: 5, kind: "hardware", name: "far", status: "up" }, { id: 6, kind: "hardware", name: "away", status: "up" });
  edges.push({ id: "connection:9", type: "connection", from: 5, to: 6 });
  const spots = [[0, 0], [-200, 160], [0, 160], [200, 160], [-390, 200], [-60, 203]];
  const places = new Map(spots.map(([x, y], at) => [at + 1, { x, y }]));
  const scene = buildScene({ nodes, edges }, places);
  const { camera, words } = worded(scene, { size: { width: 1000, height: 700 }, covers: [], cover: {} });
  const at = (id) => toScreen(camera, { width: 1000, height: 700 }, places.get(id).x, places.get(id).y);
  assert.equal(words.filter(({ node }) => node.id === 1).length, 2);
  for (const { from, to } of edges) {
    const [a, b] = [at(from), at(to)];
    for (let step = 0; step <= 200; step += 1) {
      const [x, y] = [a.x + ((b.x - a.x) * step) / 200, a.y + ((b.y - a.y) * step) / 200];
      for (const { box, text } of words) assert.ok(x <= box.left || x >= box.right || y <= box.top || y >= box.bottom, `${from}–${to} through ${text}`);
    }
  }
});
