// @ts-check
/** Words of the map: names below discs, addresses below names, labels on lines that are hovered, selected or near. */
import { toScreen } from "./camera.model.js";
import { speedText } from "./edges.model.js";
import { placeLabels } from "./labels.model.js";
import { edgesIn, middleOf, onCurve, radiusAt } from "./scene.model.js";
import { visibleBox } from "./camera.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./render.palette.js").Palette} Palette */
/**
 * @typedef {{
 *   context: CanvasRenderingContext2D, palette: Palette, scene: Scene, camera: import("./camera.model.js").Camera,
 *   size: import("./camera.model.js").Size, marks: import("./render.canvas.js").Marks, visible: number[],
 *   detail: import("./scene.model.js").Detail, widths: Map<string, number>
 * }} Job
 */

const LONGEST = 22;

/** @param {Job} job */
export function drawLabels(job) {
  const { context, palette, scene, camera, size, marks, visible, detail } = job;
  const font = Math.min(15, Math.max(11, 12.5 * camera.zoom ** 0.4));
  const small = Math.max(10, font - 1.5);
  const withAddress = detail === "addresses" || detail === "ports";
  const radius = radiusAt(camera.zoom) * camera.zoom;
  const nameFont = `500 ${font}px ${palette.fontText}`;
  const addressFont = `400 ${small}px ${palette.fontMono}`;
  const wanted = visible.filter((at) => !marks.lit || marks.lit.has(scene.nodes[at].id) || detail !== "dots");
  const screens = wanted.map((at) => toScreen(camera, size, scene.x[at], scene.y[at]));
  const labels = wanted.map((at, index) => {
    const node = scene.nodes[at];
    const address = withAddress ? node.ip ?? "" : "";
    const width = Math.max(
      widthOf(job, nameFont, shortened(node.name)),
      address ? widthOf(job, addressFont, address) : 0,
    );
    const height = font + 2 + (address ? small + 3 : 0);
    return { id: at, ...screens[index], radius, width: width + 4, height, priority: priorityOf(job, at) };
  });
  const ring = radius * 1.15;
  const discs = visible.map((at) => ({ ...toScreen(camera, size, scene.x[at], scene.y[at]), radius: ring }));
  const placed = placeLabels(labels, marks.lit && detail === "dots" ? [] : discs);
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = palette.ground;
  for (const [at, { x, y, align }] of placed) {
    const node = scene.nodes[at];
    context.textAlign = align;
    context.globalAlpha = marks.lit && !marks.lit.has(node.id) ? 0.2 : (marks.born.get(node.id) ?? 1);
    write(context, nameFont, palette.text, shortened(node.name), x, y);
    if (withAddress && node.ip) write(context, addressFont, palette.quiet, node.ip, x, y + font + 3);
  }
  context.textAlign = "center";
  context.globalAlpha = 1;
  drawEdgeLabels(job, addressFont);
}

/** @param {Job} job @param {number} at */
function priorityOf({ scene, marks }, at) {
  const { id, status, kind } = scene.nodes[at];
  if (id === marks.selected || id === marks.hovered || id === marks.focused) return 1e6;
  const isBackbone = kind === "hardware" || kind === "network" || kind === "cluster";
  return (marks.lit?.has(id) ? 5000 : 0) + (status === "down" ? 500 : 0) + (isBackbone ? 100 : 0) + scene.degree[at];
}

/** @param {string} name */
export const shortened = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

/** @param {Job} job @param {string} font @param {string} text */
function widthOf({ context, widths }, font, text) {
  const key = `${font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 20000) widths.clear();
  context.font = font;
  const { width } = context.measureText(text);
  widths.set(key, width);
  return width;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} font
 * @param {string} colour
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function write(context, font, colour, text, x, y) {
  context.font = font;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** @param {Job} job @param {string} font */
function drawEdgeLabels({ context, palette, scene, camera, size, marks, detail }, font) {
  const centre = marks.hovered ?? marks.selected;
  const near = detail === "ports";
  if (centre === null && !marks.hoveredEdge && !near) return;
  const edges = near || marks.hoveredEdge ? edgesIn(scene, visibleBox(camera, size)) : scene.edges;
  context.textBaseline = "middle";
  for (const edge of edges) {
    const { from, to, id, label, speed_mbps: speed } = edge.edge;
    const isWanted = id === marks.hoveredEdge ||
      (centre !== null ? (from === centre || to === centre) && camera.zoom > 0.6 : near);
    const text = [label, speedText(speed)].filter(Boolean).join(" · ");
    if (!isWanted || !text) continue;
    const point = onCurve(scene, edge, middleOf(scene, edge), 0.5);
    const { x, y } = toScreen(camera, size, point.x, point.y);
    context.strokeStyle = palette.ground;
    write(context, font, palette.quiet, text, x, y);
  }
}
