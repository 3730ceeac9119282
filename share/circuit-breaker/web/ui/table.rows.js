// @ts-check
import { icon } from "../icons/icons.js";
import { h, on, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "./menu.js";
import { nextSort } from "./table.model.js";

/** The pieces of ui/table.js: head cells and rows. They draw and tell; what is marked or active is the table's.
 *
 * @typedef {import("./table.js").Column} Column
 * @typedef {{ id: string, descending: boolean } | null} Sort
 */

/** @param {(checked: boolean) => void} onchange */
export function markAll(onchange) {
  const box = h("input", { type: "checkbox", "aria-label": t("list.mark_all"), onchange: () => onchange(box.checked) });
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
 * The head of a list of cards: by what it is sorted, and a menu of what else it could be.
 *
 * @param {Column[]} columns @param {Sort} sort
 * @param {((next: { id: string, descending: boolean }) => void) | undefined} onsort
 */
export function cardHead(columns, sort, onsort) {
  const current = columns.find(({ id }) => id === sort?.id) ?? columns[0];
  const sortable = columns.filter((column) => column.sortable);
  if (!onsort || sortable.length === 0) return h("div", { class: "table-cell", role: "columnheader" }, current?.label);
  const element = h(
    "button",
    {
      type: "button",
      class: "table-sort",
      "aria-haspopup": "menu",
      onclick: () =>
        openMenu(
          element,
          sortable.map(({ id, label }) => ({
            label,
            checked: id === sort?.id,
            icon: id === sort?.id ? (sort?.descending ? "down" : "up") : undefined,
            run: () => onsort(nextSort(sort, id)),
          })),
          { label: t("list.sort") },
        ),
    },
    t("list.sorted_by", { column: current?.label ?? "" }),
    icon(sort?.descending ? "down" : "up", { class: "small" }),
  );
  return h("div", { class: "table-cell", role: "columnheader" }, element);
}

/** An empty row, to be filled once and again. @param {import("./table.window.js").Shape} shape */
export function newRow({ columns, selectable, card }) {
  const mark = selectable &&
    h(
      "div",
      { class: "table-cell mark", role: "gridcell" },
      h("input", { type: "checkbox", tabIndex: -1, "aria-label": t("list.mark") }),
    );
  const cells = (card ? columns.slice(0, 1) : columns).map((column) =>
    h("div", {
      class: ["table-cell", column.align === "right" && "number", column.mono && "mono", column.class],
      role: "gridcell",
      dataset: { column: column.id },
    })
  );
  return h("div", { role: "row" }, mark, cells, card && h("div", { class: "table-cell card-line", role: "gridcell" }));
}

/**
 * @param {HTMLElement} element @param {any} row @param {import("./table.window.js").Shape} shape
 * @param {import("./table.window.js").RowState} state
 */
export function fillRow(element, row, { columns, selectable, card }, { link, class: classes }) {
  element.setAttribute("class", ["table-row", ...[classes].flat(2)].filter(Boolean).join(" "));
  const cells = /** @type {HTMLElement[]} */ ([...element.children].slice(selectable ? 1 : 0));
  (card ? columns.slice(0, 1) : columns).forEach((column, at) => {
    const content = column.render(row);
    const linked = at === 0 && link ? h("a", { class: "table-link", href: link, tabIndex: -1 }, content) : content;
    replace(cells[at], linked ?? "—");
  });
  if (card) replace(cells[1], card(row));
}

/**
 * What presses on rows mean; one listener for all of them.
 *
 * @param {HTMLElement} space
 * @param {{ selectable: boolean, onmark: (index: number, range: boolean) => void,
 *   onpress: (index: number, event: MouseEvent) => void, signal: AbortSignal }} options
 */
export function rowPresses(space, { selectable, onmark, onpress, signal }) {
  on(space, "click", (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target), row = target.closest(".table-row");
    if (!row || row.classList.contains("is-waiting")) return;
    const index = Number(row.getAttribute("aria-rowindex")) - 2;
    if (target.closest(".mark")) return target.localName === "input" ? onmark(index, event.shiftKey) : undefined;
    // Links, buttons and boxes inside a row do their own thing; a new tab is the browser's.
    if (target.closest("button, input") || (target.closest("a") && !target.closest(".table-link"))) return;
    if (event.ctrlKey || event.metaKey) return;
    if (event.shiftKey && selectable) {
      event.preventDefault();
      return onmark(index, true);
    }
    onpress(index, event);
  }, signal);
}

/** The place of a row that is being read. */
export const waitingRow = () =>
  h(
    "div",
    { class: "table-row is-waiting", role: "row", "aria-busy": "true" },
    h("div", { class: "table-cell", role: "gridcell" }, h("span", { class: "skeleton-line", "aria-hidden": "true" })),
  );
