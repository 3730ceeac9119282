// @ts-check
/** The list of any kind: generated from its description, live, with the object in the panel at `/path/7`. */
import { ApiError, isAbort, pages } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { kindAtPath, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { button, iconButton } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { shortcut } from "../../ui/keys.js";
import { openMenu } from "../../ui/menu.js";
import { closePanel } from "../../ui/panel.js";
import { skeleton } from "../../ui/progress.js";
import { dataTable } from "../../ui/table.js";
import { parseSort, sortParameter } from "../../ui/table.model.js";
import { toastError } from "../../ui/toast.js";
import { shownColumns } from "./columns.model.js";
import { applyEvent, readEvent } from "./events.model.js";
import { openImport } from "./import.dialog.js";
import { findTags } from "./inventory.api.js";
import { bulkDelete, bulkEdit } from "./list.bulk.js";
import { tableColumns } from "./list.cells.js";
import { filterLine, filterPills } from "./list.filter.js";
import { download, markedBar, openColumnMenu, openFilterMenu } from "./list.menus.js";
import { lookupIn, openForm } from "./object.form.js";
import { openObject } from "./object.panel.js";
import { removeThing } from "./object.remove.js";
import { lower } from "./object.words.js";
import { apiQuery, isNarrowed, paramsFrom, plainList, readText, stateFrom } from "./query.model.js";

/** @typedef {import("../../types/inventory.d.ts").Kind} Kind */
/** @typedef {import("../../types/inventory.d.ts").Thing} Thing */
/** @typedef {import("../../types/page.js").PageContext} PageContext */
/** @typedef {import("./query.model.js").ListState} ListState */

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const [kinds] = await Promise.all([loadKinds(context.signal), stylesheet(new URL("./inventory.css", import.meta.url))]);
  const kind = kindAtPath(kinds, context.params.path);
  if (!kind) throw new ApiError(404, { code: "not_found", message: t("inventory.no_page", { path: `/${context.params.path}` }) });
  const list = new ListPage(context, kinds, kind);
  context.title(kind.plural, [{ label: t("inventory.title"), href: "/inventory" }]);
  void list.reload();
  void list.follow(context.params, context.query);
  return list.element;
}

class ListPage {
  /** @param {PageContext} context @param {Kind[]} kinds @param {Kind} kind */
  constructor(context, kinds, kind) {
    this.context = context;
    this.kinds = kinds;
    this.kind = kind;
    this.mayEdit = context.session.may("inventory.edit");
    this.lookup = lookupIn(kinds);
    /** @type {{ columns?: string[] | null, sort?: string }} */
    this.prefs = readPref(`list.${kind.name}`, {});
    this.state = this.withPrefs(stateFrom(context.query, kind), context.query);
    /** @type {import("./events.model.js").ListView} */
    this.view = { items: [], total: null, isComplete: false, unseen: 0 };
    /** @type {Map<string, string>} */
    this.names = new Map();
    /** @type {string[]} */
    this.tags = [];
    /** @type {number | null} */
    this.shownId = null;
    this.build();
    this.listen();
  }

  build() {
    const { kind, context, mayEdit } = this;
    const { signal } = context;
    this.count = h("span", { class: "quiet list-count" });
    this.line = filterLine({ kind, text: this.state.q, tags: () => this.tags, onText: (q) => this.change({ ...this.state, q }), signal });
    this.pills = h("div", { class: "list-pills" });
    this.fresh = h("div", { class: "list-fresh", hidden: true });
    this.problem = h("div", { class: "list-problem", hidden: true });
    this.marked = markedBar({
      onClear: () => this.table.clearSelection(),
      actions: mayEdit
        ? [{ label: t("inventory.edit"), icon: "edit", run: () => void this.editMarked() }, { label: t("common.delete"), icon: "trash", kind: "danger", run: () => void this.deleteMarked() }]
        : [],
    });
    this.table = dataTable({
      label: kind.plural, signal, columns: this.columns(), sort: parseSort(this.state.sort), selectable: mayEdit,
      href: (row) => urlOfObject(this.kinds, kind.name, row.id), onopen: (row) => this.openRow(row),
      onsort: (sort) => this.change({ ...this.state, sort: sortParameter(sort) ?? "name" }),
      onselect: (selected) => this.marked?.show(selected.size), onend: () => void this.more(),
      keys: mayEdit ? { e: (row) => this.editRow(row), Delete: (row) => void removeThing(kind, this.kinds, row).catch(toastError) } : {},
    });
    const filter = iconButton("filter", t("inventory.add_filter"), { kind: "plain", "aria-haspopup": "menu", onclick: () => openFilterMenu(filter, {
      kind, state: () => this.state, onState: (state) => this.change(state), lookup: this.lookup, onName: (key, name) => this.names.set(key, name),
    }) });
    const columns = iconButton("columns", t("inventory.columns"), { kind: "plain", "aria-haspopup": "menu", onclick: () => openColumnMenu(columns, {
      kind, state: () => this.state, onColumns: (names) => this.change({ ...this.state, columns: names }, { isLook: true }),
    }) });
    const more = iconButton("menu", t("inventory.more_actions"), { kind: "plain", "aria-haspopup": "menu", onclick: () => this.openMore(more) });
    const add = mayEdit && button(t("inventory.add_kind", { kind: lower(kind.label) }), { icon: "add", kind: "primary", onclick: () => void this.add() });
    this.element = h("section", { class: "page fill list-page" },
      h("header", { class: "page-head" }, h("div", { class: "grow row" }, h("h1", { tabIndex: -1 }, kind.plural), this.count), add),
      h("div", { class: "page-tools list-tools" }, this.line.element, filter, columns, more), this.pills, this.marked.element, this.fresh, this.problem, this.table.element);
    this.drawPills();
  }

