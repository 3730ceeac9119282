// @ts-check
import { icon } from "../icons/icons.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { nextSort, ROW_HEIGHT } from "./table.model.js";

/** The pieces of ui/table.js: head cells and rows. They draw and tell; what is marked or active is the table's.
 *
 * @typedef {import("./table.js").Column} Column
 * @typedef {{ id: string, descending: boolean } | null} Sort
 */

/** @param {boolean} checked @param {boolean} some @param {(checked: boolean) => void} onchange */
export function markAll(checked, some, onchange) {
  const box = h("input", {
    type: "checkbox",
    "aria-label": t("list.mark_all"),
    checked,
    onchange: () => onchange(box.checked),
  });
  box.indeterminate = some && !checked;
  return h("div", { class: "table-cell mark", role: "columnheader" }, box);
}

/**
 * @param {Column} column
 * @param {Sort} sort
 * @param {((next: { id: string, descending: boolean }) => void) | undefined} onsort
 */
export function headCell(column, sort, onsort) {
  const current = sort?.id === column.id;
  const order = current ? (sort?.descending ? "descending" : "ascending") : "none";
  const arrow = current ? icon(sort?.descending ? "down" : "up", { class: "small" }) : null;
  const label = column.sortable && onsort
    ? h(
      "button",
      {
        type: "button",
        class: "table-sort",
        tabIndex: -1,
        onclick: () => onsort(nextSort(sort, column.id)),
      },
      column.label,
      arrow,
    )
    : column.label;
  return h("div", {
    class: ["table-cell", column.align === "right" && "number"],
    role: "columnheader",
    "aria-sort": column.sortable ? order : null,
  }, label);
}

/**
 * @param {{ id: string, row: any, index: number, columns: Column[], link: string | null, selectable: boolean,
 *   isMarked: boolean,
 *   class: any[], onmark: (range: boolean) => void, onpress: (event: MouseEvent) => void }} parts
 */
export function tableRow({ id, row, index, columns, link, selectable, isMarked, class: classes, onmark, onpress }) {
  const cells = columns.map((column, at) => {
    const content = column.render(row);
    const linked = at === 0 && link ? h("a", { class: "table-link", href: link, tabIndex: -1 }, content) : content;
    return h("div", {
      class: ["table-cell", column.align === "right" && "number", column.mono && "mono", column.class],
      role: "gridcell",
      dataset: { column: column.id },
    }, linked ?? "—");
  });
  const mark = selectable &&
    h(
      "div",
      { class: "table-cell mark", role: "gridcell" },
      h("input", {
        type: "checkbox",
        tabIndex: -1,
        "aria-label": t("list.mark"),
        checked: isMarked,
        onclick: (/** @type {MouseEvent} */ event) => {
          event.stopPropagation();
          onmark(event.shiftKey);
        },
      }),
    );
  return h(
    "div",
    {
      id,
      class: ["table-row", ...classes],
      role: "row",
      "aria-rowindex": index + 2,
      "aria-selected": selectable ? String(isMarked) : null,
      style: { transform: `translateY(${index * ROW_HEIGHT}px)` },
      onclick: (/** @type {MouseEvent} */ event) => {
        const target = /** @type {Element} */ (event.target);
        // Links, buttons and boxes inside a row do their own thing; a new tab is the browser's.
        if (target.closest(".mark, button, input") || (target.closest("a") && !target.closest(".table-link"))) return;
        if (event.ctrlKey || event.metaKey) return;
        if (event.shiftKey && selectable) {
          event.preventDefault();
          return onmark(true);
        }
        onpress(event);
      },
    },
    mark,
    cells,
  );
}

/**
 * The place of a row that is being read.
 *
 * @param {{ id: string, index: number }} row
 */
export const waitingRow = ({ id, index }) =>
  h("div", {
    id,
    class: "table-row is-waiting",
    role: "row",
    "aria-rowindex": index + 2,
    "aria-busy": "true",
    style: { transform: `translateY(${index * ROW_HEIGHT}px)` },
  }, h("div", { class: "table-cell", role: "gridcell" }, h("span", { class: "skeleton-line", "aria-hidden": "true" })));
