// @ts-check
/** Lines of the map: one path per style and brightness, so that five thousand relations are a dozen strokes. */
import { toScreen } from "./camera.model.js";
import { speedClass, speedWidth } from "./edges.model.js";
import { edgeTone } from "./render.palette.js";
import { middleOf, radiusAt } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./scene.model.js").SceneEdge} SceneEdge */
/** @typedef {import("./edges.model.js").EdgeStyle} EdgeStyle */
/** @typedef {import("./render.palette.js").Palette} Palette */
/**
 * @typedef {{
 *   context: CanvasRenderingContext2D, palette: Palette, scene: Scene, camera: import("./camera.model.js").Camera,
 *   size: import("./camera.model.js").Size, marks: import("./marks.model.js").Marks, edges: SceneEdge[],
 *   detail: import("./scene.model.js").Detail, isCoarse: boolean, density?: number, many?: number
 * }} Job
 */

/** @param {Job} job */
export function drawEdges(job) {
  const { context, marks, edges } = job;
  /** @type {Map<string, SceneEdge[]>} */
  const batches = new Map();
  const { centre, hoveredEdge, lit, isBySpeed } = marks;
  for (const edge of edges) {
    const { from, to, id } = edge.edge;
    const isLit = id === hoveredEdge || (centre !== null && (from === centre || to === centre));
    const level = isLit ? "2" : lit ? "0" : "1";
    const key = `${level} ${isBySpeed ? speedClass(edge.edge.speed_mbps) : 0} ${edge.style.name}`;
    const batch = batches.get(key);
    if (batch) batch.push(edge);
    else batches.set(key, [edge]);
  }
  context.lineCap = "butt";
  // Thousands of lines would be a carpet; fewer than a few hundred keep their full strength.
  job.density = Math.max(0.22, Math.min(1, Math.sqrt(500 / Math.max(1, job.many ?? edges.length))));
  for (const key of [...batches.keys()].sort()) {
    const batch = /** @type {SceneEdge[]} */ (batches.get(key));
    drawBatch(job, batch, batch[0].style, Number(key[0]));
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** @param {Job} job @param {SceneEdge[]} batch @param {EdgeStyle} style @param {number} level 0 dim, 1 plain, 2 lit */
function drawBatch(job, batch, style, level) {
  const { context, palette, camera, isCoarse } = job;
  const thin = Math.min(1, Math.max(0.5, camera.zoom * 1.4));
  const { colour, alpha } = edgeTone(palette, style);
  const speed = job.marks.isBySpeed ? speedWidth(batch[0].edge.speed_mbps) : 1;
  context.strokeStyle = level === 2 ? palette.accent : colour;
  context.globalAlpha = level === 0 ? 0.1 : level === 2 ? 1 : alpha * (job.density ?? 1);
  context.lineWidth = style.weight * speed * thin * (level === 2 ? 1.4 : 1);
  context.setLineDash(isCoarse ? [] : dashOf(style, thin));
  const path = pathOf(job, batch);
  if (style.line === "double" && !isCoarse && camera.zoom > 0.3) {
    const width = context.lineWidth;
    context.lineWidth = width * 3;
    context.stroke(path);
    context.globalAlpha = 1;
    context.strokeStyle = palette.ground;
    context.lineWidth = width * 1.2;
  }
  context.stroke(path);
  if (style.arrow && camera.zoom > 0.3 && !isCoarse) drawArrows(job, batch);
}

/** @param {EdgeStyle} style @param {number} thin */
function dashOf({ line }, thin) {
  if (line === "dotted") return [1.75 * thin, 4 * thin];
  return line === "dashed" ? [7 * thin, 5 * thin] : [];
}

/** @param {Job} job @param {SceneEdge[]} batch */
function pathOf({ scene, camera, size, isCoarse }, batch) {
  const path = new Path2D();
  for (const edge of batch) {
    const from = toScreen(camera, size, scene.x[edge.a], scene.y[edge.a]);
    const to = toScreen(camera, size, scene.x[edge.b], scene.y[edge.b]);
    path.moveTo(from.x, from.y);
    if (edge.bend === 0 || isCoarse) path.lineTo(to.x, to.y);
    else {
      const middle = middleOf(scene, edge);
      const control = toScreen(camera, size, middle.x, middle.y);
      path.quadraticCurveTo(control.x, control.y, to.x, to.y);
    }
  }
  return path;
}

/**
 * Arrow heads stop at the disc's ring.
 *
 * @param {Job} job
 * @param {SceneEdge[]} batch
 */
function drawArrows({ context, scene, camera, size }, batch) {
  const radius = (radiusAt(camera.zoom) + 6) * camera.zoom;
  const length = Math.min(8, Math.max(4, 8 * camera.zoom));
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  for (const edge of batch) {
    const middle = middleOf(scene, edge);
    const from = toScreen(camera, size, middle.x, middle.y);
    const to = toScreen(camera, size, scene.x[edge.b], scene.y[edge.b]);
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    if (Math.hypot(to.x - from.x, to.y - from.y) < radius) continue;
    const [x, y] = [to.x - Math.cos(angle) * radius, to.y - Math.sin(angle) * radius];
    context.moveTo(x, y);
    context.lineTo(x - Math.cos(angle - 0.42) * length, y - Math.sin(angle - 0.42) * length);
    context.lineTo(x - Math.cos(angle + 0.42) * length, y - Math.sin(angle + 0.42) * length);
    context.closePath();
  }
  context.fill();
}
