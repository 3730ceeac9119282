// @ts-check
import { api } from "../../lib/api.js";

/** @typedef {import("../../types/inventory.js").Topology} Topology */
/** @typedef {{ id: number, name: string, is_default?: boolean, layout?: string, revision?: number }} SavedMap */

/** @param {number | null} map @param {AbortSignal} signal @returns {Promise<Topology>} */
export const readTopology = (map, signal) => api.get("topology", { query: { map }, signal });

/** Which nodes a query finds. @param {string} q @param {boolean} gone  also what lies in the trash @param {AbortSignal} signal @returns {Promise<number[]>} */
export const readMatches = async (q, gone, signal) => (await api.get("topology/matches", { query: { q, gone: gone || null }, signal })).ids;

/** @type {Promise<SavedMap[]> | null} */
let listing = null;

/**
 * Two parts of the page ask for it at the same time: they share one answer, as the first picture waits for it.
 *
 * @param {AbortSignal} signal @returns {Promise<SavedMap[]>}
 */
export async function listMaps(signal) {
  const mine = listing ??= api.get("maps").then(({ items }) => items);
  try {
    return await mine;
  } finally {
    if (listing === mine) listing = null;
    signal.throwIfAborted();
  }
}

/** What was asked before a change does not know of it. @template T @param {Promise<T>} work @returns {Promise<T>} */
const listedAnew = (work) => work.finally(() => {
  listing = null;
});

/** @param {string} name @returns {Promise<SavedMap>} */
export const createMap = (name) => listedAnew(api.post("maps", { name }));

/** @param {SavedMap} map @param {{ name?: string, is_default?: boolean, layout?: string }} patch @returns {Promise<SavedMap>} */
export const changeMap = ({ id, revision }, patch) => listedAnew(api.patch(`maps/${id}`, patch, { revision }));

/** @param {SavedMap} map */
export const deleteMap = ({ id, revision }) => listedAnew(api.delete(`maps/${id}`, { revision }));

/**
 * @param {number} map @param {{ id: number, x: number, y: number, pinned: boolean }[]} positions
 * @param {{ id: number, x: number, y: number }[]} others  where nodes are shown that have no place yet: theirs from now on
 * @param {{ keepalive?: boolean }} [how]  the page may be gone before the answer comes
 * Who is not signed in any more still has what is not saved.
 */
export const savePositions = (map, positions, others = [], how = {}) =>
  api.put(`maps/${map}/positions`, { positions, others }, { ...how, open: true });

/**
 * Places that the daemon computes; nothing is saved. Without `layout` it is that of the view, or was chosen for the map.
 *
 * @param {{ map: number | null, layout?: string, pins: "keep" | "free" | "placed", ids?: number[], view?: string,
 *   filter?: Record<string, string> }} wish
 *   "placed": every saved place stays, and only the other nodes are answered
 * @param {AbortSignal} signal
 * @returns {Promise<{ layout: string, places: { id: number, x: number, y: number }[] }>}
 */
export const readLayout = ({ ids, filter, ...wish }, signal) =>
  api.get("topology/layout", { query: { ...filter, ...wish, ids: ids?.join(",") }, signal });

/** @param {string[]} failed @param {AbortSignal} signal @returns {Promise<import("./impact.model.js").Impact>} */
export const readImpact = (failed, signal) => api.get("topology/impact", { query: { failed: failed.join(","), limit: 500 }, signal });

/**
 * What stops others by itself, the worst first, and how many there are of each kind.
 *
 * @param {string[]} kinds  none is all @param {AbortSignal} signal
 * @returns {Promise<import("./points.model.js").Points>}
 */
export const readPoints = (kinds, signal) =>
  api.get("topology/single-points", { query: { kind: kinds.join(",") || null, limit: 200 }, signal });

/** @typedef {import("./time.model.js").Moment} Moment */

/** The map as it was. @param {number | null} map @param {string} at @param {AbortSignal} signal @returns {Promise<Topology>} */
export const readPast = (map, at, signal) => api.get("topology", { query: { map, at }, signal });

/**
 * @param {{ map: number | null, from?: string, to?: string, order?: "newest" | "oldest", limit?: number }} wish @param {AbortSignal} signal
 * @returns {Promise<{ now: string, since: string | null, is_cut: boolean, has_more: boolean, items: Moment[] }>}
 */
export const readMoments = (wish, signal) => api.get("topology/moments", { query: wish, signal });

/**
 * @param {number | null} map @param {string} from @param {string | null} to @param {AbortSignal} signal
 * @returns {Promise<import("./time.model.js").Changes>}
 */
export const readChanges = (map, from, to, signal) => api.get("topology/changes", { query: { map, from, to }, signal });

/** @typedef {{ looked_at: string | null, event_id: number, count: number, from: string | null, is_whole: boolean }} Look */

/** @param {number} map @param {AbortSignal} signal @returns {Promise<Look>} */
export const readLook = (map, signal) => api.get(`maps/${map}/look`, { signal });

/** The page may be gone before the answer comes. @param {number} map @param {number} event @returns {Promise<Look>} */
export const keepLook = (map, event) => api.put(`maps/${map}/look`, { event_id: event }, { keepalive: true, open: true });

/**
 * How a map shows some nodes.
 *
 * @param {number} map @param {import("./appearance.model.js").Dressed[]} items
 * @returns {Promise<{ items: import("./appearance.model.js").Dressed[] }>}
 */
export const dressNodes = (map, items) => api.patch(`maps/${map}/appearances`, { items });

/** @typedef {import("./drawing.model.js").Drawing} Drawing */

/** @param {number} map @param {AbortSignal} signal @returns {Promise<Drawing[]>} boundaries and labels */
export const listDrawings = async (map, signal) => (await api.get(`maps/${map}/annotations`, { signal })).items;

/** @param {string} grouping @param {AbortSignal} signal @returns {Promise<import("./drawing.model.js").Group[]>} */
export const readGroups = async (grouping, signal) => (await api.get("topology/groups", { query: { by: grouping }, signal })).items;

/** @param {number} map @param {Record<string, any>} draft @returns {Promise<Drawing>} */
export const createDrawing = (map, draft) => api.post(`maps/${map}/annotations`, draft);

/** @param {Drawing} drawing @param {Record<string, any>} patch @returns {Promise<Drawing>} */
export const changeDrawing = ({ map, id, revision }, patch) => api.patch(`maps/${map}/annotations/${id}`, patch, { revision });

/** @param {Drawing} drawing */
export const deleteDrawing = ({ map, id, revision }) => api.delete(`maps/${map}/annotations/${id}`, { revision });
