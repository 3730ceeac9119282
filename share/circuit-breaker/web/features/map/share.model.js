// @ts-check
/** Shared maps: what can be said of a new link, and what the daemon's answer is on the page. */
import { FACETS, isFiltering } from "./filter.model.js";

/** @typedef {import("./filter.model.js").MapFilter} MapFilter */
/**
 * @typedef {{ id: number, kind: string, name?: string, number?: number, status: string, icon: string, ip?: string,
 *   alias?: string, colour?: string, picture?: number, x: number, y: number }} SharedNode
 * @typedef {{ title: string, expires_at: string, hidden: string[], is_part: boolean, pictures?: string[], nodes: SharedNode[],
 *   edges: import("./graph.model.js").MapEdge[], labels: { text: string, colour: string, x: number, y: number }[],
 *   boundaries: { title?: string, colour: string, corners: { x: number, y: number }[] }[] }} SharedMap
 * @typedef {{ hulls: import("./drawing.model.js").HullShape[],
 *   words: { text: string, colour: string, isLabel: boolean, x: number, y: number }[] }} Drawn
 */

/** Hours a link can be made for, in the order they are offered; the last is the most the daemon takes. */
export const LIFETIMES = [24, 168, 720, 2160];

/**
 * What the daemon takes, of what a person filled in.
 *
 * @param {{ label: string, hours: string | number, part?: string, hide_addresses?: boolean, hide_names?: boolean }} values
 * @param {number | null} map @param {MapFilter} filter
 */
export function draftOf(values, map, filter) {
  const isPart = values.part !== "whole" && isFiltering(filter);
  return {
    label: values.label,
    expires_in_hours: Number(values.hours),
    ...(map === null ? {} : { map }),
    hide: [values.hide_addresses && "addresses", values.hide_names && "names"].filter(Boolean),
    ...(isPart ? { filter: filterOf(filter) } : {}),
  };
}

/** @param {MapFilter} filter  only what it says */
export function filterOf(filter) {
  const facets = FACETS.filter((facet) => filter[facet].length > 0).map((facet) => [facet, filter[facet]]);
  const text = filter.q.trim();
  return { ...Object.fromEntries(facets), ...(text ? { q: text } : {}) };
}

/** The secret of an address, as it was handed over. @param {string} hash */
export function secretOf(hash) {
  try {
    return decodeURIComponent(hash.replace(/^#/, "")).trim();
  } catch {
    return "";
  }
}

/**
 * The answer as the renderer takes it. A number stands for a hidden name.
 *
 * @param {SharedMap} map @param {(kind: string) => string} kindLabel
 */
export function pictureOf(map, kindLabel) {
  const nodes = map.nodes.map(({ number, alias, colour, picture, ...node }) => ({
    ...node,
    name: node.name ?? `${kindLabel(node.kind)} ${number}`,
    ...(alias || colour ? { appearance: { alias, colour } } : {}),
    ...(picture === undefined ? {} : { picture: pictureIn(map, picture) }),
  }));
  const ids = new Set(nodes.map(({ id }) => id));
  return {
    nodes,
    edges: map.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    places: new Map(nodes.map(({ id, x, y }) => [id, { x, y }])),
  };
}

/**
 * Boundaries as the renderer takes them, and the words that stand above it: titles over their boundaries, and labels.
 *
 * @param {Pick<SharedMap, "boundaries" | "labels">} map @returns {Drawn}
 */
export function drawnOf({ boundaries, labels }) {
  const titles = boundaries.flatMap(({ title, colour, corners }) => {
    if (!title) return [];
    const [across, down] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
    return [{ text: title, colour, isLabel: false, x: (Math.min(...across) + Math.max(...across)) / 2, y: Math.min(...down) }];
  });
  return { hulls: boundaries, words: [...titles, ...labels.map((label) => ({ ...label, isLabel: true }))] };
}

/** Only what holds the picture itself: nothing is asked for elsewhere. @param {SharedMap} map @param {number} at */
function pictureIn({ pictures = [] }, at) {
  const address = pictures[at] ?? "";
  return /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]*$/.test(address) ? address : null;
}

/** Who stands beside whom. @param {{ from: number, to: number }[]} edges @returns {(id: number) => Set<number>} */
export function neighbours(edges) {
  /** @type {Map<number, Set<number>>} */
  const all = new Map();
  for (const { from, to } of edges) {
    for (const [one, other] of [[from, to], [to, from]]) {
      const known = all.get(one);
      if (known) known.add(other);
      else all.set(one, new Set([other]));
    }
  }
  return (id) => all.get(id) ?? new Set();
}
