// @ts-check
/** The list of any kind: generated from its description, live, with the object in the panel at `/path/7`. */
import { ApiError } from "../../lib/api.js";
import { stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindAtPath, loadKinds, lower, urlOfObject } from "../../lib/kinds.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { shortcut } from "../../ui/keys.js";
import { closePanel, expectPanel } from "../../ui/panel.js";
import { parseSort } from "../../ui/table.model.js";
import { toast, toastError } from "../../ui/toast.js";
import { readEvent } from "./events.model.js";
import { findTags } from "./inventory.api.js";
import { ListLook } from "./list.look.js";
import { ListSource } from "./list.source.js";
import { lookupIn } from "./object.lookup.js";
import { apiQuery, paramsFrom, readText, stateFrom } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/page.js").PageContext} PageContext */
/** @typedef {import("./query.model.js").ListState} ListState */

// What is opened from a list is loaded when it is opened, and before that only when the browser has nothing else to do.
const panel = () => import("./object.panel.js");
const form = () => import("./object.form.js");
const bulk = () => import("./list.bulk.js");
/** @type {(run: () => void) => void} */
const whenIdle = (run) => void (self.requestIdleCallback ? requestIdleCallback(run, { timeout: 4_000 }) : setTimeout(run, 1_000));

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const style = stylesheet(new URL("./inventory.css", import.meta.url));
  const [kinds] = await Promise.all([loadKinds(context.signal), style]);
  const kind = kindAtPath(kinds, context.params.path);
  if (!kind) {
    throw new ApiError(404, {
      code: "not_found",
      message: t("inventory.no_page", { path: `/${context.params.path}` }),
    });
  }
  const list = new ListPage(context, kinds, kind);
  context.title(kind.plural, [{ label: t("inventory.title"), href: "/inventory" }]);
  void list.reload();
  list.follow(context.params, context.query).catch(toastError);
  whenIdle(() => void panel().catch(() => {}));
  return list.look.element;
}

