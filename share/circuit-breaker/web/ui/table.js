// @ts-check
import { h, on, replace, setStyle, uid } from "../lib/dom.js";
import { isTyping } from "./keys.js";
import { cellPencil } from "./table.edit.js";
import { fitting, moved, ROW_HEIGHT, scrolledTo, windowOf } from "./table.model.js";
import { headCell, markAll, tableRow, waitingRow } from "./table.rows.js";

/**
 * A table that draws only the rows in sight, so 10,000 rows scroll as 50 do. Keyboard: `j k`, arrows, Home, End, Page
 * keys move; Enter opens; `x` marks, Shift with a click marks a range; other keys by `keys`.
 *
 * @typedef {{ id: string, label: string, render: (row: any) => any, width?: string, align?: "right", mono?: boolean,
 *   sortable?: boolean, from?: number, class?: string }} Column
 *   `width` is a CSS grid track (px, fr, minmax of px and fr); `from` hides the column below that many pixels
 * Rows that are counted but not loaded yet have their place, so that the scroll bar says how much there is; `onend` is
 * asked for them as they come into sight.
 *
 * @typedef {{ columns: Column[], label: string, key?: (row: any) => any, rows?: any[], sort?: { id: string,
 *   descending: boolean } | null,
 * onsort?: (sort: { id: string, descending: boolean }) => void, onopen?: (row: any) => void, href?: (row: any) =>
 * string | null,
 * selectable?: boolean, onselect?: (selected: Set<any>) => void, onend?: (last: number) => void, empty?: Node | null, keys?:
 * Record<string, (row: any) => void>,
 *   signal: AbortSignal, rowClass?: (row: any) => string | null, fit?: boolean,
 *   isEditable?: (column: string) => boolean, onedit?: (row: any, column: string, cell: HTMLElement) => void
 *   }} TableOptions
 *   `fit` lets the table be as tall as its rows (short lists in settings); else it fills its box and scrolls inside
 * @param {TableOptions} options
 */
