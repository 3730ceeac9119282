// @ts-check
import { api } from "../../lib/api.js";

/**
 * @typedef {{ kind: string, id: number, name: string, status?: string | null, icon?: string | null,
 *   snippet?: string | null }} Hit
 */

/**
 * @param {string} q
 * @param {{ kind?: string | null, limit?: number, signal?: AbortSignal }} options
 * @returns {Promise<Hit[]>}
 */
export const search = async (q, { kind = null, limit = 50, signal } = {}) =>
  (await api.get("search", { query: { q, kind, limit }, signal })).items;
