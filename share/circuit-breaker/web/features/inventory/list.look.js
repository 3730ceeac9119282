// @ts-check
/** How a list page looks: head, filter line, pills, bar of the marked, table, and what stands in an empty one. */
import { h, replace } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t, tOr } from "../../lib/i18n.js";
import { lower, urlOfObject } from "../../lib/kinds.js";
import { button, iconButton } from "../../ui/button.js";
import { emptyState, errorState, whenBack } from "../../ui/empty.js";
import { openMenu } from "../../ui/menu.js";
import { skeleton } from "../../ui/progress.js";
import { dataTable } from "../../ui/table.js";
import { parseSort, sortParameter } from "../../ui/table.model.js";
import { toastError } from "../../ui/toast.js";
import { shownColumns } from "./columns.model.js";
import { cardOf, tableColumns } from "./list.cells.js";
import { filterLine, filterPills } from "./list.filter.js";
import { download, markedBar, openColumnMenu, openFilterMenu } from "./list.menus.js";
import { InlineEdit } from "./list.inline.js";
import { openViewMenu } from "./list.views.js";
import { isNarrowed, plainList } from "./query.model.js";

/** @typedef {import("./inventory.page.js").ListPage} ListPage */

export class ListLook {
  /** @param {ListPage} page */
  constructor(page) {
    this.page = page;
    const { kind, context, mayEdit } = page;
    /** @type {Map<string, string>} */
    this.names = new Map();
    this.count = h("span", { class: "quiet list-count" });
    this.line = filterLine({
      kind,
      text: page.state.q,
      tags: () => page.tags,
      lookup: page.lookup,
      onText: (q) => page.change({ ...page.state, q }),
      signal: context.signal,
    });
    this.pills = h("div", { class: "list-pills" });
    this.fresh = h("div", { class: "list-fresh", hidden: true });
    this.problem = h("div", { class: "list-problem", role: "alert", hidden: true });
    this.marked = this.markedBar();
    this.inline = new InlineEdit(page);
    this.table = this.dataTable();
    this.element = h(
      "section",
      { class: "page fill list-page" },
      h(
        "header",
        { class: "page-head" },
        h("div", { class: "grow row" }, h("h1", { tabIndex: -1 }, kind.plural), this.count),
        mayEdit && this.addButton(),
      ),
      h("div", { class: "page-tools list-tools" }, this.line.element, this.line.help, this.toolButtons()),
      this.pills,
      this.marked.element,
      this.fresh,
      this.problem,
      this.table.element,
    );
    this.showState();
  }

  addButton() {
    const { page } = this;
    const label = t("inventory.add_kind", { kind: lower(page.kind.label) });
    return button(label, { icon: "add", kind: "primary", onclick: () => void page.add().catch(toastError) });
  }

  markedBar() {
    const { page } = this;
    return markedBar({
      onClear: () => this.table.clearSelection(),
      onAll: async () => {
        await page.source.more(Infinity);
        this.table.selectAll();
      },
      actions: page.mayEdit
        ? [{ label: t("inventory.edit"), icon: "edit", run: () => page.editMarked() }, {
          label: t("common.delete"),
          icon: "trash",
          kind: "danger",
          run: () => page.deleteMarked(),
        }]
        : [],
    });
  }

  /** @param {number} n */
  showMarked(n) {
    const { items, total, isComplete } = this.page.source.view.current;
    this.marked.show(n, !isComplete && n >= items.length ? total ?? 0 : 0);
  }

  /** @returns {ReturnType<typeof dataTable>} */
  dataTable() {
    const { page } = this;
    return dataTable({
      label: page.kind.plural,
      signal: page.context.signal,
      columns: this.columns(),
      sort: parseSort(page.state.sort),
      selectable: page.mayEdit,
      card: (row) => cardOf(page.kind, shownColumns(page.kind, page.state.columns))(row),
      href: (row) => urlOfObject(page.kinds, page.kind.name, row.id),
      onopen: (row) => page.openRow(row),
      onsort: (sort) => page.change({ ...page.state, sort: sortParameter(sort) ?? "name" }),
      onselect: (selected) => this.showMarked(selected.size),
      onend: (last) => void page.source.more(last),
      ...(page.mayEdit
        ? {
          isEditable: (column) => this.inline.isEditable(column),
          onedit: (row, column, cell) => this.inline.edit(row, column, cell),
          keys: {
            e: (row) => page.editRow(row),
            F2: (row) => this.inline.begin(row),
            Delete: (row) => page.removeRow(row),
          },
        }
        : {}),
    });
  }