export function dataTable(options) {
  const {
    label,
    key = (row) => row.id,
    onsort,
    onopen,
    href,
    selectable = false,
    onselect,
    onend,
    keys = {},
    signal,
    rowClass,
    fit = false,
  } = options;
  let { columns, rows = [], sort = null, empty = null } = options;
  let shown = columns, active = -1, lastMarked = -1, ended = false, total = rows.length;
  const selected = new Set(), id = uid("table");
  /** @type {Map<any, { row: any, element: HTMLElement }>} */
  const drawn = new Map();
  const head = h("div", { class: "table-head", role: "row" });
  const space = h("div", { class: "table-space", role: "rowgroup" });
  const none = h("div", { class: "table-none", role: "row" });
  const element = h(
    "div",
    {
      class: ["table", fit && "is-fit", selectable && "is-selectable"],
      role: "grid",
      tabIndex: 0,
      "aria-label": label,
      "aria-multiselectable": selectable || null,
    },
    head,
    space,
    none,
  );

  const template = () =>
    [selectable ? "36px" : null, ...shown.map(({ width }) => width ?? "minmax(90px, 1fr)")].filter(Boolean).join(" ");

  function drawHead() {
    const all = selectable && markAll(rows.length > 0 && selected.size >= rows.length, selected.size > 0, (checked) => {
      if (checked) rows.forEach((row) => selected.add(key(row)));
      else selected.clear();
      marked();
    });
    replace(
      head,
      all,
      shown.map((column) =>
        headCell(
          column,
          sort,
          onsort && ((next) => {
            sort = next;
            drawHead();
            onsort(next);
          }),
        )
      ),
    );
  }
  /** @param {any} row @param {number} index */
  function rowElement(row, index) {
    const link = href?.(row) ?? null, isMarked = selected.has(key(row));
    return tableRow({
      id: `${id}-${index}`,
      row,
      index,
      columns: shown,
      link,
      selectable,
      isMarked,
      class: [
        rowClass?.(row),
        isMarked && "is-selected",
        index === active && "is-active",
        (onopen || link) && "can-open",
      ],
      onmark: (range) => toggle(index, range),
      onpress(event) {
        setActive(index, false);
        if (!onopen || String(getSelection()) !== "") return;
        event.preventDefault();
        onopen(row);
      },
    });
  }
  /** @param {number} index a row that is on its way */
  function waiting(index) {
    const mine = `waiting ${index}`, known = drawn.get(mine);
    if (!known) {
      const fresh = waitingRow({ id: `${id}-${index}`, index });
      space.append(fresh);
      drawn.set(mine, { row: null, element: fresh });
    }
    return mine;
  }
  function draw() {
    const box = element.getBoundingClientRect().height;
    const { first, last } = fit
      ? { first: 0, last: rows.length }
      : windowOf({ top: element.scrollTop, height: Math.max(box, 200), count: total });
    const wanted = new Set();
    for (let index = first; index < last; index += 1) {
      const row = rows[index];
      if (!row) {
        wanted.add(waiting(index));
        continue;
      }
      const mine = key(row), known = drawn.get(mine), place = `${id}-${index}`;
      wanted.add(mine);
      if (known && known.row === row && known.element.id === place) continue;
      const fresh = rowElement(row, index);
      if (known) known.element.replaceWith(fresh);
      else space.append(fresh);
      drawn.set(mine, { row, element: fresh });
    }
    for (const [mine, { element: old }] of drawn) {
      if (!wanted.has(mine)) {
        old.remove();
        drawn.delete(mine);
      }
    }
    // Readers go by the order of the document, not by where rows are seen.
    /** @type {Element | null} */
    let before = null;
    for (const mine of wanted) {
      const element = /** @type {{ element: HTMLElement }} */ (drawn.get(mine)).element;
      if (element.previousElementSibling !== before) before ? before.after(element) : space.prepend(element);
      before = element;
    }
    if (!fit && onend && !ended && rows.length > 0 && last >= rows.length - 5) {
      ended = true;
      onend(last);
    }
  }
  function layout() {
    shown = fitting(columns, element.clientWidth || innerWidth);
    setStyle(element, { "--columns": template() });
    drawHead();
    drawn.clear();
    space.replaceChildren();
    refresh();
  }
  function refresh() {
    setStyle(space, { height: `${(fit ? rows.length : total) * ROW_HEIGHT}px` });
    element.setAttribute("aria-rowcount", String(total + 1));
    replace(none, rows.length === 0 && empty ? h("div", { role: "gridcell" }, empty) : null);
    none.hidden = rows.length > 0 || !empty;
    draw();
  }
  /** @param {number} index @param {boolean} [scroll] */
  function setActive(index, scroll = true) {
    active = index;
    if (scroll && !fit) element.scrollTop = scrolledTo(index, element.scrollTop, element.clientHeight - ROW_HEIGHT);
    draw();
    space.querySelector(".is-active")?.classList.remove("is-active");
    const now = document.getElementById(`${id}-${index}`);
    now?.classList.add("is-active");
    if (fit && scroll) now?.scrollIntoView({ block: "nearest" });
    element.setAttribute("aria-activedescendant", `${id}-${index}`);
  }
  /** @param {number} index @param {boolean} [range] */
  function toggle(index, range = false) {
    const on = !selected.has(key(rows[index]));
    const from = range && lastMarked >= 0 ? Math.min(lastMarked, index) : index,
      to = range && lastMarked >= 0 ? Math.max(lastMarked, index) : index;
    for (let at = from; at <= to; at += 1) {
      if (on || range) selected.add(key(rows[at]));
      else selected.delete(key(rows[at]));
    }
    lastMarked = index;
    marked();
  }
  function marked() {
    drawn.clear();
    space.replaceChildren();
    drawHead();
    draw();
    onselect?.(selected);
  }
  /**
   * Keys pressed outside of the table that are still meant for it.
   *
   * @param {string} name
   * @param {Element} target
   */
  function pressable(name, target) {
    if (target.closest("#panel, [role=menu], [role=tablist]")) return false;
    return name === "Enter"
      ? !target.closest("button, a")
      : ["j", "k", "x"].includes(name) || Object.hasOwn(keys, name);
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (
      event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) ||
      !element.isConnected
    ) return;
    const target = /** @type {Element} */ (event.target), inside = element.contains(target);
    if (!inside && !pressable(event.key, target)) return;
    if (document.querySelector("dialog[open]")) return;
    const to = moved(event.key, active, fit ? rows.length : total, Math.max(1, Math.floor(element.clientHeight / ROW_HEIGHT) - 2));
    const row = rows[active];
    if (to !== null) setActive(to);
    else if (event.key === "Enter" && row && !target.closest("button, input")) {
      if (onopen) onopen(row);
      else return;
    } else if (event.key === "x" && selectable && row) toggle(active);
    else if (keys[event.key] && row) keys[event.key](row);
    else return;
    event.preventDefault();
  }
  if (options.onedit && options.isEditable) {
    const edit = options.onedit;
    cellPencil({
      element,
      isEditable: options.isEditable,
      onedit: (index, column, cell) => rows[index] && edit(rows[index], column, cell),
      signal,
    });
  }
  on(element, "scroll", draw, signal, { passive: true });
  on(document, "keydown", pressed, signal);
  let width = -1;
  const watcher = new ResizeObserver(() => {
    if (element.clientWidth !== width) {
      width = element.clientWidth;
      layout();
    } else draw();
  });
  watcher.observe(element);
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  setStyle(element, { "--columns": template() });
  drawHead();
  refresh();

  return {
    element,
    selected,
    get rows() {
      return rows;
    },
    get active() {
      return rows[active] ?? null;
    },
    /**
     * Shows other rows; scroll, marks and the active row stay.
     *
     * @param {any[]} next
     * @param {{ empty?: Node | null, total?: number | null }} [also] `total`: with those that are not loaded yet
     */
    setRows(next, also = {}) {
      const was = rows[active] ? key(rows[active]) : null;
      if ("empty" in also) empty = also.empty ?? null;
      // The same rows again mean that there were no more: asking anew would never end.
      ended &&= next.length === rows.length && next[0] === rows[0] && next[next.length - 1] === rows[rows.length - 1];
      rows = next;
      total = Math.max(rows.length, also.total ?? 0);
      const at = was === null ? -1 : rows.findIndex((row) => key(row) === was);
      active = at >= 0 ? at : Math.min(active, total - 1);
      refresh();
      drawHead();
    },
    /** @param {Column[]} next */
    setColumns(next) {
      columns = next;
      layout();
    },
    /** @param {{ id: string, descending: boolean } | null} next */
    setSort(next) {
      sort = next;
      drawHead();
    },
    /** Marks every row that is loaded. */
    selectAll() {
      rows.forEach((row) => selected.add(key(row)));
      marked();
    },
    clearSelection() {
      selected.clear();
      lastMarked = -1;
      marked();
    },
    /**
     * Makes a row the active one and scrolls to it.
     *
     * @param {any} wanted
     */
    activate(wanted) {
      const at = rows.findIndex((row) => key(row) === wanted);
      if (at >= 0) setActive(at);
    },
    /**
     * Lights a row for a moment, after a live change.
     *
     * @param {any} wanted
     */
    flash(wanted) {
      drawn.get(wanted)?.element.classList.add("is-fresh");
    },
    /** Draws all rows anew, when rendering depends on more than the rows. */
    redraw: layout,
    /** @param {any} wanted @returns {HTMLElement | null} the row as it is drawn */
    rowElement: (wanted) => drawn.get(wanted)?.element ?? null,
    focus: () => element.focus({ preventScroll: true }),
  };
}
