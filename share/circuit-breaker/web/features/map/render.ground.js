// @ts-check
/** What lies below everything on a 2D canvas. */
import { toScreen } from "./camera.model.js";

/**
 * The ground with a faint grid of dots that keeps its density: it thins out by powers of two.
 *
 * @param {CanvasRenderingContext2D} context @param {import("./render.palette.js").Palette} palette
 * @param {import("./camera.model.js").Camera} camera @param {import("./camera.model.js").Size} size
 * @param {import("./camera.model.js").Box} part of the screen
 */
export function drawGround(context, palette, camera, size, part) {
  context.fillStyle = palette.ground;
  context.fillRect(part.left, part.top, part.right - part.left, part.bottom - part.top);
  let step = 32 * camera.zoom;
  while (step < 22) step *= 2;
  while (step > 44) step /= 2;
  const origin = toScreen(camera, size, 0, 0);
  context.fillStyle = palette.line;
  context.globalAlpha = 0.55;
  const first = (/** @type {number} */ from, /** @type {number} */ at) => from - 1 + ((at - from + 1) % step + step) % step;
  for (let x = first(part.left, origin.x); x < part.right + 1; x += step) {
    for (let y = first(part.top, origin.y); y < part.bottom + 1; y += step) context.fillRect(x - 0.6, y - 0.6, 1.2, 1.2);
  }
  context.globalAlpha = 1;
}
