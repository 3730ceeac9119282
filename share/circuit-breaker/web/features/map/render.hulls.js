// @ts-check
/** Boundaries below everything else: soft filled hulls. `render.hulls.gl.js` draws the same with WebGL2. */
import { toScreen } from "./camera.model.js";
import { roleOf } from "./drawing.model.js";

/** @typedef {import("./drawing.model.js").HullShape} Hull */
/** @typedef {import("./camera.model.js").Camera} Camera */

export const FILL = 0.09;
export const LINE = 0.55;
/** Pixels on the screen, whatever the zoom. */
export const WIDTH = 1.5;

/**
 * @param {CanvasRenderingContext2D} context @param {import("./render.palette.js").Palette} palette @param {Hull[]} hulls
 * @param {Camera} camera @param {import("./camera.model.js").Size} size
 */
export function drawHulls(context, palette, hulls, camera, size) {
  for (const { corners, colour } of hulls) {
    context.beginPath();
    for (const corner of corners) {
      const { x, y } = toScreen(camera, size, corner.x, corner.y);
      context.lineTo(x, y);
    }
    context.closePath();
    const tint = palette.role(roleOf(colour));
    context.globalAlpha = FILL;
    context.fillStyle = tint;
    context.fill();
    context.globalAlpha = LINE;
    context.strokeStyle = tint;
    context.lineWidth = WIDTH;
    context.stroke();
  }
  context.globalAlpha = 1;
}
