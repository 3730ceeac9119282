// @ts-check
/** Who changed what, newest first, field by field. */
import { h } from "../../lib/dom.js";
import { same } from "../../lib/form.js";
import { t, tOr } from "../../lib/i18n.js";
import { timeAgo } from "../../ui/time.js";
import { changedFields } from "./history.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */

/** @param {any[]} rows @param {Kind} kind */
export function historyList(rows, kind) {
  if (rows.length === 0) return h("p", { class: "small quiet" }, t("inventory.no_history"));
  const labels = new Map(kind.fields.map(({ name, label }) => [name, label]));
  return h(
    "ol",
    { class: "history" },
    rows.map((row) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "row wrap" },
          h("b", {}, row.actor ?? t("inventory.nobody")),
          h("span", { class: "quiet" }, tOr(`inventory.did.${verbOf(row.action)}`, row.action)),
          timeAgo(row.at),
        ),
        h(
          "ul",
          { class: "history-changes" },
          changedFields(row.before, row.after, same).slice(0, 12).map(({ name, from, to }) =>
            h(
              "li",
              { class: "small" },
              h("span", { class: "quiet" }, labels.get(name) ?? tOr(`inventory.column.${name}`, name)),
              " ",
              from !== null && h("s", { class: "quiet" }, text(from)),
              from !== null && " ",
              h("span", {}, to === null ? t("inventory.cleared") : text(to)),
            )
          ),
        ),
      )
    ),
  );
}

/**
 * `inventory.hardware.changed` → `changed`.
 *
 * @param {string} action
 */
const verbOf = (action) => action.split(".").pop() ?? action;

/** @param {any} value */
function text(value) {
  const words = typeof value === "object" ? JSON.stringify(value) : String(value);
  return words.length > 80 ? `${words.slice(0, 79)}…` : words;
}
