// @ts-check
/**
 * The largest square in the middle of a picture.
 *
 * @param {number} width
 * @param {number} height
 */
export function squareIn(width, height) {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}
