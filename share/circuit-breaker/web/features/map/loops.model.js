// @ts-check
/**
 * Cables between two ports of one device: loops at its disc. Three directions of the upper half, since names stand below, and
 * larger circles around the smaller ones when there are more. `ExportLoop` of the daemon draws the same into files, and the
 * programs of the graphics card in `render.shaders.js`.
 */

/** Radians from the right, clockwise. The sign of a change and the handle of a new line are at the right. */
const ANGLES = [-2.53, -0.61, -1.5708];
const FIRST = 0.55;
const GROWS = 0.25;
/** Where all of them begin, below the disc. */
const ROOT = 0.75;

/** @param {{ a: number, b: number }} edge */
export const isLoop = ({ a, b }) => a === b;

/** Circles as wide as that lie within `reachOf` of the disc's middle. @param {number} number */
const sizeOf = (number) => FIRST + GROWS * Math.floor((number - 1) / ANGLES.length);

/** How far a loop reaches from the middle of its disc. @param {number} number from 1 @param {number} disc */
export const reachOf = (number, disc) => (ROOT + 2 * sizeOf(number)) * disc;

/**
 * @param {number} x @param {number} y  middle of the disc @param {number} disc  its radius @param {number} number from 1
 * @returns {{ x: number, y: number, radius: number, far: { x: number, y: number } }}  `far`: the point furthest from the disc
 */
export function loopAt(x, y, disc, number) {
  const angle = ANGLES[(number - 1) % ANGLES.length];
  const radius = sizeOf(number) * disc;
  const away = ROOT * disc + radius;
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  return { x: x + ux * away, y: y + uy * away, radius, far: { x: x + ux * (away + radius), y: y + uy * (away + radius) } };
}

/**
 * The middle of words that stand beside a loop, or above one that is above its disc.
 *
 * @param {{ x: number, y: number, radius: number, far: { x: number } }} loop @param {number} half  of their width @param {number} height
 */
export function besideLoop({ x, y, radius, far }, half, height) {
  const side = Math.round((far.x - x) / radius);
  return { x: x + side * (radius + half), y: side === 0 ? y - radius - height : y };
}
