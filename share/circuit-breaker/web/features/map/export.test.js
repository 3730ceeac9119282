// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { fileName, FORMATS, pictureSize } from "./export.model.js";

test("a picture is twice as large, and never larger than a browser draws", () => {
  assert.deepEqual(pictureSize(800, 600), { width: 1600, height: 1200, scale: 2 });
  for (const [width, height] of [[40_000, 10], [30_000, 30_000], [0, 0], [1, 90_000]]) {
    const size = pictureSize(width, height);
    assert.ok(size.width >= 1 && size.height >= 1 && size.width <= 16_000 && size.height <= 16_000);
    assert.ok(size.width * size.height <= 120_000_000);
  }
});

test("a file is called as the daemon says, without what file systems refuse", () => {
  assert.equal(fileName("attachment; filename=\"Lab.svg\"; filename*=UTF-8''L%C3%A4b.svg", "png"), "Läb.png");
  assert.equal(fileName("attachment; filename=\"Lab.svg\"; filename*=UTF-8''%E0%A4%A", "svg"), "Lab.svg");
  assert.equal(fileName("attachment; filename*=UTF-8''..%2F..%2Fa%00b.svg", "svg"), ".. .. a b.svg");
  assert.equal(fileName(null, "pdf"), "map.pdf");
});

test("formats are offered once each", () => {
  assert.equal(new Set(FORMATS.map(({ format }) => format)).size, FORMATS.length);
});

test("the icons of the daemon's drawings are those of the pages", () => {
  execFileSync(process.execPath, [new URL("../../../../../tools/export-icons.mjs", import.meta.url).pathname, "--check"]);
});