  listen() {
    const { context, kind } = this;
    context.live.subscribe(`inventory.${kind.name}.>`, (event) => this.happened(event), context.signal);
    context.live.subscribe("topology.reset", () => void this.reload(), context.signal);
    context.stay((params, query) => {
      if (params.path !== kind.path) return false;
      const next = this.withPrefs(stateFrom(query, kind), query);
      if (JSON.stringify(next) !== JSON.stringify(this.state)) {
        this.state = next;
        this.line.set(next.q);
        this.drawPills();
        this.table.setSort(parseSort(next.sort));
        void this.reload();
      }
      void this.follow(params, query);
    });
    if (this.mayEdit) shortcut({ keys: "n", label: t("inventory.add_kind", { kind: lower(kind.label) }), group: kind.plural, run: () => void this.add() }, context.signal);
    void findTags("", context.signal).then((tags) => { this.tags = tags; }, () => {});
  }

  /** What the address does not say comes from this browser's memory. @param {ListState} state @param {URLSearchParams} query @returns {ListState} */
  withPrefs(state, query) {
    return { ...state, columns: state.columns ?? this.prefs.columns ?? null, sort: query.has("sort") ? state.sort : this.prefs.sort ?? state.sort };
  }

  columns() {
    return tableColumns(this.kind, shownColumns(this.kind, this.state.columns), (kind, id) => urlOfObject(this.kinds, kind, id));
  }

  query() {
    const { q, filters } = readText(this.state.q, this.kind);
    return apiQuery({ ...this.state, q, filters: { ...this.state.filters, ...filters } });
  }

  /** @param {ListState} state @param {{ isLook?: boolean }} [options] `isLook`: the same rows, shown differently */
  change(state, { isLook = false } = {}) {
    this.state = state;
    this.prefs = { columns: state.columns ?? undefined, sort: state.sort };
    writePref(`list.${this.kind.name}`, this.prefs);
    const params = paramsFrom({ ...state, columns: null }, this.kind);
    const here = new URL(location.href);
    history.replaceState(history.state, "", here.pathname + (params.size > 0 ? `?${params}` : ""));
    this.drawPills();
    if (isLook) this.table.setColumns(this.columns());
    else void this.reload();
  }

  drawPills() {
    replace(this.pills, filterPills({ kind: this.kind, state: this.state, names: this.names, onState: (state) => this.change(state) }));
  }

  async reload() {
    this.reading?.abort();
    this.reading = new AbortController();
    const ended = AbortSignal.any([this.reading.signal, this.context.signal]);
    const source = pages(this.kind.path, { ...this.query(), limit: 100, count: true }, ended);
    if (this.view.items.length === 0) this.table.setRows([], { empty: skeleton(10) });
    this.element.setAttribute("aria-busy", "true");
    try {
      await source.more();
      this.source = source;
      this.problem.hidden = true;
      this.show({ items: source.items.slice(), total: source.total, isComplete: source.done, unseen: 0 });
    } catch (error) {
      if (!isAbort(error)) this.failed(error);
    } finally {
      if (!ended.aborted) this.element.removeAttribute("aria-busy");
    }
  }

  /** What is on screen stays there; the error stands above it. @param {any} error */
  failed(error) {
    if (this.view.items.length === 0) return void this.table.setRows([], { empty: errorState(error, () => void this.reload()) });
    this.problem.hidden = false;
    replace(this.problem, h("span", { class: "grow" }, error.message), button(t("common.retry"), { small: true, onclick: () => void this.reload() }));
  }

  async more() {
    const { source } = this;
    if (!source || source.done) return;
    try {
      const known = new Set(this.view.items.map(({ id }) => id));
      const items = (await source.more()).filter((/** @type {Thing} */ { id }) => !known.has(id));
      if (source === this.source) this.show({ ...this.view, items: [...this.view.items, ...items], isComplete: source.done });
    } catch (error) {
      if (!isAbort(error)) this.failed(error);
    }
  }

  /** @param {import("./events.model.js").ListView} view */
  show(view) {
    this.view = view;
    this.table.setRows(view.items, { empty: this.empty() });
    replace(this.count, view.total === null ? "" : count(view.total));
    this.fresh.hidden = view.unseen === 0;
    if (view.unseen > 0) replace(this.fresh, button(t("inventory.unseen", { n: view.unseen }), { icon: "refresh", small: true, onclick: () => void this.reload() }));
  }

