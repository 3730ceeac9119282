// @ts-check
import { api } from "../../lib/api.js";

/** @typedef {import("../../types/inventory.js").Topology} Topology */
/** @typedef {{ id: number, name: string, is_default?: boolean, revision?: number }} SavedMap */

/** @param {number | null} map @param {AbortSignal} signal @returns {Promise<Topology>} */
export const readTopology = (map, signal) => api.get("topology", { query: { map }, signal });

/** @param {AbortSignal} signal @returns {Promise<SavedMap[]>} */
export const listMaps = async (signal) => (await api.get("maps", { signal })).items;

/** @param {string} name @returns {Promise<SavedMap>} */
export const createMap = (name) => api.post("maps", { name });

/** @param {SavedMap} map @param {{ name?: string, is_default?: boolean }} patch @returns {Promise<SavedMap>} */
export const changeMap = ({ id, revision }, patch) => api.patch(`maps/${id}`, patch, { revision });

/** @param {SavedMap} map */
export const deleteMap = ({ id, revision }) => api.delete(`maps/${id}`, { revision });

/** @param {number} map @param {{ id: number, x: number, y: number, pinned: boolean }[]} positions */
export const savePositions = (map, positions) => api.put(`maps/${map}/positions`, { positions });

/** @param {number} map */
export const forgetPositions = (map) => api.delete(`maps/${map}/positions`);
