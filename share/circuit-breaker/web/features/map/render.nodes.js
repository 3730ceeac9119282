// @ts-check
/** Nodes on a 2D canvas: dots far out, discs stamped from sprites nearer, and rings around what is marked. */
import { toScreen } from "./camera.model.js";
import { stateColour } from "./render.palette.js";
import { SPRITE } from "./render.sprites.js";
import { NODE_RADIUS, radiusAt } from "./scene.model.js";
import { finished } from "./slices.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./marks.model.js").Marks} Marks */
/**
 * @typedef {{
 *   context: CanvasRenderingContext2D, palette: import("./render.palette.js").Palette, sprites: import("./render.sprites.js").Sprites,
 *   scene: Scene, camera: import("./camera.model.js").Camera, size: import("./camera.model.js").Size, ratio: number,
 *   marks: Marks, nodes: number[], born: Map<number, number>, isHasty?: boolean
 * }} Job
 *   `nodes`: by their place in the scene; `isHasty`: the frame waits, so few sprites are made
 * @typedef {{ alpha: number, colour: string, path: Path2D }} Fill
 */

/** Nodes between two looks at the clock. */
const SLICE = 200;
const DIM = 0.18;

/** @param {number} id @param {Job} job */
const alphaOf = (id, { marks, born }) => (marks.lit && !marks.lit.has(id) ? DIM : 1) * (born.get(id) ?? 1);

/** @param {Job} job */
export function drawDots(job) {
  putDots(job.context, finished(dotFills(job)));
}

/** One path for each colour and brightness. @param {Job} job @returns {Generator<void, Fill[]>} in drawing order */
export function* dotFills(job) {
  const { palette, scene, camera, size, nodes } = job;
  const radius = Math.max(1.6, radiusAt(camera.zoom) * camera.zoom * 0.8);
  const room = radius * 2;
  /** @type {Fill[]} */
  const fills = [];
  /** @type {Map<string, Map<number, Fill>>} */
  const known = new Map();
  for (let turn = 0; turn < nodes.length; turn += 1) {
    if (turn % SLICE === SLICE - 1) yield;
    const at = nodes[turn];
    const node = scene.nodes[at];
    const colour = node.status === "down" || node.status === "degraded" ? stateColour(palette, node.status) : palette.hueOf(node);
    const alpha = alphaOf(node.id, job);
    let byAlpha = known.get(colour);
    if (!byAlpha) known.set(colour, byAlpha = new Map());
    let fill = byAlpha.get(alpha);
    if (!fill) {
      byAlpha.set(alpha, fill = { alpha, colour, path: new Path2D() });
      fills.push(fill);
    }
    const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
    if (x < -room || y < -room || x > size.width + room || y > size.height + room) continue;
    const grown = node.status === "down" ? radius * 1.5 : radius;
    fill.path.moveTo(x + grown, y);
    fill.path.arc(x, y, grown, 0, 2 * Math.PI);
  }
  return fills;
}

/** @param {CanvasRenderingContext2D} context @param {Fill[]} fills */
export function putDots(context, fills) {
  for (const { alpha, colour, path } of fills) {
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.fill(path);
  }
  context.globalAlpha = 1;
}

/** Device pixels per unit of a disc of 20. @param {{ camera: import("./camera.model.js").Camera }} job */
const scaleOf = ({ camera: { zoom } }) => (radiusAt(zoom) * zoom) / NODE_RADIUS;

/** Sprites of all that will be stamped, ahead of it. @param {Job} job @returns {Generator<void, void>} */
export function* discSprites(job) {
  const { scene, sprites, nodes, ratio } = job;
  const scale = scaleOf(job) * ratio;
  for (let turn = 0; turn < nodes.length; turn += 1) {
    const { count } = sprites;
    sprites.get(scene.nodes[nodes[turn]], scale);
    if (sprites.count !== count || turn % SLICE === SLICE - 1) yield;
  }
}

/** @param {Job} job */
export function drawDiscs(job) {
  const { context, palette, sprites, scene, camera, size, nodes, ratio, isHasty = false } = job;
  const scale = scaleOf(job);
  const half = SPRITE * scale;
  for (const at of nodes) {
    const node = scene.nodes[at];
    const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
    if (x < -half || y < -half || x > size.width + half || y > size.height + half) continue;
    const sprite = sprites.get(node, scale * ratio, isHasty);
    context.globalAlpha = alphaOf(node.id, job);
    if (sprite) context.drawImage(sprite, x - half, y - half, half * 2, half * 2);
    else {
      // It gets its disc in one of the next frames.
      context.fillStyle = palette.hueOf(node);
      context.fillRect(x - half / 2, y - half / 2, half, half);
    }
  }
  context.globalAlpha = 1;
}

/**
 * Halo of the selected, ring of the focused, one pulse of what just broke.
 *
 * @param {Pick<Job, "context" | "palette" | "scene" | "camera" | "size" | "marks">} job
 */
export function drawMarks(job) {
  const { context, palette, camera, marks } = job;
  const radius = Math.max(5, radiusAt(camera.zoom) * camera.zoom);
  for (const [id, share] of marks.pulsing) {
    around(job, id, radius + 4 + share * 26, () => {
      context.globalAlpha = 1 - share;
      context.strokeStyle = palette.down;
      context.lineWidth = 3;
      context.stroke();
    });
  }
  const scale = radius / NODE_RADIUS;
  for (const id of marks.selected) {
    around(job, id, radius + 9 * scale, () => {
      context.globalAlpha = 0.16;
      context.fillStyle = palette.accent;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = palette.accent;
      context.lineWidth = id === marks.primary ? 2.5 : 1.5;
      context.stroke();
    });
  }
  if (marks.target !== null) {
    around(job, marks.target, radius * 1.45, () => {
      context.strokeStyle = palette.accent;
      context.lineWidth = 3;
      context.stroke();
    });
  }
  if (marks.focused !== null && !marks.selected.has(marks.focused)) {
    around(job, marks.focused, radius + 9 * scale, () => {
      context.strokeStyle = palette.focus;
      context.lineWidth = 2;
      context.setLineDash([4, 4]);
      context.stroke();
      context.setLineDash([]);
    });
  }
  context.globalAlpha = 1;
}

/** @param {Pick<Job, "context" | "scene" | "camera" | "size">} job @param {number} id @param {number} radius @param {() => void} paint */
function around({ context, scene, camera, size }, id, radius, paint) {
  const at = scene.index.get(id);
  if (at === undefined) return;
  const { x, y } = toScreen(camera, size, scene.x[at], scene.y[at]);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  paint();
}
