// @ts-check
import { api } from "../../lib/api.js";

/**
 * @typedef {{ id: number, kind: string, name: string, status?: string | null, deleted_at: string,
 *   deleted_by?: string | null, deleted_with?: any }} TrashItem
 */

/** @param {number} id */
export const restore = (id) => api.post(`trash/${id}/restore`);

/** @param {number} id */
export const purge = (id) => api.delete(`trash/${id}`);

/**
 * One after the other, so that a refusal names its object and the others are still done.
 *
 * @param {TrashItem[]} items
 * @param {(id: number) => Promise<any>} work
 * @returns {Promise<{ done: TrashItem[], failed: { item: TrashItem, error: any }[] }>}
 */
export async function each(items, work) {
  /** @type {{ done: TrashItem[], failed: { item: TrashItem, error: any }[] }} */
  const result = { done: [], failed: [] };
  for (const item of items) {
    try {
      await work(item.id);
      result.done.push(item);
    } catch (error) {
      // Its owner brought it back, or took it along.
      if (/** @type {any} */ (error).status === 404) result.done.push(item);
      else result.failed.push({ item, error });
    }
  }
  return result;
}
