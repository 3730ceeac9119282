// @ts-check
/** What stops if this stops: the daemon's answer as marks, rows and the steps that are drawn. */

/** @typedef {{ from: number, from_name: string, to: number, to_name: string, edge?: string, reason: string, left: number, of: number }} Step */
/** @typedef {{ id: number, kind: string, name: string, state: "down" | "degraded", cut_off?: boolean, reason?: string, path: Step[] }} Row */
/**
 * @typedef {{ failed: string, kind?: "rack" | "location" | "interface", name?: string, nodes: number[], edges: string[] }} Part
 */
/**
 * @typedef {{ failed: string[], parts: Part[], counts: { down: number, degraded: number }, down: number[], degraded: number[],
 *   affected: Row[], is_complete: boolean }} Impact
 */
/** @typedef {"failed" | "down" | "cut_off" | "degraded"} State */

/** As the daemon takes it: ids of objects and names of edges. */
const PART = /^(\d+|[a-z_]+:\d+(-\d+)?)$/;
const MOST = 100;
/** What fails and is nowhere on the map itself: the daemon knows what of the map fails with it. */
const PLACE = /^(?:rack|location|interface):(\d+)$/;

/** @param {string | null} text @returns {string[]} */
export const impactFrom = (text) => [...new Set((text ?? "").split(",").filter((part) => PART.test(part)))].slice(0, MOST);

/** Ids of racks, locations and interfaces. @param {string[]} failed */
export const placesIn = (failed) => failed.flatMap((part) => PLACE.exec(part)?.[1] ?? []).map(Number);

/**
 * What of it is there: a link may name what was deleted since. An id is that of a node, or of what a line stands for.
 *
 * @param {string[]} failed @param {import("./graph.model.js").Graph} graph
 * @param {Map<number, string>} places  of those that were asked for, the ones there are
 */
export function stillOn(failed, { nodes, edges }, places) {
  const lines = new Set([...edges.keys()].flatMap((id) => [id, id.slice(id.indexOf(":") + 1)]));
  return failed.filter((part) => nodes.has(Number(part)) || lines.has(part) || placesIn([part]).some((id) => places.has(id)));
}

/** @param {string[]} failed @returns {string | null} */
export const impactText = (failed) => (failed.length > 0 ? failed.join(",") : null);

/**
 * How each node is marked. What is cut off is known of rows only.
 *
 * @param {Impact} impact @returns {Map<number, State>}
 */
export function statesOf(impact) {
  /** @type {Map<number, State>} */
  const states = new Map();
  for (const id of impact.degraded) states.set(id, "degraded");
  for (const id of impact.down) states.set(id, "down");
  for (const { id, cut_off: isCutOff } of impact.affected) if (isCutOff) states.set(id, "cut_off");
  for (const { nodes } of impact.parts) for (const id of nodes) states.set(id, "failed");
  return states;
}

/**
 * What stays lit: everything that is marked, and the ends of lines that failed.
 *
 * @param {Impact} impact @param {Iterable<{ id: string, from: number, to: number }>} edges @returns {Set<number>}
 */
export function litBy(impact, edges) {
  const lit = new Set(statesOf(impact).keys());
  const lines = new Set(impact.parts.flatMap((part) => part.edges));
  for (const { id, from, to } of edges) if (lines.has(id)) lit.add(from).add(to);
  return lit;
}

/** The sentence of a step; one of several says how many are left. @param {Step} step */
export const stepKey = ({ of, reason }) => (of > 1 && reason !== "uses" ? "some" : "one");
