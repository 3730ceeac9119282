// @ts-check
/** Several nodes in line, or at even distances. Who already stands there is not named. */

/** @typedef {{ id: number, x: number, y: number }} Placed */
/** @typedef {"left" | "middle" | "right" | "top" | "centre" | "bottom" | "across" | "down"} Arrangement */

/** @type {Arrangement[]} */
export const ARRANGEMENTS = ["left", "middle", "right", "top", "centre", "bottom", "across", "down"];

/** How many it takes to make a difference. @param {Arrangement} how */
export const fewest = (how) => (how === "across" || how === "down" ? 3 : 2);

/**
 * @param {Placed[]} nodes @param {Arrangement} how
 * @returns {Placed[]} those that move, with their new places
 */
export function arranged(nodes, how) {
  if (nodes.length < fewest(how)) return [];
  const axis = how === "left" || how === "middle" || how === "right" || how === "across" ? "x" : "y";
  const values = nodes.map((node) => node[axis]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const next = how === "across" || how === "down"
    ? spread(nodes, axis, low, high)
    : nodes.map((node) => ({ ...node, [axis]: lineOf(how, low, high) }));
  return next.filter((node, at) => Math.abs(node[axis] - values[at]) > 0.05);
}

/** @param {Arrangement} how @param {number} low @param {number} high */
function lineOf(how, low, high) {
  if (how === "left" || how === "top") return low;
  return how === "right" || how === "bottom" ? high : (low + high) / 2;
}

/** @param {Placed[]} nodes @param {"x" | "y"} axis @param {number} low @param {number} high */
function spread(nodes, axis, low, high) {
  const order = [...nodes].sort((a, b) => a[axis] - b[axis] || a.id - b.id);
  const gap = (high - low) / (order.length - 1);
  const place = new Map(order.map(({ id }, at) => [id, low + at * gap]));
  return nodes.map((node) => ({ ...node, [axis]: /** @type {number} */ (place.get(node.id)) }));
}
