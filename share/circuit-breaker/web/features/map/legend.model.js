// @ts-check
/** What the legend has to explain: only what is on screen. */

import { VERBS } from "./time.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Box} Box */

const SLICE = 800;
const STATES = ["up", "degraded", "down", "maintenance", "retired", "unknown"];

/** @typedef {import("./time.model.js").Verb} Verb */
/** @typedef {{ nodes: Map<number, Verb>, edges: { from: number, to: number, change: Verb }[] }} ChangeMarks */

/**
 * @param {Scene} scene @param {Box} box @param {ChangeMarks | null} [changes]  what is marked as different
 * @returns {{ kinds: { value: string, count: number }[], states: { value: string, count: number }[], lines: string[],
 *   changes: { value: string, count: number }[] }}
 */
export function legendOf(scene, box, changes = null) {
  const work = legendWork(scene, box, changes);
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

/**
 * The same in slices, for maps that are too large to be counted between two frames.
 *
 * @param {Scene} scene @param {Box} box @param {ChangeMarks | null} [changes]
 * @returns {Generator<void, ReturnType<typeof legendOf>>}
 */
export function* legendWork(scene, { left, top, right, bottom }, changes = null) {
  const { x, y, nodes, edges } = scene;
  /** @type {Map<string, number>} */
  const kinds = new Map();
  /** @type {Map<string, number>} */
  const states = new Map();
  const inside = scene.nodeTree.find(left, top, right, bottom);
  for (let turn = 0; turn < inside.length; turn += 1) {
    if (turn % SLICE === SLICE - 1) yield;
    const at = inside[turn];
    if (x[at] < left || x[at] > right || y[at] < top || y[at] > bottom) continue;
    const { kind, status } = nodes[at];
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    states.set(status ?? "unknown", (states.get(status ?? "unknown") ?? 0) + 1);
  }
  yield;
  const lines = new Set();
  for (const at of scene.edgeTree.find(left, top, right, bottom)) {
    lines.add(edges[at].style.name);
    if (lines.size === scene.styles.size) break;
  }
  yield;
  /** @param {number} id */
  const isSeen = (id) => {
    const at = scene.index.get(id);
    return at !== undefined && x[at] >= left && x[at] <= right && y[at] >= top && y[at] <= bottom;
  };
  /** @type {Map<string, number>} */
  const marked = new Map();
  const mark = (/** @type {string} */ verb, /** @type {number} */ count) => marked.set(verb, (marked.get(verb) ?? 0) + count);
  for (const [id, verb] of changes?.nodes ?? []) if (isSeen(id)) mark(verb, 1);
  // A line has the sign as well; counted are things, as in the rows below.
  for (const { from, to, change } of changes?.edges ?? []) if (isSeen(from) || isSeen(to)) mark(change, 0);
  return {
    changes: listed(marked).sort((a, b) => VERBS.indexOf(/** @type {Verb} */ (a.value)) - VERBS.indexOf(/** @type {Verb} */ (b.value))),
    kinds: listed(kinds).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value)),
    states: listed(states).sort((a, b) => STATES.indexOf(a.value) - STATES.indexOf(b.value)),
    lines: [...lines].sort(),
  };
}

/** @param {Map<string, number>} counts */
const listed = (counts) => [...counts].map(([value, count]) => ({ value, count }));
