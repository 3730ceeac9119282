// @ts-check
/** Menus of a list: filters to add, columns to show, and what to do with all of it. */
import { h, replace } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { checkItems } from "../../ui/checks.js";
import { combobox } from "../../ui/combobox.js";
import { openDialog } from "../../ui/dialog.js";
import { openMenu } from "../../ui/menu.js";
import { toastError } from "../../ui/toast.js";
import { allColumns, defaultNames, toggleColumn } from "./columns.model.js";
import { exportThings } from "./inventory.api.js";
import { columnLabel } from "./list.cells.js";
import { STATUSES } from "../../lib/query.js";
import { withFilter } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./query.model.js").ListState} ListState */
/**
 * @typedef {{ kind: Kind, state: () => ListState, onState: (state: ListState) => void,
 *   lookup: import("../../ui/fields.js").Lookup, onName: (key: string, name: string) => void }} Options
 */

/** @param {HTMLElement} anchor @param {Options} options */
export function openFilterMenu(anchor, { kind, state, onState, lookup, onName }) {
  const fields = kind.fields.filter(({ filterable, type, name }) =>
    filterable && type !== "references" && name !== "status" && name !== "name"
  );
  const ask = (/** @type {any} */ field) =>
    void askFilter(field, lookup).then((chosen) => {
      if (!chosen) return;
      onName(`${field.name}:${chosen.value}`, chosen.label);
      onState(withFilter(state(), field.name, String(chosen.value)));
    });
  openMenu(anchor, [
    { heading: t("inventory.column.status") },
    ...STATUSES.map((status) => ({
      label: tOr(`status.${status}`, status),
      checked: state().filters.status?.includes(status) ?? false,
      run: () => onState(withFilter(state(), "status", state().filters.status?.includes(status) ? null : status)),
    })),
    { heading: t("inventory.filter_by") },
    {
      label: t("inventory.column.tags"),
      run: () => ask({ name: "tag", label: t("inventory.column.tags"), type: "tags" }),
    },
    ...fields.map((field) => ({ label: field.label, run: () => ask(field) })),
  ], { align: "left", label: t("inventory.add_filter") });
}

/**
 * @param {import("../../types/inventory.js").Field} field
 * @param {import("../../ui/fields.js").Lookup} lookup
 * @returns {Promise<{ value: any, label: string } | null>}
 */
async function askFilter(field, lookup) {
  const fixed = field.type === "boolean"
    ? [{ value: "true", label: t("common.yes") }, { value: "false", label: t("common.no") }]
    : (field.choices ?? field.suggestions?.map((value) => ({ value, label: value })) ?? null);
  const isFree = !fixed && !["reference", "tags"].includes(field.type);
  return openDialog({
    title: t("inventory.filter_title", { field: field.label }),
    body: (close) => {
      const combo = combobox({
        label: field.label,
        free: isFree || Boolean(field.suggestions && !field.choices),
        load: async (text, signal) => {
          if (fixed) return fixed.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
          return isFree ? [] : lookup(/** @type {any} */ (field), text, signal);
        },
        onchange: (value) => value && close(value),
      });
      combo.input.autofocus = true;
      return combo.element;
    },
  });
}

/**
 * @param {HTMLElement} anchor
 * @param {{ kind: Kind, state: () => ListState, onColumns: (columns: string[] | null) => void }} options
 */
export function openColumnMenu(anchor, { kind, state, onColumns }) {
  const names = () => state().columns ?? defaultNames(kind);
  openMenu(anchor, [
    { heading: t("inventory.columns") },
    ...checkItems(
      allColumns(kind).slice(1).map((column) => ({
        label: columnLabel(column),
        checked: names().includes(column.name),
        onchange: (isOn) => onColumns(toggleColumn(names(), column.name, isOn)),
      })),
    ),
    "-",
    { label: t("inventory.columns_reset"), icon: "refresh", run: () => onColumns(null) },
  ], { label: t("inventory.columns") });
}

/**
 * Fetches and hands over as a file, so that an error is a sentence and not a broken download.
 *
 * @param {Kind} kind
 * @param {"csv" | "json"} format
 * @param {Record<string, any>} query
 */
export async function download(kind, format, query) {
  try {
    const url = URL.createObjectURL(await exportThings(kind, format, query));
    const link = h("a", { href: url, download: `${kind.path}.${format}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) {
    toastError(error, t("inventory.export_failed"));
  }
}

/**
 * "12 marked" and what to do with them; hidden while nothing is. Where the list goes on behind the marked rows, all of
 * it can be marked.
 *
 * @param {{ actions: { label: string, icon?: string, kind?: any, run: () => void }[], onClear: () => void,
 *   onAll: () => Promise<void> }} options
 */
export function markedBar({ actions, onClear, onAll }) {
  const all = button("", { small: true, kind: "ghost", onclick: () => void whileBusy(all, onAll) });
  const words = h("span", { role: "status" });
  const element = h(
    "div",
    { class: "marked-bar", hidden: true },
    words,
    all,
    actions.map(({ label, icon, kind, run }) => button(label, { icon, kind, small: true, onclick: run })),
    button(t("inventory.unmark"), { kind: "ghost", small: true, onclick: onClear }),
  );
  return {
    element,
    /** @param {number} n @param {number} total of the list, where only loaded rows are marked; else 0 */
    show(n, total = 0) {
      element.hidden = n === 0;
      all.hidden = total <= n;
      replace(all, h("span", {}, t("bulk.mark_all", { n: total })));
      replace(words, t("inventory.marked", { n }));
    },
  };
}
