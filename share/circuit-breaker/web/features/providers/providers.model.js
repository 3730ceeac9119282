// @ts-check
import { t } from "../../lib/i18n.js";

/**
 * @typedef {{ group: string, role: string }} GroupRole
 * @typedef {{ id: number, slug: string, kind: string, name: string, issuer: string, client_id: string,
 *   client_secret: { set: boolean, since: string | null, locked: boolean }, scopes: string, enabled: boolean,
 *   allowed_domains: string[], opens_registration: boolean, default_role: string, groups_claim: string,
 *   group_roles: GroupRole[], syncs_roles: boolean, redirect_uri: string, revision: number }} Provider
 */

export const KINDS = ["github", "google", "oidc"];
const ROLES = ["viewer", "editor", "admin"];

/**
 * What a new provider of that kind begins with.
 *
 * @param {string} kind
 */
export function usual(kind) {
  const names = /** @type {Record<string, string>} */ ({ github: "GitHub", google: "Google", oidc: t("providers.single_sign_on") });
  const issuers = /** @type {Record<string, string>} */ ({ github: "https://github.com", google: "https://accounts.google.com" });
  return {
    kind,
    name: names[kind] ?? "",
    issuer: issuers[kind] ?? "",
    scopes: kind === "github" ? "read:user user:email" : "openid email profile",
    groups_claim: "groups",
  };
}

/**
 * To be entered at the provider, to the letter.
 *
 * @param {string} origin @param {string} slug
 */
export const redirectOf = (origin, slug) => `${origin}/api/v1/auth/oauth/${slug}/callback`;

/** @param {GroupRole[]} roles */
export const mappingText = (roles) => roles.map(({ group, role }) => `${group} = ${role}`).join("\n");

/**
 * `group = role`, a line each; null when a line is none. A group may have an equals sign of its own.
 *
 * @param {string | null} text
 * @returns {GroupRole[] | null}
 */
export function parsedMapping(text) {
  const roles = [];
  for (const line of (text ?? "").split("\n").map((one) => one.trim()).filter(Boolean)) {
    const at = line.lastIndexOf("="), group = line.slice(0, Math.max(at, 0)).trim(), role = line.slice(at + 1).trim();
    if (!group || !ROLES.includes(role)) return null;
    roles.push({ group, role });
  }
  return roles;
}

/**
 * The values of the form as the API wants them. A secret that was left empty stays as it is.
 *
 * @param {Record<string, any>} values
 */
export function sentOf(values) {
  const { allowed_domains: domains, group_roles: roles, client_secret: secret, ...sent } = values;
  if (secret) sent.client_secret = secret;
  if (domains !== undefined) sent.allowed_domains = (domains ?? "").split(/[\s,;]+/).filter(Boolean);
  if (roles !== undefined) sent.group_roles = parsedMapping(roles) ?? [];
  return sent;
}