  /** @param {import("../../types/inventory.d.ts").LiveEvent} event */
  happened(event) {
    const { q, filters } = readText(this.state.q, this.kind);
    const view = applyEvent(this.view, event, { kind: this.kind, state: { ...this.state, q, filters: { ...this.state.filters, ...filters } } });
    if (view === this.view) return;
    this.show(view);
    const id = readEvent(event)?.id;
    if (id) requestAnimationFrame(() => this.table.flash(id));
  }

  empty() {
    const { kind } = this;
    if (isNarrowed(this.state)) {
      const clear = button(t("inventory.clear_filters"), { onclick: () => {
        this.line.set("");
        this.change({ ...plainList, sort: this.state.sort, columns: this.state.columns });
      } });
      return emptyState({ icon: "filter", title: t("inventory.nothing_found", { kind: lower(kind.plural) }), text: t("inventory.nothing_found_text"), action: clear });
    }
    const actions = this.mayEdit
      ? h("div", { class: "row wrap" }, button(t("inventory.add_kind", { kind: lower(kind.label) }), { icon: "add", kind: "primary", onclick: () => void this.add() }),
        button(t("inventory.import"), { icon: "upload", onclick: () => void openImport(kind, () => void this.reload()) }))
      : null;
    return emptyState({ icon: kind.name, title: t("inventory.empty", { kind: lower(kind.plural) }), text: lesson(kind), action: actions, example: example(kind) });
  }

  /** @param {Thing} row */
  openRow(row) {
    void this.context.navigate(this.addressOf(row.id));
  }

  /** @param {Thing} row */
  editRow(row) {
    const url = this.addressOf(row.id);
    void this.context.navigate(`${url}${url.includes("?") ? "&" : "?"}edit=1`);
  }

  /** The list's own address stays behind the object's. @param {number | null} id */
  addressOf(id) {
    const params = paramsFrom({ ...this.state, columns: null }, this.kind);
    return urlOfObject(this.kinds, this.kind.name, id) + (params.size > 0 ? `?${params}` : "");
  }

  /** Opens what the address says: an object, its form, or a new one. @param {Record<string, string>} params @param {URLSearchParams} query */
  async follow(params, query) {
    if (query.get("new")) return void this.add(query);
    const id = Number(params.id) || null;
    if (id === null && params.id !== undefined) return toastError(new Error(t("inventory.gone")));
    if (id === this.shownId && !query.get("edit")) return;
    this.shownId = id;
    if (id === null) return void closePanel();
    this.table.activate(id);
    await openObject({
      kind: this.kind.name, id, context: this.context, edit: query.get("edit") === "1", focus: false,
      onclose: () => {
        if (this.shownId !== id || this.context.signal.aborted) return;
        this.shownId = null;
        void this.context.navigate(this.addressOf(null), { replace: true });
      },
    });
    if (query.get("edit")) this.context.setQuery({ edit: null });
  }

  /** @param {URLSearchParams} [query] `set=field:id:name` fills a reference in */
  async add(query) {
    /** @type {Record<string, any>} */
    const values = {};
    /** @type {Record<string, { id: number, name: string }>} */
    const names = {};
    for (const set of query?.getAll("set") ?? []) {
      const [field, id, ...name] = set.split(":");
      values[field] = Number(id);
      names[field] = { id: Number(id), name: decodeURIComponent(name.join(":")) || `#${id}` };
    }
    if (query) this.context.setQuery({ new: null, set: null });
    this.shownId = null;
    await openForm({
      kind: this.kind, kinds: this.kinds, context: this.context, thing: null, values, names,
      onsaved: (saved) => void this.context.navigate(this.addressOf(saved.id)),
    });
  }

  markedRows() {
    return this.view.items.filter(({ id }) => this.table.selected.has(id));
  }

  async editMarked() {
    await bulkEdit(this.kind, this.markedRows(), this.lookup, () => this.afterBulk()).catch(toastError);
  }

  async deleteMarked() {
    await bulkDelete(this.kind, this.markedRows(), () => this.afterBulk()).catch(toastError);
  }

  afterBulk() {
    this.table.clearSelection();
    void this.reload();
  }

  /** @param {HTMLElement} anchor */
  openMore(anchor) {
    const { kind, mayEdit } = this;
    openMenu(anchor, [
      ...(mayEdit ? [{ label: t("inventory.import"), icon: "upload", run: () => void openImport(kind, () => void this.reload()) }] : []),
      { label: t("inventory.export_csv"), icon: "download", run: () => void download(kind, "csv", this.query()) },
      { label: t("inventory.export_json"), icon: "download", run: () => void download(kind, "json", this.query()) },
      "-",
      { label: t("inventory.open_trash"), icon: "trash", href: `/trash?kind=${kind.name}` },
    ], { label: t("inventory.more_actions") });
  }
}

/** One line of what belongs here. @param {Kind} kind */
function lesson(kind) {
  const text = t(`inventory.lesson.${kind.name}`);
  return text.startsWith("inventory.lesson.") ? t("inventory.lesson_any") : text;
}

/** @param {Kind} kind */
function example(kind) {
  const text = t(`inventory.example.${kind.name}`);
  return text.startsWith("inventory.example.") ? undefined : text;
}
