import assert from "node:assert/strict";
import { test } from "node:test";

import { Marks } from "./marks.model.js";
import { edgeStrokes } from "./render.edges.js";
import { dotFills } from "./render.nodes.js";
import { buildScene } from "./scene.model.js";
import { finished, goOn } from "./slices.model.js";

class Path {
  constructor() {
    this.steps = [];
  }
  moveTo(...to) {
    this.steps.push(["move", ...to]);
  }
  lineTo(...to) {
    this.steps.push(["line", ...to]);
  }
  quadraticCurveTo(...to) {
    this.steps.push(["curve", ...to]);
  }
  arc(...to) {
    this.steps.push(["arc", ...to]);
  }
  closePath() {
    this.steps.push(["close"]);
  }
}
globalThis.Path2D = Path;

const palette = { down: "red", degraded: "amber", hueOf: ({ kind }) => kind };

/** A row of nodes, each joined with the first: half of them lie beyond the right side of the screen. */
function job(zoom = 0.1, lit = null) {
  const nodes = Array.from({ length: 1000 }, (_, at) => ({ id: at + 1, kind: at % 2 ? "service" : "hardware", name: `${at}`, status: at % 9 ? "up" : "down" }));
  const places = new Map(nodes.map(({ id }, at) => [id, { x: at * 20, y: (at % 7) * 90 }]));
  const edges = nodes.slice(1).map(({ id }) => ({ id: `depends:${id}`, type: id % 3 ? "depends" : "runs", from: Math.max(1, id - 3), to: id }));
  const scene = buildScene({ nodes, edges }, places);
  const marks = new Marks();
  marks.set({ lit, hovered: lit ? 5 : null });
  const camera = { x: 5000, y: 300, zoom };
  const size = { width: 1000, height: 400 };
  return { palette, scene, camera, size, marks, born: new Map(), nodes: [...scene.nodes.keys()], edges: scene.edges, isCoarse: false };
}

function inSlices(work) {
  let [result, slices] = [null, 0];
  const kept = { next: () => {
    const step = work.next();
    if (step.done) result = step.value;
    return step;
  } };
  while (!goOn(kept, () => true)) slices += 1;
  return { result, slices };
}

test("a picture that is made in slices is the one that is made at once", () => {
  for (const about of [job(), job(0.5), job(0.1, new Set([5, 6, 7]))]) {
    for (const make of [edgeStrokes, dotFills]) {
      const { result, slices } = inSlices(make(about));
      assert.ok(slices > 3, `${slices} slices`);
      assert.deepEqual(result, finished(make(about)));
    }
  }
});

test("what does not reach the screen is not in its paths, and what crosses it is", () => {
  const about = job();
  const count = (paths, name) => paths.flatMap(({ path }) => path.steps).filter(([step]) => step === name).length;
  // The screen shows the world from 0 to 10,000: five hundred nodes, and a little room.
  const dots = count(finished(dotFills(about)), "arc");
  assert.ok(dots >= 500 && dots < 520, `${dots} dots`);
  const lines = count(finished(edgeStrokes(about)), "line");
  assert.ok(lines >= 500 && lines < 530, `${lines} lines`);
  const across = { ...about, edges: [{ ...about.edges[0], a: 0, b: 999 }], camera: { ...about.camera, zoom: 1 } };
  assert.equal(count(finished(edgeStrokes(across)), "line"), 1);
});

test("lit, plain and dim lines are strokes of their own, the lit ones on top", () => {
  const levels = finished(edgeStrokes(job(0.1, new Set([5, 6, 7])))).map(({ level }) => level);
  assert.deepEqual([...levels].sort(), levels);
  assert.deepEqual([...new Set(levels)], [0, 2]);
  assert.deepEqual([...new Set(finished(edgeStrokes(job())).map(({ level }) => level))], [1]);
});
