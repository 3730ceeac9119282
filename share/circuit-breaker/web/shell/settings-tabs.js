// @ts-check
import { t } from "../lib/i18n.js";
import { linkTabs } from "../ui/tabs.js";

/**
 * The pages of the settings that somebody may see.
 *
 * @param {import("../lib/session.js").Session} session
 */
export function settingsPlaces(session) {
  const all = [
    ["access", "/settings"],
    ["look", "/settings/look"],
    ["region", "/settings/region"],
    ["foreign", "/settings/foreign"],
    ["users", "/settings/users"],
    ["invitations", "/settings/invitations"],
    ["tokens", "/settings/tokens"],
    ["sharing", "/settings/sharing"],
    ["providers", "/settings/providers"],
    ["mail", "/settings/mail"],
    ["vault", "/settings/vault"],
    ["backups", "/settings/backups"],
    ["go-live", "/settings/go-live"],
  ];
  const needs = /** @type {Record<string, string>} */ ({
    users: "users.view",
    invitations: "users.view",
    tokens: "tokens.manage",
    sharing: "map.share",
    providers: "settings.edit",
    mail: "settings.edit",
    vault: "vault.manage",
    backups: "backups.manage",
    "go-live": "settings.edit",
  });
  return all.filter(([name]) => !needs[name] || session.may(needs[name]))
    .map(([name, href]) => ({ name, href, label: t(`settings.tab_${name}`) }));
}

/**
 * The tabs above every page of the settings.
 *
 * @param {string} current
 * @param {import("../lib/session.js").Session} session
 */
export const settingsTabs = (current, session) =>
  linkTabs(
    settingsPlaces(session).map(({ name, href, label }) => ({ href, label, current: name === current })),
    t("settings.title"),
  );
