// @ts-check
import { h, on, replace, setStyle, uid } from "../lib/dom.js";
import { cellPencil } from "./table.edit.js";
import { tableKeys } from "./table.keys.js";
import { Marks } from "./table.marks.js";
import { CARD_HEIGHT, CARDS_BELOW, fitting, ROW_HEIGHT, scrolledTo } from "./table.model.js";
import { cardHead, headCell, markAll, rowPresses } from "./table.rows.js";
import { RowWindow } from "./table.window.js";

/** A table as tall as its rows draws so many at once; the others follow, frame by frame, so that the page answers meanwhile. */
const AT_ONCE = 48;

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
 *   signal: AbortSignal, rowClass?: (row: any) => string | null, fit?: boolean, card?: (row: any) => any,
 *   isEditable?: (column: string) => boolean, onedit?: (row: any, column: string, cell: HTMLElement) => void
 *   }} TableOptions
 *   `fit` lets the table be as tall as its rows (short lists in settings); else it fills its box and scrolls inside;
 *   `card` says the rest of a row in one line below its first column, where there is no room for columns
 * @param {TableOptions} options
 */
export function dataTable(options) {
  const { label, key = (row) => row.id, onsort, onopen, href, selectable = false, onselect, onend, signal, rowClass } = options;
  const { keys = {}, fit = false, card = null } = options;
  let { columns, rows = [], sort = null, empty = null } = options;
  let active = -1, ended = false, total = rows.length, isCards = false;
  // As the browser told them last: asking it while rows are drawn would make it lay everything out in between.
  let top = 0, height = 0, width = -1;
  // Of a table as tall as its rows.
  let reach = AT_ONCE, following = 0;
  const id = uid("table");
  const marks = new Marks(key, marked);
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
  const view = new RowWindow({
    space,
    id,
    key,
    stateOf: (row, index) => {
      const link = href?.(row) ?? null;
      return {
        link,
        isMarked: marks.has(row),
        isActive: index === active,
        class: [rowClass?.(row), (onopen || link) && "can-open"],
      };
    },
  });
  const rowHeight = () => (isCards ? CARD_HEIGHT : ROW_HEIGHT);

  function drawHead() {
    const sorted = onsort && ((/** @type {{ id: string, descending: boolean }} */ next) => {
      sort = next;
      drawHead();
      onsort(next);
    });
    const cells = isCards
      ? cardHead(columns, sort, sorted)
      : view.shape.columns.map((column) => headCell(column, sort, sorted));
    replace(head, selectable && markAll((checked) => (checked ? marks.all(rows) : marks.clear())), cells);
    drawMarkAll();
  }
  function drawMarkAll() {
    const box = /** @type {HTMLInputElement | null} */ (head.querySelector(".mark > input"));
    if (!box) return;
    box.checked = rows.length > 0 && marks.selected.size >= rows.length;
    box.indeterminate = marks.selected.size > 0 && !box.checked;
  }
  function draw() {
    // 200 until the browser has told how tall it is.
    const window = fit ? { top: 0, height: reach * rowHeight() } : { top, height: Math.max(height, 200) };
    const last = view.draw(rows, fit ? rows.length : total, window);
    if (fit && last < rows.length) follow();
    if (!fit && onend && !ended && rows.length > 0 && last >= rows.length - 5) {
      ended = true;
      onend(last);
    }
  }
  function follow() {
    following ||= requestAnimationFrame(() => {
      following = 0;
      reach += AT_ONCE;
      draw();
    });
  }
  /** Draws everything anew; after a new width only where other columns have room now. @param {{ isWidth?: boolean }} [why] */
  function layout({ isWidth = false } = {}) {
    const room = width > 0 ? width : innerWidth;
    const [wasCards, shown] = [isCards, fitting(columns, room)];
    isCards = card !== null && room < CARDS_BELOW;
    if (isWidth && wasCards === isCards && shown.length === view.shape.columns.length) return draw();
    element.classList.toggle("is-cards", isCards);
    const tracks = isCards ? ["minmax(0, 1fr)"] : shown.map((column) => column.width ?? "minmax(90px, 1fr)");
    setStyle(element, { "--columns": [...(selectable ? ["36px"] : []), ...tracks].join(" ") });
    view.reshape({ columns: shown, selectable, card: isCards ? card : null }, rowHeight());
    drawHead();
    refresh();
  }
  function refresh() {
    const tall = (fit ? rows.length : total) * rowHeight();
    setStyle(space, { height: `${tall}px` });
    element.setAttribute("aria-rowcount", String(total + 1));
    replace(none, rows.length === 0 && empty ? h("div", { role: "gridcell" }, empty) : null);
    none.hidden = rows.length > 0 || !empty;
    // Where there is less than before, the browser scrolls back by itself; it says so only later.
    top = Math.max(0, Math.min(top, tall + ROW_HEIGHT - height));
    reach = Math.max(AT_ONCE, active + 1);
    draw();
  }
  /** @param {number} index @param {boolean} [scroll] */
  function setActive(index, scroll = true) {
    active = index;
    if (scroll && !fit) {
      const to = scrolledTo(index, element.scrollTop, element.clientHeight - ROW_HEIGHT, rowHeight());
      if (to !== element.scrollTop) element.scrollTop = to;
      top = to;
    }
    reach = Math.max(reach, index + 1);
    draw();
    view.remark();
    if (fit && scroll) document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: "nearest" });
    element.setAttribute("aria-activedescendant", `${id}-${index}`);
  }
  function marked() {
    view.remark();
    drawMarkAll();
    onselect?.(marks.selected);
  }
  rowPresses(space, {
    selectable,
    signal,
    onmark: (index, range) => marks.toggle(rows, index, range),
    onpress(index, event) {
      setActive(index, false);
      if (!onopen || String(getSelection()) !== "") return;
      event.preventDefault();
      onopen(rows[index]);
    },
  });
  tableKeys({
    element,
    keys,
    signal,
    onopen,
    count: () => (fit ? rows.length : total),
    active: () => active,
    row: () => rows[active],
    page: () => Math.max(1, Math.floor(height / rowHeight()) - 2),
    onmove: (index) => setActive(index),
    onmark: selectable ? () => marks.toggle(rows, active) : null,
  });
  if (options.onedit && options.isEditable) {
    const edit = options.onedit;
    cellPencil({
      element,
      isEditable: options.isEditable,
      onedit: (index, column, cell) => rows[index] && edit(rows[index], column, cell),
      signal,
    });
  }
  on(element, "scroll", () => {
    top = element.scrollTop;
    draw();
  }, signal, { passive: true });
  const watcher = new ResizeObserver(() => {
    height = element.clientHeight;
    top = element.scrollTop;
    if (element.clientWidth === width) return draw();
    width = element.clientWidth;
    layout({ isWidth: true });
  });
  watcher.observe(element);
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    cancelAnimationFrame(following);
  }, { once: true });
  layout();

  return {
    element,
    selected: marks.selected,
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
      drawMarkAll();
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
    selectAll: () => marks.all(rows),
    clearSelection: () => marks.clear(),
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
    flash: (wanted) => void view.elementOf(wanted)?.classList.add("is-fresh"),
    /** Draws all rows anew, when rendering depends on more than the rows. */
    redraw: () => layout(),
    /** @param {any} wanted @returns {HTMLElement | null} the row as it is drawn */
    rowElement: (wanted) => view.elementOf(wanted),
    focus: () => element.focus({ preventScroll: true }),
  };
}
