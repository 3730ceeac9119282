// @ts-check
import { api, everything } from "../../lib/api.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** More networks than anybody documents by hand. */
const MOST = 5_000;

/** @param {AbortSignal} signal @returns {Promise<{ networks: Thing[], ranges: Thing[], reserved: Thing[], vlans: Thing[] }>} */
export async function readPlan(signal) {
  const [networks, ranges, reserved, vlans] = await Promise.all([
    everything("networks", { sort: "cidr" }, signal, MOST),
    everything("ip-ranges", {}, signal, MOST),
    everything("addresses", { assignment: "reserved", sort: "address" }, signal, MOST),
    everything("vlans", {}, signal, MOST),
  ]);
  return { networks, ranges, reserved, vlans };
}

/** @param {number} id @param {AbortSignal} signal @returns {Promise<{ size: number | string, used: number, free: number | string, percent: number }>} */
export const readUse = (id, signal) => api.get(`networks/${id}/utilisation`, { signal });

/** @param {number} id @param {AbortSignal} signal @returns {Promise<string | null>} */
export const nextFree = async (id, signal) =>
  (await api.get(`networks/${id}/next-address`, { query: { count: 1 }, signal })).items[0] ?? null;

/** @param {number} network @param {string} address @returns {Promise<Thing>} */
export const reserve = (network, address) =>
  api.post("addresses", { address, network_id: network, assignment: "reserved" });

/** @param {number} id */
export const release = (id) => api.delete(`addresses/${id}`);
