// @ts-check
/**
 * The camera: which point of the world is at the middle of the screen, and how many pixels one unit takes.
 * World units are CSS pixels at zoom 1.
 */

/** @typedef {{ x: number, y: number, zoom: number }} Camera */
/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

export const MIN_ZOOM = 0.004;
export const MAX_ZOOM = 4;

const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
  Math.min(high, Math.max(low, value));

/** @param {Camera} camera @param {Size} size @param {number} x @param {number} y */
export const toScreen = (camera, size, x, y) => ({
  x: (x - camera.x) * camera.zoom + size.width / 2,
  y: (y - camera.y) * camera.zoom + size.height / 2,
});

/** @param {Camera} camera @param {Size} size @param {number} x @param {number} y */
export const toWorld = (camera, size, x, y) => ({
  x: (x - size.width / 2) / camera.zoom + camera.x,
  y: (y - size.height / 2) / camera.zoom + camera.y,
});

/**
 * Moves by screen pixels, as a finger does: the world follows the hand.
 *
 * @param {Camera} camera @param {number} dx @param {number} dy
 * @returns {Camera}
 */
export const pan = (camera, dx, dy) => ({ ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom });

/**
 * Zooms so that the world point under (x, y) stays under it.
 *
 * @param {Camera} camera @param {Size} size @param {number} factor @param {number} x @param {number} y
 * @returns {Camera}
 */
export function zoomAt(camera, size, factor, x, y) {
  const zoom = clamp(camera.zoom * factor, MIN_ZOOM, MAX_ZOOM);
  const held = toWorld(camera, size, x, y);
  return { zoom, x: held.x - (x - size.width / 2) / zoom, y: held.y - (y - size.height / 2) / zoom };
}

/**
 * The camera that shows the whole box; small graphs are not blown up beyond `most`.
 *
 * @param {Box | null} box @param {Size} size @param {{ margin?: number, most?: number, left?: number, right?: number,
 *   top?: number }} options  `left`, `right` and `top` are what panels and tools cover there
 * @returns {Camera}
 */
export function fit(box, size, { margin = 56, most = 1.1, left = 0, right = 0, top = 0, bottom = 0 } = {}) {
  if (!box) return { x: 0, y: 0, zoom: 1 };
  const width = Math.max(1, size.width - left - right - 2 * margin);
  const height = Math.max(1, size.height - top - bottom - 2 * margin);
  const zoom = clamp(
    Math.min(width / Math.max(1, box.right - box.left), height / Math.max(1, box.bottom - box.top)),
    MIN_ZOOM,
    most,
  );
  return { zoom, x: (box.left + box.right + (right - left) / zoom) / 2, y: (box.top + box.bottom + (bottom - top) / zoom) / 2 };
}

/** @param {Camera} camera @param {Size} size @param {number} [margin] in pixels @returns {Box} */
export function visibleBox(camera, size, margin = 0) {
  const halfWidth = (size.width / 2 + margin) / camera.zoom;
  const halfHeight = (size.height / 2 + margin) / camera.zoom;
  return {
    left: camera.x - halfWidth,
    right: camera.x + halfWidth,
    top: camera.y - halfHeight,
    bottom: camera.y + halfHeight,
  };
}

/** Fast at first, slow at the end. @param {number} share of the time @returns {number} of the way */
export const eased = (share) => 1 - (1 - share) ** 3;

/**
 * A camera on the way from one to the other; `share` runs from 0 to 1. Zoom moves by ratio, so it looks even.
 *
 * @param {Camera} from @param {Camera} to @param {number} share @returns {Camera}
 */
export function between(from, to, share) {
  const far = eased(share);
  return {
    x: from.x + (to.x - from.x) * far,
    y: from.y + (to.y - from.y) * far,
    zoom: from.zoom * (to.zoom / from.zoom) ** far,
  };
}

/**
 * The box around points, or null when there is none.
 *
 * @param {Iterable<{ x: number, y: number }>} points @param {number} [margin]
 * @returns {Box | null}
 */
export function boxAround(points, margin = 0) {
  let box = null;
  for (const { x, y } of points) {
    if (!box) box = { left: x, right: x, top: y, bottom: y };
    else {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box &&
    { left: box.left - margin, right: box.right + margin, top: box.top - margin, bottom: box.bottom + margin };
}
