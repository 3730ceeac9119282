// @ts-check
/**
 * Which part of the graph is shown: by kind, tag, environment, status and text; kept in the URL. What the text finds, the
 * daemon says.
 */

import { fullName } from "./appearance.model.js";

/** @typedef {import("./graph.model.js").Graph} Graph */
/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {{ kind: string[], role: string[], tag: string[], environment: string[], status: string[], q: string }} MapFilter */

/** @type {("kind" | "role" | "tag" | "environment" | "status")[]} */
export const FACETS = ["kind", "role", "status", "environment", "tag"];

/** @type {MapFilter} */
export const noFilter = { kind: [], role: [], tag: [], environment: [], status: [], q: "" };

/** @param {URLSearchParams} params @returns {MapFilter} */
export function filterFrom(params) {
  const list = (/** @type {string} */ name) => params.getAll(name).flatMap((value) => value.split(",")).filter(Boolean);
  return {
    kind: list("kind"),
    role: list("role"),
    tag: list("tag"),
    environment: list("environment"),
    status: list("status"),
    q: params.get("q") ?? "",
  };
}

/** @param {MapFilter} filter @param {URLSearchParams} params  changed in place, other names are kept */
export function writeFilter(filter, params) {
  for (const facet of FACETS) {
    if (filter[facet].length > 0) params.set(facet, filter[facet].join(","));
    else params.delete(facet);
  }
  if (filter.q.trim()) params.set("q", filter.q.trim());
  else params.delete("q");
}

/** @param {MapFilter} filter */
export const isFiltering = (filter) => filter.q.trim() !== "" || FACETS.some((facet) => filter[facet].length > 0);

/** @param {MapNode} node @param {"kind" | "role" | "tag" | "environment" | "status"} facet @returns {string[]} */
export function facetValues(node, facet) {
  switch (facet) {
    case "kind":
      return [node.kind];
    case "role":
      return node.role ? [node.role] : [];
    case "tag":
      return node.tags ?? [];
    case "environment":
      return node.environment ? [node.environment] : [];
    case "status":
      return [node.status ?? "unknown"];
  }
}

/** The same as the parameters of a question to the daemon. @param {MapFilter} filter @returns {Record<string, string>} */
export function filterQuery(filter) {
  const params = new URLSearchParams();
  writeFilter(filter, params);
  return Object.fromEntries(params);
}

/** Whether the text stands in what this map calls a node: the query language knows nothing of it. @param {string} text */
function calledBy(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (/** @type {MapNode} */ node) => {
    if (!node.appearance?.alias || words.length === 0) return false;
    const called = fullName(node).toLowerCase();
    return words.every((word) => called.includes(word));
  };
}

/** @typedef {((node: MapNode) => boolean) | null} Finds  what the text finds; nothing: there is none, or it is not known yet */

/**
 * Words without any of the language, looked for in what a picture of the past says itself: what is gone is not in the index
 * that the daemon asks.
 *
 * @param {string} text @returns {Finds} nothing where the daemon has to be asked
 */
export function wordsIn(text) {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.some((word) => /[":()]|^-|^(?:AND|OR|NOT)$/.test(word))) return null;
  const wanted = words.map((word) => word.toLowerCase());
  return ({ name, ip, role, kind, tags }) => {
    const said = [name, ip, role, kind, ...(tags ?? [])].join(" ").toLowerCase();
    return wanted.every((word) => said.includes(word));
  };
}

/** @param {MapFilter} filter @param {Finds} [finds] @returns {(node: MapNode) => boolean} */
export const matcher = (filter, finds = null, isCalled = calledBy(filter.q)) => (node) =>
  ((finds?.(node) ?? true) || isCalled(node)) &&
  FACETS.every((facet) => filter[facet].length === 0 || facetValues(node, facet).some((value) => filter[facet].includes(value)));

/**
 * @param {Graph} graph @param {MapFilter} filter @param {Finds} [finds]
 * @returns {{ nodes: MapNode[], edges: MapEdge[] }} in id order, so that what is drawn last is always the same
 */
export function visiblePart(graph, filter, finds = null) {
  const matches = matcher(filter, finds);
  const nodes = [...graph.nodes.values()].filter(matches).sort((a, b) => a.id - b.id);
  const shown = new Set(nodes.map(({ id }) => id));
  const edges = [...graph.edges.values()].filter(({ from, to }) => shown.has(from) && shown.has(to));
  return { nodes, edges };
}

/**
 * What could be chosen, with how many nodes each choice has, in the order of number.
 *
 * @param {Iterable<MapNode>} nodes @param {"kind" | "role" | "tag" | "environment" | "status"} facet
 * @returns {{ value: string, count: number }[]}
 */
export function facetChoices(nodes, facet) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const node of nodes) {
    for (const value of facetValues(node, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) =>
    b.count - a.count || a.value.localeCompare(b.value)
  );
}

/**
 * @param {MapFilter} filter
 * @param {"kind" | "role" | "tag" | "environment" | "status"} facet
 * @param {string} value
 * @returns {MapFilter}
 */
export function toggled(filter, facet, value) {
  const has = filter[facet].includes(value);
  return { ...filter, [facet]: has ? filter[facet].filter((one) => one !== value) : [...filter[facet], value] };
}
