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
              from !== null && h("s", { class: "quiet" }, text(from, name, fields.get(name))),
              from !== null && " ",
              h("span", {}, to === null ? t("inventory.cleared") : text(to, name, fields.get(name))),
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

/** @param {any} value @param {string} name @param {import("../../types/inventory.js").Field} [field] */
function text(value, name, field) {
  const words = typeof value === "object" ? JSON.stringify(value) : plain(value, name, field);
  return words.length > 80 ? `${words.slice(0, 79)}…` : words;
}

/**
 * Choices and states by their words, as everywhere else.
 *
 * @param {any} value @param {string} name @param {import("../../types/inventory.js").Field} [field]
 */
function plain(value, name, field) {
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  const chosen = field?.choices?.find((choice) => choice.value === value);
  return chosen?.label ?? (name === "status" ? tOr(`status.${value}`, String(value)) : String(value));
}
