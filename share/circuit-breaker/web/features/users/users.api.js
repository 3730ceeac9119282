// @ts-check
import { api, everything } from "../../lib/api.js";

/**
 * @typedef {import("../../lib/session.js").User & { active: boolean, last_sign_in_at: string | null,
 *   locked_until: string | null, created_at: string }} Person
 */

/** @param {AbortSignal} signal @returns {Promise<Person[]>} */
export const listUsers = (signal) => everything("users", {}, signal);
/** @param {any} draft @returns {Promise<Person>} */
export const createUser = (draft) => api.post("users", draft);
/** @param {number} id @param {any} changes @returns {Promise<Person>} */
export const changeUser = (id, changes) => api.patch(`users/${id}`, changes);
/** @param {number} id @param {string} password */
export const setPassword = (id, password) => api.post(`users/${id}/password`, { password });
/** @param {number} id @returns {Promise<any>} */
export const unlockUser = (id) => api.post(`users/${id}/unlock`);
