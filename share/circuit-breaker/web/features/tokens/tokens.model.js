// @ts-check
/**
 * @typedef {{ id: number, name: string, scopes: string[], expires_at: string | null, last_used_at: string | null,
 *   last_used_from: string | null, created_at: string, created_by: any }} Token
 */

/**
 * What a token may be allowed, by area; `account.own` belongs to persons only.
 *
 * @type {[string, string[]][]}
 */
export const SCOPE_AREAS = [
  ["inventory", ["inventory.view", "inventory.edit", "inventory.purge"]],
  ["map", ["map.view", "map.edit", "map.share"]],
  ["discovery", ["discovery.view", "discovery.run"]],
  ["operations", ["status.view", "metrics.view", "audit.view", "audit.manage", "settings.view", "settings.edit"]],
  ["people", ["users.view", "users.manage", "tokens.manage", "vault.manage"]],
  ["danger", ["danger.act"]],
];

/** Days; 0 never ends. */
export const LIFETIMES = [30, 90, 365, 0];

/** @param {number} days @param {number} [now] @returns {string | null} */
export const expiryOf = (days, now = Date.now()) => (days > 0 ? new Date(now + days * 86_400_000).toISOString() : null);

/** @param {Pick<Token, "expires_at">} token @param {number} [now] */
export const isExpired = (token, now = Date.now()) =>
  token.expires_at !== null && new Date(token.expires_at).getTime() <= now;
