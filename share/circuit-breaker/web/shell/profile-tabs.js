// @ts-check
import { t } from "../lib/i18n.js";
import { linkTabs } from "../ui/tabs.js";

/**
 * The tabs above the pages of one's own account.
 *
 * @param {"profile" | "security"} current
 */
export const profileTabs = (current) =>
  linkTabs([
    { href: "/profile", label: t("security.tab_profile"), current: current === "profile" },
    { href: "/profile/security", label: t("security.tab_security"), current: current === "security" },
  ], t("shell.profile"));
