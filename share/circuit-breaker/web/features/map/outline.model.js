// @ts-check
/** The map as a tree of words: for screen readers, and for people who would rather read. */
import { shownName } from "./appearance.model.js";
import { spanningTrees } from "./tree.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/**
 * @typedef {{ node: MapNode, level: number, position: number, size: number, hasChildren: boolean, isOpen: boolean,
 *   parent: number | null }} OutlineRow
 */

/**
 * @param {{ nodes: MapNode[], edges: MapEdge[] }} part
 * @param {Set<number>} closed  ids whose children are folded away
 * @returns {OutlineRow[]} in reading order
 */
export function outline({ nodes, edges }, closed) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const trees = spanningTrees(nodes, edges);
  /** @type {OutlineRow[]} */
  const rows = [];
  const nameOf = (/** @type {number} */ id) => shownName(byId.get(id) ?? { name: "" });
  const named = (/** @type {number[]} */ ids) =>
    [...ids].sort((a, b) =>
      nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }) || a - b
    );
  /**
   * @param {number[]} ids
   * @param {number} level
   * @param {number | null} parent
   * @param {(id: number) => number[]} below
   */
  const walk = (ids, level, parent, below) => {
    ids.forEach((id, at) => {
      const children = named(below(id));
      const isOpen = children.length > 0 && !closed.has(id);
      const node = /** @type {MapNode} */ (byId.get(id));
      rows.push({ node, level, position: at + 1, size: ids.length, hasChildren: children.length > 0, isOpen, parent });
      if (isOpen) walk(children, level + 1, id, below);
    });
  };
  const below = new Map(trees.flatMap(({ children }) => [...children]));
  walk(trees.map(({ root }) => root), 1, null, (id) => below.get(id) ?? []);
  return rows;
}

/**
 * Who stands in for a row that is gone: the next one of those below it, else the nearest above.
 *
 * @param {number | null} gone @param {OutlineRow[]} before  as they were while it was there @param {ReadonlySet<number>} left
 * @returns {number | null}
 */
export function nextTo(gone, before, left) {
  const ids = before.map(({ node }) => node.id);
  const at = ids.indexOf(/** @type {number} */ (gone));
  if (at < 0) return null;
  const isLeft = (/** @type {number} */ id) => left.has(id);
  return ids.slice(at + 1).find(isLeft) ?? ids.slice(0, at).findLast(isLeft) ?? null;
}

/**
 * Where a key leads in the tree, as the ARIA practice for trees says.
 *
 * @param {OutlineRow[]} rows @param {number} current @param {string} key
 * @returns {{ focus?: number, open?: number, close?: number }}
 */
export function outlineKey(rows, current, key) {
  const at = rows.findIndex(({ node }) => node.id === current);
  const row = rows[at];
  if (!row) return rows[0] ? { focus: rows[0].node.id } : {};
  const focus = (/** @type {number} */ to) => (rows[to] ? { focus: rows[to].node.id } : {});
  switch (key) {
    case "ArrowDown":
      return focus(at + 1);
    case "ArrowUp":
      return focus(at - 1);
    case "Home":
      return focus(0);
    case "End":
      return focus(rows.length - 1);
    case "ArrowRight":
      return row.hasChildren ? (row.isOpen ? focus(at + 1) : { open: current }) : {};
    case "ArrowLeft":
      return row.isOpen ? { close: current } : row.parent === null ? {} : { focus: row.parent };
    default:
      return {};
  }
}
