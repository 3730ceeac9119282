// @ts-check
/** Words that forms of all kinds share. */
import { t } from "../../lib/i18n.js";
import { currentPanel } from "../../ui/panel.js";
import { statusWord } from "../../ui/status.js";
import { STATUSES } from "../../lib/query.js";

/** @returns {Record<string, string>} */
export const formWords = () => ({
  name: t("inventory.column.name"),
  status: t("inventory.column.status"),
  owner: t("inventory.column.owner"),
  icon: t("inventory.icon"),
  tags: t("inventory.column.tags"),
  notes: t("inventory.notes"),
  group_state: t("inventory.group_state"),
  group_notes: t("inventory.notes"),
});

export const statusChoices = () => STATUSES.map((value) => ({ value, label: statusWord(value) }));

/**
 * A panel that gives its place to another (its own edit form, the next object) is not closed for the page.
 *
 * @param {(() => void) | undefined} onclose
 */
export const whenClosed = (onclose) =>
  onclose && (() =>
    void setTimeout(() => {
      if (!currentPanel()) onclose();
    }));
