import assert from "node:assert/strict";
import { test } from "node:test";

import { between, boxAround, fit, MAX_ZOOM, pan, toScreen, toWorld, visibleBox, zoomAt } from "./camera.model.js";

const size = { width: 800, height: 600 };
const camera = { x: 100, y: -50, zoom: 2 };

test("screen and world are each other's inverse", () => {
  const { x, y } = toScreen(camera, size, 37, 91);
  assert.deepEqual(toWorld(camera, size, x, y), { x: 37, y: 91 });
});

test("zooming keeps the point under the pointer", () => {
  const before = toWorld(camera, size, 700, 20);
  const after = toWorld(zoomAt(camera, size, 1.5, 700, 20), size, 700, 20);
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
});

test("zoom has an end", () => {
  assert.equal(zoomAt(camera, size, 1e9, 0, 0).zoom, MAX_ZOOM);
});

test("the world follows the hand", () => {
  assert.deepEqual(pan(camera, 20, -10), { x: 90, y: -45, zoom: 2 });
});

test("fit shows the whole box beside the panel", () => {
  const box = { left: -1000, right: 1000, top: -100, bottom: 100 };
  const framed = fit(box, size, { left: 180, top: 60, margin: 10 });
  const [leftTop, rightBottom] = [[box.left, box.top], [box.right, box.bottom]].map(([x, y]) => toScreen(framed, size, x, y));
  assert.ok(leftTop.x >= 189.9 && leftTop.y >= 69.9);
  assert.ok(rightBottom.x <= size.width - 9.9 && rightBottom.y <= size.height - 9.9);
  const shown = fit(box, size, { right: 200 });
  const left = toScreen(shown, size, -1000, 0).x;
  const right = toScreen(shown, size, 1000, 0).x;
  assert.ok(left >= 55 && right <= 545, `${left} ${right}`);
});

test("a single node is not blown up", () => {
  assert.ok(fit(boxAround([{ x: 5, y: 5 }], 20), size).zoom <= 1.1);
  assert.deepEqual(fit(boxAround([]), size), { x: 0, y: 0, zoom: 1 });
});

test("the visible box is what the corners show", () => {
  const box = visibleBox(camera, size);
  assert.deepEqual(toWorld(camera, size, 0, 0), { x: box.left, y: box.top });
});

test("a flight begins and ends where it should", () => {
  const to = { x: 0, y: 0, zoom: 0.5 };
  assert.deepEqual(between(camera, to, 0), camera);
  assert.deepEqual(between(camera, to, 1), to);
});
