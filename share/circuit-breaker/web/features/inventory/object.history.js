// @ts-check
/** Who changed what, newest first, field by field. */
import { h } from "../../lib/dom.js";
import { same } from "../../lib/form.js";
import { t, tOr } from "../../lib/i18n.js";
import { looseText, valueAlone } from "../../lib/values.js";
import { timeAgo } from "../../ui/time.js";
import { changedFields } from "./history.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */

/** @param {any[]} rows @param {Kind} kind @param {Map<number, string>} names  of what the rows point to */
export function historyList(rows, kind, names) {
  if (rows.length === 0) return h("p", { class: "small quiet" }, t("inventory.no_history"));
  const fields = new Map(kind.fields.map((field) => [field.name, field]));
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
          h("b", {}, row.actor && row.actor !== row.actor_kind ? row.actor : tOr(`audit.actor_${row.actor_kind}`, t("inventory.nobody"))),
          h("span", { class: "quiet" }, tOr(`inventory.did.${verbOf(row.action)}`, tOr(`audit.action_${verbOf(row.action)}`, row.action))),
          timeAgo(row.at),
        ),
        h(
          "ul",
          { class: "history-changes" },
          changedFields(row.before, row.after, same).slice(0, 12).map(({ name, from, to }) =>
            h(
              "li",
              { class: "small" },
              h("span", { class: "quiet" }, fields.get(name)?.label ?? tOr(`inventory.column.${name}`, tOr(`audit.field_${name}`, name))),
              " ",
              from !== null && h("s", { class: "quiet" }, text(from, name, names, fields.get(name))),
              from !== null && " ",
              h("span", {}, to === null ? t("inventory.cleared") : text(to, name, names, fields.get(name))),
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

/**
 * As everywhere else: choices and states by their words, numbers with their unit, objects by their names.
 *
 * @param {any} value @param {string} name @param {Map<number, string>} names
 * @param {import("../../types/inventory.js").Field} [field]
 */
function text(value, name, names, field) {
  const words = field
    ? valueAlone(value, field, names)
    : name === "status"
    ? tOr(`status.${value}`, String(value))
    : looseText(value);
  return words.length > 80 ? `${words.slice(0, 79)}…` : words;
}
