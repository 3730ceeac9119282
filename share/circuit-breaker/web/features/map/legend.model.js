// @ts-check
/** What the legend has to explain: only what is on screen. */
import { edgesIn, nodesIn } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Box} Box */

const STATES = ["up", "degraded", "down", "maintenance", "retired", "unknown"];

/**
 * @param {Scene} scene @param {Box} box
 * @returns {{ kinds: { value: string, count: number }[], states: { value: string, count: number }[], lines: string[] }}
 */
export function legendOf(scene, box) {
  const isIn = (/** @type {number} */ at) =>
    scene.x[at] >= box.left && scene.x[at] <= box.right && scene.y[at] >= box.top && scene.y[at] <= box.bottom;
  const nodes = nodesIn(scene, box).filter(isIn).map((at) => scene.nodes[at]);
  const states = counted(nodes.map(({ status }) => status ?? "unknown"));
  const lines = new Set(edgesIn(scene, box).map(({ style }) => style.name));
  return {
    kinds: counted(nodes.map(({ kind }) => kind)).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value)),
    states: states.sort((a, b) => STATES.indexOf(a.value) - STATES.indexOf(b.value)),
    lines: [...lines].sort(),
  };
}

/** @param {string[]} values */
function counted(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}
