// @ts-check
/**
 * Lines of the map: one path per style and brightness, so that five thousand relations are a dozen strokes. Paths are made in
 * slices, so that a large picture takes no frame for itself, and put on the canvas in one go.
 */
import { toScreen } from "./camera.model.js";
import { speedClass, speedWidth } from "./edges.model.js";
import { isLoop } from "./loops.model.js";
import { edgeTone } from "./render.palette.js";
import { loopOf, middleOf, radiusAt } from "./scene.model.js";
import { finished } from "./slices.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./scene.model.js").SceneEdge} SceneEdge */
/** @typedef {import("./edges.model.js").EdgeStyle} EdgeStyle */
/** @typedef {import("./render.palette.js").Palette} Palette */
/**
 * @typedef {{
 *   context: CanvasRenderingContext2D, palette: Palette, scene: Scene, camera: import("./camera.model.js").Camera,
 *   size: import("./camera.model.js").Size, marks: import("./marks.model.js").Marks, edges: SceneEdge[],
 *   detail: import("./scene.model.js").Detail, isCoarse: boolean, many?: number
 * }} Job
 * @typedef {{ style: EdgeStyle, level: number, speed: number, density: number, path: Path2D, heads: Path2D | null }} Stroke
 *   `level`: 0 dim, 1 plain, 2 lit
 */

/** Lines between two looks at the clock. */
const SLICE = 200;
/** Lines whose ends lie so far beyond the same side of the screen do not reach it. */
const ROOM = 24;
/** From this zoom on lines have heads and double ones two strokes. */
const NEAR = 0.3;

/** @param {Job} job */
export function drawEdges(job) {
  putEdges(job, finished(edgeStrokes(job)));
}

/** @param {Job} job @returns {Generator<void, Stroke[]>} in drawing order */
export function* edgeStrokes(job) {
  const { edges, marks, isCoarse, camera } = job;
  // Thousands of lines would be a carpet; fewer than a few hundred keep their full strength.
  const density = Math.max(0.22, Math.min(1, Math.sqrt(500 / Math.max(1, job.many ?? edges.length))));
  const batches = yield* batchesOf(job);
  /** @type {Stroke[]} */
  const strokes = [];
  for (const key of [...batches.keys()].sort()) {
    const batch = /** @type {SceneEdge[]} */ (batches.get(key));
    const [{ style, edge }] = batch;
    const speed = marks.isBySpeed ? speedWidth(edge.speed_mbps) : 1;
    const path = yield* pathOf(job, batch);
    const heads = style.arrow && camera.zoom > NEAR && !isCoarse ? yield* headsOf(job, batch) : null;
    strokes.push({ style, level: Number(key[0]), speed, density, path, heads });
  }
  return strokes;
}

/** @param {Job} job @returns {Generator<void, Map<string, SceneEdge[]>>} */
function* batchesOf({ edges, marks }) {
  const { centre, hoveredEdge, lit, isBySpeed } = marks;
  /** @type {Map<string, SceneEdge[]>} */
  const batches = new Map();
  /** Of each style by brightness and speed: a key is written once and not for every line. @type {Map<EdgeStyle, SceneEdge[][]>} */
  const styles = new Map();
  for (let turn = 0; turn < edges.length; turn += 1) {
    if (turn % SLICE === SLICE - 1) yield;
    const { edge, style } = edges[turn];
    const isLit = edge.id === hoveredEdge || (centre !== null && (edge.from === centre || edge.to === centre));
    const level = isLit ? 2 : lit ? 0 : 1;
    const speed = isBySpeed ? speedClass(edge.speed_mbps) : 0;
    let known = styles.get(style);
    if (!known) styles.set(style, known = []);
    const batch = known[speed * 3 + level];
    if (batch) batch.push(edges[turn]);
    else batches.set(`${level} ${speed} ${style.name}`, known[speed * 3 + level] = [edges[turn]]);
  }
  return batches;
}

/**
 * @param {{ context: CanvasRenderingContext2D, palette: Palette, camera: import("./camera.model.js").Camera, isCoarse: boolean }} job
 * @param {Stroke[]} strokes
 */
