// @ts-check
import { plainWords } from "../../lib/query.js";
import { api, everything } from "../../lib/api.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** @param {number} id @param {AbortSignal} signal @returns {Promise<Thing>} */
export const readRack = (id, signal) => api.get(`racks/${id}`, { signal });

/** @param {AbortSignal} signal @returns {Promise<Thing[]>} */
export const readRacks = (signal) => everything("racks", { sort: "name", limit: 200 }, signal);

/** @param {number} rack @param {AbortSignal} signal @returns {Promise<Thing[]>} */
export const readDevices = (rack, signal) => everything("hardware", { rack_id: rack, limit: 200 }, signal);

/**
 * Hardware that may be put into a rack.
 *
 * @param {string} text @param {AbortSignal} signal
 * @returns {Promise<Thing[]>}
 */
export const findHomeless = async (text, signal) => {
  // An empty value asks for those without one.
  const search = new URLSearchParams({ rack_id: "", limit: "40", sort: "name", ...(plainWords(text ?? "") ? { q: plainWords(text ?? "") } : {}) });
  return (await api.get(`hardware?${search}`, { signal })).items;
};

/** @param {Thing} device @param {Record<string, any>} patch @returns {Promise<Thing>} */
export const move = (device, patch) => api.patch(`hardware/${device.id}`, patch, { revision: device.revision });
