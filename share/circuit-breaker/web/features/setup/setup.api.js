// @ts-check
import { api } from "../../lib/api.js";

/** @typedef {{ needed: boolean, step: string, locked_until: string | null }} Setup */

/** @param {AbortSignal} [signal] @returns {Promise<Setup>} */
export const readSetup = (signal) => api.get("setup", { signal, open: true });
/** @param {string} code */
export const checkCode = (code) => api.post("setup/code", { code }, { open: true });
/** @param {{ code: string, email: string, password: string, display_name: string }} account */
export const createAccount = (account) => api.post("setup/account", account, { open: true });
/** @param {string} step */
export const keepStep = (step) => api.put("setup/step", { step });
/** @param {AbortSignal} [signal] @returns {Promise<any>} */
export const readSettings = (signal) => api.get("settings", { signal });
/** @param {any} changes */
export const changeSettings = (changes) => api.patch("settings", changes);
/** @param {any} changes */
export const changeMe = (changes) => api.patch("me", changes);
/** @param {AbortSignal} [signal] @returns {Promise<any>} */
export const readMachine = (signal) => api.get("discovery/self", { signal });
/** @param {string[]} keys */
export const acceptProposals = (keys) => api.post("discovery/self/accept", { keys });
/** @param {AbortSignal} [signal] @returns {Promise<any>} */
export const readVault = (signal) => api.get("vault", { signal });
/** @returns {Promise<import("../../ui/key-card.js").ShownKey>} */
export const showKey = () => api.post("vault/ceremony");
/** @param {string[]} parts */
export const confirmKey = (parts) => api.post("vault/ceremony/confirmation", { parts });
