// @ts-check
/** Planned words on a 2D canvas, outlined in the ground's colour so that they stay readable over lines. */
import { toScreen } from "./camera.model.js";
import { middleOf, onCurve } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./render.palette.js").Palette} Palette */
/**
 * @typedef {{
 *   context: CanvasRenderingContext2D, palette: Palette, scene: Scene, camera: import("./camera.model.js").Camera,
 *   size: import("./camera.model.js").Size, marks: import("./marks.model.js").Marks,
 *   words: import("./words.model.js").Word[]
 * }} Job
 */

/** @param {Palette} palette @param {import("./words.model.js").Face} face @param {number} size */
export const fontOf = ({ fontText, fontMono }, face, size) =>
  face === "name" ? `500 ${size}px ${fontText}` : `400 ${size}px ${fontMono}`;

/** @param {Job} job */
export function drawWords({ context, palette, scene, camera, size, marks, words }) {
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = palette.ground;
  for (const { a, b, bend, dx, dy, align, text, face, size: font, quiet, plate } of words) {
    const node = scene.nodes[a];
    const isLine = a !== b;
    if (!node) continue;
    const at = isLine ? middle(scene, a, b, bend) : { x: scene.x[a], y: scene.y[a] };
    const { x, y } = toScreen(camera, size, at.x, at.y);
    if (x < -200 || y < -60 || x > size.width + 200 || y > size.height + 60) continue;
    context.textAlign = align;
    context.globalAlpha = isLine ? 1 : marks.lit && !marks.lit.has(node.id) ? 0.2 : (marks.born.get(node.id) ?? 1);
    context.font = fontOf(palette, face, font);
    if (plate) drawPlate(context, palette, text, x + dx, y + dy, font);
    context.strokeText(text, x + dx, y + dy);
    context.fillStyle = quiet ? palette.quiet : palette.text;
    context.fillText(text, x + dx, y + dy);
  }
  context.textAlign = "center";
  context.globalAlpha = 1;
}

/**
 * The ground behind a word, whatever lies there.
 *
 * @param {CanvasRenderingContext2D} context @param {Palette} palette @param {string} text @param {number} x @param {number} y
 * @param {number} font
 */
function drawPlate(context, palette, text, x, y, font) {
  const { width } = context.measureText(text);
  const start = context.textAlign === "center" ? width / 2 : context.textAlign === "right" ? width : 0;
  const alpha = context.globalAlpha;
  context.globalAlpha = 0.9 * alpha;
  context.fillStyle = palette.ground;
  context.fillRect(x - start - 3, y - 1, width + 6, font * 1.25);
  context.globalAlpha = alpha;
}

/** @param {Scene} scene @param {number} a @param {number} b @param {number} bend */
function middle(scene, a, b, bend) {
  const edge = /** @type {import("./scene.model.js").SceneEdge} */ (/** @type {unknown} */ ({ a, b, bend }));
  return onCurve(scene, edge, middleOf(scene, edge), 0.5);
}
