// @ts-check
import { api } from "../../lib/api.js";

/**
 * @typedef {{ key: string, kind: string, name: string, action: "add" | "change" | "same", object_id?: number | null,
 *   group?: string, fields: Record<string, { observed: any, documented: any }> }} Proposal
 */
/** @typedef {{ part: string, reason: string, command: string | null }} Unseen */
/**
 * @typedef {{ machine: Record<string, any>, proposals: Proposal[], read_at: string, unseen?: Unseen[] }} SelfView
 */

/** @param {AbortSignal} [signal] @returns {Promise<SelfView>} */
export const readSelf = (signal) => api.get("discovery/self", { signal });

export const refreshSelf = () => api.post("discovery/self/refresh");

/**
 * @param {string[] | "all"} keys
 * @returns {Promise<{ created: number, changed: number, kept?: number,
 *   refused?: { key: string, name: string, message: string }[], items: { kind: string, id: number, name: string }[] }>}
 */
export const acceptSelf = (keys) => api.post("discovery/self/accept", keys === "all" ? { all: true } : { keys });