export class ListPage {
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
    this.source = new ListSource(kind, context.signal);
    /** @type {string[]} */
    this.tags = [];
    /** @type {number | null} */
    this.shownId = null;
    this.look = new ListLook(this);
    this.listen();
  }

  listen() {
    const { context, kind, source, look } = this;
    const { signal } = context;
    source.view.watch((view) => look.show(view), signal);
    source.phase.watch((phase) => look.showPhase(phase, source.error), signal);
    context.live.subscribe(`inventory.${kind.name}.>`, (event) => this.happened(event), signal);
    context.live.subscribe("topology.reset", () => void this.reload(), signal);
    context.stay((params, query) => this.moved(params, query));
    if (this.mayEdit) {
      const label = t("inventory.add_kind", { kind: lower(kind.label) });
      shortcut({ keys: "n", label, group: kind.plural, run: () => this.add().catch(toastError) }, signal);
    }
    const close = { keys: "Escape", label: t("common.close_panel"), group: kind.plural, run: () => void closePanel() };
    shortcut(close, signal);
    findTags("", signal).then((tags) => void (this.tags = tags), () => {});
  }

  /**
   * The address changed within this list: another filter, or an object opened or closed.
   *
   * @param {Record<string, string>} params @param {URLSearchParams} query
   */
  moved(params, query) {
    if (params.path !== this.kind.path) return false;
    const next = this.withPrefs(stateFrom(query, this.kind), query);
    if (JSON.stringify(next) !== JSON.stringify(this.state)) {
      this.state = next;
      this.look.showState();
      this.look.table.setSort(parseSort(next.sort));
      void this.reload();
    }
    this.follow(params, query).catch(toastError);
    return true;
  }

  /**
   * What the address does not say comes from this browser's memory.
   *
   * @param {ListState} state @param {URLSearchParams} query
   * @returns {ListState}
   */
  withPrefs(state, query) {
    const sort = query.has("sort") ? state.sort : this.prefs.sort ?? state.sort;
    return { ...state, columns: state.columns ?? this.prefs.columns ?? null, sort };
  }

  /** The state with what the filter line says made into filters, as far as a page can judge it. */
  wanted() {
    const { q, filters } = readText(this.state.q, this.kind);
    return { ...this.state, q, filters: { ...this.state.filters, ...filters } };
  }

  query() {
    return apiQuery(this.state);
  }

  reload() {
    return this.source.read(this.query());
  }

  /**
   * @param {ListState} state
   * @param {{ isLook?: boolean, isView?: boolean }} options `isLook`: the same rows,
   *   shown differently; `isView`: all of it changes
   */
  change(state, { isLook = false, isView = false } = {}) {
    this.state = state;
    this.prefs = { columns: state.columns ?? undefined, sort: state.sort };
    writePref(`list.${this.kind.name}`, this.prefs);
    const query = String(paramsFrom({ ...state, columns: null }, this.kind));
    history.replaceState(history.state, "", location.pathname + (query ? `?${query}` : ""));
    this.look.showState();
    if (isLook || isView) this.look.drawColumns();
    if (isView) this.look.table.setSort(parseSort(state.sort));
    if (!isLook) void this.reload();
  }

  /** @param {import("../../types/inventory.js").LiveEvent} event */
  happened(event) {
    if (!this.source.happened(event, this.wanted())) return;
    const id = readEvent(event)?.id;
    if (id) requestAnimationFrame(() => this.look.table.flash(id));
  }

  /**
   * The address of the list as it is now, or of an object in it.
   *
   * @param {number | null} id
   */
  addressOf(id) {
    const query = String(paramsFrom({ ...this.state, columns: null }, this.kind));
    return urlOfObject(this.kinds, this.kind.name, id) + (query ? `?${query}` : "");
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

  /** @param {Thing} row */
  removeRow(row) {
    import("./object.remove.js").then(({ removeThing }) => removeThing(this.kind, this.kinds, row)).catch(toastError);
  }

  /**
   * Opens what the address says: an object, its form, or a new one.
   *
   * @param {Record<string, string>} params @param {URLSearchParams} query
   */
  async follow(params, query) {
    if (query.get("new")) return void this.add(query);
    const id = Number(params.id) || null;
    if (id === null && params.id !== undefined) return void toast(t("inventory.gone"), { kind: "bad" });
    const isEdit = query.get("edit") === "1";
    if (id === this.shownId && !isEdit) return;
    this.shownId = id;
    if (id === null) return void closePanel();
    if (isEdit) this.context.setQuery({ edit: null });
    this.look.table.activate(id);
    await expectPanel(() => this.openObject(id, isEdit));
  }

  /** @param {number} id @param {boolean} edit */
  async openObject(id, edit) {
    const { openObject } = await panel();
    if (this.shownId !== id || this.context.signal.aborted) return;
    await openObject({
      kind: this.kind.name,
      id,
      context: this.context,
      edit,
      focus: false,
      onclose: () => {
        if (this.shownId !== id || this.context.signal.aborted) return;
        this.shownId = null;
        void this.context.navigate(this.addressOf(null), { replace: true });
      },
    });
  }

  /** @param {URLSearchParams} [query] `set=field:id:name` fills a reference in */
  async add(query) {
    const { values, names } = startValues(query?.getAll("set") ?? []);
    if (query) this.context.setQuery({ new: null, set: null });
    this.shownId = null;
    await expectPanel(() => this.openForm(values, names));
  }

  /** @param {Record<string, any>} values @param {Record<string, { id: number, name: string }>} names */
  async openForm(values, names) {
    const { openForm } = await form();
    if (this.context.signal.aborted) return;
    await openForm({
      kind: this.kind,
      kinds: this.kinds,
      context: this.context,
      thing: null,
      values,
      names,
      onsaved: (saved) => {
        // Shown at once, also while the live stream is away; its event finds the same revision.
        this.source.happened({ subject: `inventory.${this.kind.name}.created`, payload: saved }, this.wanted());
        void this.context.navigate(this.addressOf(saved.id));
      },
    });
  }

  markedRows() {
    return this.source.view.current.items.filter(({ id }) => this.look.table.selected.has(id));
  }

  editMarked() {
    const rows = this.markedRows();
    bulk().then(({ bulkEdit }) => bulkEdit(this.kind, rows, this.lookup, () => this.afterBulk())).catch(toastError);
  }

  deleteMarked() {
    const rows = this.markedRows();
    bulk().then(({ bulkDelete }) => bulkDelete(this.kind, rows, () => this.afterBulk())).catch(toastError);
  }

  afterBulk() {
    this.look.table.clearSelection();
    void this.reload();
  }
}

/** @param {string[]} sets */
function startValues(sets) {
  /** @type {Record<string, any>} */
  const values = {};
  /** @type {Record<string, { id: number, name: string }>} */
  const names = {};
  for (const set of sets) {
    const [field, id, ...name] = set.split(":");
    values[field] = Number(id);
    names[field] = { id: Number(id), name: name.join(":") || `#${id}` };
  }
  return { values, names };
}