  toolButtons() {
    const { page } = this;
    const { kind } = page;
    const state = () => page.state;
    /** @type {(icon: string, label: string, open: (anchor: HTMLElement) => void) => HTMLElement} */
    const tool = (icon, label, open) => {
      const one = iconButton(icon, label, { kind: "plain", "aria-haspopup": "menu", onclick: () => open(one) });
      return one;
    };
    return [
      tool("filter", t("inventory.add_filter"), (anchor) =>
        openFilterMenu(anchor, {
          kind,
          state,
          onState: (next) => page.change(next),
          lookup: page.lookup,
          onName: (key, name) => this.names.set(key, name),
        })),
      tool(
        "pin",
        t("inventory.views"),
        (anchor) => void openViewMenu(anchor, {
          kind,
          state,
          onState: (next) => page.change(next, { isView: true }),
          session: page.context.session,
          signal: page.context.signal,
        }),
      ),
      tool("columns", t("inventory.columns"), (anchor) =>
        openColumnMenu(anchor, {
          kind,
          state,
          onColumns: (columns) => page.change({ ...page.state, columns }, { isLook: true }),
        })),
      tool("menu", t("inventory.more_actions"), (anchor) => this.openMore(anchor)),
    ];
  }

  columns() {
    const { kind, kinds, state } = this.page;
    return tableColumns(kind, shownColumns(kind, state.columns), (to, id) => urlOfObject(kinds, to, id));
  }

  drawColumns() {
    this.table.setColumns(this.columns());
  }

  showState() {
    const { kind, state } = this.page;
    this.line.set(state.q);
    replace(
      this.pills,
      filterPills({ kind, state, names: this.names, onState: (next) => this.page.change(next) }),
    );
  }

  /** @param {import("./events.model.js").ListView} view */
  show(view) {
    if (view.total === null && view.items.length === 0) return;
    const empty = view.items.length === 0 ? this.empty() : null;
    this.table.setRows(view.items, { empty, total: view.isComplete ? null : view.total });
    replace(this.count, view.total === null ? "" : count(view.total));
    this.fresh.hidden = view.unseen === 0;
    if (view.unseen === 0) return;
    const label = t("inventory.unseen", { n: view.unseen });
    replace(this.fresh, button(label, { icon: "refresh", small: true, onclick: () => void this.page.reload() }));
  }

  /** @param {"reading" | "ready" | "failed"} phase @param {any} error */
  showPhase(phase, error) {
    const isBlank = this.page.source.view.current.items.length === 0;
    this.element.setAttribute("aria-busy", String(phase === "reading"));
    if (phase === "ready" && this.page.shownId !== null) this.table.activate(this.page.shownId);
    const queried = phase === "failed" ? error?.fields?.q ?? null : null;
    if (phase !== "reading") this.line.showProblem(queried);
    // What is on screen stays while the line is being written.
    if (queried) return isBlank ? this.table.setRows([], { empty: this.empty() }) : undefined;
    this.problem.hidden = phase !== "failed" || isBlank;
    if (phase === "reading" && isBlank) this.table.setRows([], { empty: skeleton(10) });
    if (phase !== "failed") return;
    if (isBlank) this.table.setRows([], { empty: errorState(error, () => void this.page.reload()) });
    else {
      const again = button(t("common.retry"), { small: true, onclick: () => void this.page.reload() });
      replace(this.problem, h("span", { class: "grow" }, error.message), again);
      if (error?.status === 0) whenBack(again, () => void this.page.reload());
    }
  }

  empty() {
    const { page } = this;
    const { kind } = page;
    if (isNarrowed(page.state)) {
      const clear = button(t("inventory.clear_filters"), {
        onclick: () => page.change({ ...plainList, sort: page.state.sort, columns: page.state.columns }),
      });
      const title = t("inventory.nothing_found", { kind: lower(kind.plural) });
      return emptyState({ icon: "filter", title, text: t("inventory.nothing_found_text"), action: clear });
    }
    const actions = page.mayEdit
      ? h(
        "div",
        { class: "row wrap" },
        this.addButton(),
        button(t("inventory.import"), {
          icon: "upload",
          onclick: () => this.bring(),
        }),
      )
      : null;
    return emptyState({
      icon: kind.name,
      title: tOr(`inventory.none_yet.${kind.name}`, t("inventory.empty", { kind: lower(kind.plural) })),
      text: tOr(`inventory.lesson.${kind.name}`, t("inventory.lesson_any")),
      action: actions,
      example: tOr(`inventory.example.${kind.name}`, "") || undefined,
    });
  }

  /** @param {{ isPaste?: boolean }} [options] */
  bring(options) {
    const { kind } = this.page;
    import("./import.dialog.js").then(({ openImport }) => openImport(kind, () => void this.page.reload(), options))
      .catch(toastError);
  }

  /** @param {HTMLElement} anchor */
  openMore(anchor) {
    const { page } = this;
    const { kind, mayEdit } = page;
    openMenu(anchor, [
      ...(mayEdit
        ? [
          {
            label: t("lines.menu"),
            icon: "add",
            run: () => this.bring({ isPaste: true }),
          },
          { label: t("inventory.import"), icon: "upload", run: () => this.bring() },
        ]
        : []),
      { label: t("inventory.export_csv"), icon: "download", run: () => void download(kind, "csv", page.query()) },
      { label: t("inventory.export_json"), icon: "download", run: () => void download(kind, "json", page.query()) },
      "-",
      { label: t("inventory.open_trash"), icon: "trash", href: `/trash?kind=${kind.name}` },
    ], { label: t("inventory.more_actions") });
  }
}
