// @ts-check
/** The map's time: what the address asks for, where a moment is on the way from the first to now, and what is marked. */

/** @typedef {"removed" | "added" | "moved" | "changed"} Verb */
/** @typedef {{ change: string, kind: string, id: number, name: string, nodes?: number }} Example  `nodes`: that were moved */
/** @typedef {{ at: string, row: number, actor?: string, count: number, examples: Example[] }} Moment */
/**
 * @typedef {{ field: string, label: string, is_place: boolean, before: any, after: any, before_name?: string | null,
 *   after_name?: string | null }} Field
 */
/** @typedef {{ id: number, kind: string, name: string, change: Verb, on?: number, fields: Field[] }} ObjectChange */
/** The field of where a node stands on the map: before and after are `{ x, y }`, or null without a saved place. */
export const PLACE = "place";
/**
 * @typedef {{ id: string, type: string, from: number, to: number, from_name: string, to_name: string, change: Verb,
 *   is_implied: boolean, fields: Field[] }} RelationChange
 */
/**
 * @typedef {{ from: string, to: string, since: string | null, count: number, lost: number, is_complete: boolean,
 *   objects: ObjectChange[], relations: RelationChange[] }} Changes
 */
/**
 * @typedef {{ nodes: Map<number, Verb>, edges: { id: string, from: number, to: number, change: Verb }[],
 *   ghosts: { id: number, x: number, y: number }[] }} Marked
 */
/**
 * What is asked for: one moment (`at`), or two (`from` and `to`; without `to` it is now).
 *
 * @typedef {{ at: string, from: null, to: null } | { at: null, from: string, to: string | null }} Time
 */

/** @type {Verb[]} */
export const VERBS = ["removed", "added", "moved", "changed"];

/** A sign says it as well as the colour does. @type {Record<Verb, string>} */
export const SIGNS = { removed: "−", added: "+", moved: "→", changed: "~" };

/** What `Date` makes of other texts, nobody meant: `0` would be the year 2000. @param {string | null} text @returns {string | null} */
function momentOf(text) {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)(?:[T ]|$)/i.exec(text ?? "") ?? []).map(Number);
  // The thirtieth of February is no day either.
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return null;
  const instant = Date.parse(text ?? "");
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
}

/** @param {URLSearchParams} query @returns {Time | null} nothing: the map is as it is now */
export function timeFrom(query) {
  const [at, from, to] = ["at", "from", "to"].map((name) => momentOf(query.get(name)));
  // The other way round, the same two moments are meant.
  if (from && to && to < from) return { at: null, from: to, to: from };
  if (from) return { at: null, from, to };
  return at ? { at, from: null, to: null } : null;
}

/** @param {Time | null} time @returns {Record<string, string | null>} */
export const timeQuery = (time) => ({ at: time?.at ?? null, from: time?.from ?? null, to: time?.to ?? null });

/** @param {Time | null} one @param {Time | null} other */
export const isSameTime = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** A step that is not further than the ends. @param {number} instant @param {number} since @param {number} now */
export const within = (instant, since, now) => Math.min(now, Math.max(since, instant));

/**
 * What stands out on the map. What a device has counts as a change of it, unless it is marked itself. `ghosts`: where a
 * node stood before it was moved.
 *
 * @param {Changes} changes
 * @returns {Marked}
 */
export function marksOf({ objects, relations }) {
  /** @type {Map<number, Verb>} */
  const nodes = new Map();
  for (const { id, on, change } of objects) if (on === id) nodes.set(id, change);
  for (const { id, on } of objects) if (on !== undefined && on !== id && !nodes.has(on)) nodes.set(on, "changed");
  const ghosts = objects.flatMap(({ id, fields }) => {
    const before = fields.find(({ field }) => field === PLACE)?.before;
    return before ? [{ id, x: before.x, y: before.y }] : [];
  });
  return { nodes, edges: relations.map(({ id, from, to, change }) => ({ id, from, to, change })), ghosts };
}

/** What stays lit: all that is marked, and the ends of lines. @param {Marked} marks @returns {Set<number>} */
export const litBy = ({ nodes, edges }) => new Set([...nodes.keys(), ...edges.flatMap(({ from, to }) => [from, to])]);

/**
 * The list, in the order of `VERBS`. Relations that follow from an object are told by it.
 *
 * @param {Changes} changes
 * @returns {{ verb: Verb, objects: ObjectChange[], relations: RelationChange[] }[]}
 */
export function groupsOf({ objects, relations }) {
  return VERBS.map((verb) => ({
    verb,
    objects: objects.filter(({ change }) => change === verb),
    relations: relations.filter(({ change, is_implied: isImplied }) => change === verb && !isImplied),
  })).filter((group) => group.objects.length + group.relations.length > 0);
}

/**
 * Both moments in one picture: the later one, and what was there before and is gone.
 *
 * @param {import("../../types/inventory.js").Topology} older @param {import("../../types/inventory.js").Topology} newer
 * @returns {import("../../types/inventory.js").Topology}
 */
export function together(older, newer) {
  const nodes = new Set(newer.nodes.map(({ id }) => id));
  const edges = new Set(newer.edges.map(({ id }) => id));
  return {
    ...newer,
    nodes: [...newer.nodes, ...older.nodes.filter(({ id }) => !nodes.has(id))],
    edges: [...newer.edges, ...older.edges.filter(({ id }) => !edges.has(id))],
  };
}