export function putEdges({ context, palette, camera, isCoarse }, strokes) {
  const thin = Math.min(1, Math.max(0.5, camera.zoom * 1.4));
  context.lineCap = "butt";
  for (const { style, level, speed, density, path, heads } of strokes) {
    const { colour, alpha } = edgeTone(palette, style);
    context.strokeStyle = level === 2 ? palette.accent : colour;
    context.globalAlpha = level === 0 ? 0.1 : level === 2 ? 1 : alpha * density;
    context.lineWidth = style.weight * speed * thin * (level === 2 ? 1.4 : 1);
    context.setLineDash(isCoarse ? [] : dashOf(style, thin));
    if (style.line === "double" && !isCoarse && camera.zoom > NEAR) {
      const width = context.lineWidth;
      context.lineWidth = width * 3;
      context.stroke(path);
      context.globalAlpha = 1;
      context.strokeStyle = palette.ground;
      context.lineWidth = width * 1.2;
    }
    context.stroke(path);
    if (!heads) continue;
    context.fillStyle = context.strokeStyle;
    context.fill(heads);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** @param {EdgeStyle} style @param {number} thin */
function dashOf({ line }, thin) {
  if (line === "dotted") return [1.75 * thin, 4 * thin];
  return line === "dashed" ? [7 * thin, 5 * thin] : [];
}

/** @param {Job} job @param {SceneEdge[]} batch @returns {Generator<void, Path2D>} */
function* pathOf({ scene, camera, size, isCoarse }, batch) {
  const path = new Path2D();
  const { x: xs, y: ys } = scene;
  const [zoom, cx, cy, halfWidth, halfHeight] = [camera.zoom, camera.x, camera.y, size.width / 2, size.height / 2];
  for (let turn = 0; turn < batch.length; turn += 1) {
    if (turn % SLICE === SLICE - 1) yield;
    const edge = batch[turn];
    const [x1, y1] = [(xs[edge.a] - cx) * zoom + halfWidth, (ys[edge.a] - cy) * zoom + halfHeight];
    const [x2, y2] = [(xs[edge.b] - cx) * zoom + halfWidth, (ys[edge.b] - cy) * zoom + halfHeight];
    const loop = isLoop(edge) ? loopOf(scene, edge, zoom) : null;
    const room = ROOM + (loop ? 4 * loop.radius : Math.abs(edge.bend) * 2) * zoom;
    if ((x1 < -room && x2 < -room) || (x1 > size.width + room && x2 > size.width + room)) continue;
    if ((y1 < -room && y2 < -room) || (y1 > size.height + room && y2 > size.height + room)) continue;
    if (loop) {
      if (isCoarse) continue;
      const [x, y, radius] = [(loop.x - cx) * zoom + halfWidth, (loop.y - cy) * zoom + halfHeight, loop.radius * zoom];
      path.moveTo(x + radius, y);
      path.arc(x, y, radius, 0, 2 * Math.PI);
      continue;
    }
    path.moveTo(x1, y1);
    if (edge.bend === 0 || isCoarse) path.lineTo(x2, y2);
    else {
      const middle = middleOf(scene, edge);
      path.quadraticCurveTo((middle.x - cx) * zoom + halfWidth, (middle.y - cy) * zoom + halfHeight, x2, y2);
    }
  }
  return path;
}

/** Arrow heads stop at the disc's ring. @param {Job} job @param {SceneEdge[]} batch @returns {Generator<void, Path2D>} */
function* headsOf({ scene, camera, size }, batch) {
  const path = new Path2D();
  const radius = (radiusAt(camera.zoom) + 6) * camera.zoom;
  const length = Math.min(8, Math.max(4, 8 * camera.zoom));
  for (let turn = 0; turn < batch.length; turn += 1) {
    if (turn % SLICE === SLICE - 1) yield;
    const edge = batch[turn];
    if (isLoop(edge)) continue;
    const to = toScreen(camera, size, scene.x[edge.b], scene.y[edge.b]);
    const room = ROOM + radius;
    if (to.x < -room || to.y < -room || to.x > size.width + room || to.y > size.height + room) continue;
    const middle = middleOf(scene, edge);
    const from = toScreen(camera, size, middle.x, middle.y);
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    if (Math.hypot(to.x - from.x, to.y - from.y) < radius) continue;
    const [x, y] = [to.x - Math.cos(angle) * radius, to.y - Math.sin(angle) * radius];
    path.moveTo(x, y);
    path.lineTo(x - Math.cos(angle - 0.42) * length, y - Math.sin(angle - 0.42) * length);
    path.lineTo(x - Math.cos(angle + 0.42) * length, y - Math.sin(angle + 0.42) * length);
    path.closePath();
  }
  return path;
}
