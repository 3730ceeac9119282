// @ts-check
/**
 * How a map shows a node: under its alias, in its colour, with its icon there, or as everywhere. The object's own name is
 * `node.name` all the while; what is read on the map is `shownName`.
 */
import { hasIcon, uploadedIcon } from "../../icons/icons.js";
import { COLOURS } from "./drawing.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {"alias" | "colour" | "icon"} Part */
/** @typedef {{ alias?: string | null, colour?: string | null, icon?: string | null }} Dress */
/** @typedef {{ id: number, revision?: number } & Dress} Dressed */

export const PARTS = /** @type {Part[]} */ (["alias", "colour", "icon"]);
/** The daemon takes so many at once. */
export const MOST_IN_ONE = 500;

/** @param {{ name: string, appearance?: Dress | null }} node */
export const shownName = (node) => node.appearance?.alias ?? node.name;

/** The alias, and whose it is. @param {{ name: string, appearance?: Dress | null }} node */
export const fullName = (node) => (node.appearance?.alias ? `${node.appearance.alias} (${node.name})` : node.name);

/** @param {MapNode | undefined} node @param {Part} part @returns {string | null} */
export const partOf = (node, part) => node?.appearance?.[part] ?? null;

/** The name behind `hue-` of the theme's role, or null: that of the kind. @param {{ appearance?: Dress | null }} node */
export function hueName({ appearance }) {
  const colour = appearance?.colour ?? "";
  return Object.hasOwn(COLOURS, colour) ? COLOURS[colour] : null;
}

/**
 * Which of our icons a node wears: the map's, its own, its role's, its kind's. It stands in for a picture that is not
 * there.
 *
 * @param {MapNode} node
 */
export function iconName(node) {
  const role = node.kind === "hardware" ? node.role : null;
  return [node.appearance?.icon, node.icon, role].find((name) => hasIcon(name ?? "")) ?? node.kind;
}

/**
 * The address of the icon that somebody brought, where a node wears one: of the daemon itself, or within the answer of a
 * shared map.
 *
 * @param {MapNode} node @returns {string | null}
 */
export function pictureAddress(node) {
  if (node.picture) return node.picture;
  const upload = uploadedIcon(node.appearance?.icon ?? node.icon ?? "");
  return upload === null ? null : `/api/v1/icons/${upload}/picture`;
}

/**
 * What to ask for, so that objects look like this: only what is different now, with the revisions that were seen.
 *
 * @param {(MapNode | undefined)[]} nodes @param {(node: MapNode) => Dress} wanted
 * @returns {Dressed[]}
 */
export function changesTo(nodes, wanted) {
  return nodes.flatMap((node) => {
    if (!node) return [];
    const wish = wanted(node);
    const parts = PARTS.filter((part) => wish[part] !== undefined && (wish[part] ?? null) !== partOf(node, part));
    if (parts.length === 0) return [];
    const changed = Object.fromEntries(parts.map((part) => [part, wish[part] ?? null]));
    return [{ id: node.id, ...changed, revision: node.appearance?.revision ?? 0 }];
  });
}

/** What these parts of a node are now. @param {MapNode | undefined} node @param {Part[]} parts @returns {Dress} */
export const dressOf = (node, parts) => Object.fromEntries(parts.map((part) => [part, partOf(node, part)]));
